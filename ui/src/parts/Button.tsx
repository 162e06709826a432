import type { ButtonHTMLAttributes } from "react";

type Props = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "className" | "disabled"> & {
  look?: "plain" | "primary" | "danger" | "quiet";
  /** Under way: a further press does nothing, and the focus stays. */
  busy?: boolean;
  /** There is nothing to do: likewise. */
  idle?: boolean;
};

export function Button({ look = "plain", busy = false, idle = false, type = "button", onClick, ...rest }: Props) {
  const inert = busy || idle;
  return (
    <button
      {...rest}
      type={type}
      className={`button ${look}`}
      aria-disabled={inert || undefined}
      onClick={(event) => {
        if (inert) {
          event.preventDefault();
        } else {
          onClick?.(event);
        }
      }}
    />
  );
}
