import type { ButtonHTMLAttributes } from "react";

type Props = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "className" | "disabled"> & {
  variant?: "plain" | "primary" | "danger" | "quiet";
  /** Ignores clicks while its action runs. It keeps the focus, which a disabled button would lose. */
  busy?: boolean;
  /** Ignores clicks while there is nothing to do. It keeps the focus, too. */
  inactive?: boolean;
};

export function Button({ variant = "plain", busy = false, inactive = false, type = "button", onClick, ...rest }: Props) {
  const ignoresClicks = busy || inactive;
  return (
    <button
      {...rest}
      type={type}
      className={`button ${variant}`}
      aria-disabled={ignoresClicks || undefined}
      onClick={(event) => {
        if (ignoresClicks) {
          event.preventDefault();
        } else {
          onClick?.(event);
        }
      }}
    />
  );
}
