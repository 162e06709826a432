import { Fragment, type ReactNode } from "react";
import { visible } from "./visible";

/** Text that somebody else chose: a name, a reason. All of it can be seen, and it turns nothing around it to the other direction. */
export function Name({ children, code = false }: { children: string; code?: boolean }) {
  return <bdi className={code ? "name code" : "name"}>{code ? breakable(visible(children)) : visible(children)}</bdi>;
}

/** A name of a Java class may begin a line, so that it is not broken in its midst. */
function breakable(text: string): ReactNode[] {
  return text.split(/(?<=\.)(?=\p{Lu})/u).map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
