import { Fragment, type ReactNode } from "react";
import { revealInvisible } from "./revealInvisible";

/** Text from outside, such as a name or a reason: its invisible characters are shown, and its direction does not affect the text around it. */
export function UntrustedText({ children, code = false }: { children: string; code?: boolean }) {
  const text = revealInvisible(children);
  return <bdi className={code ? "name code" : "name"}>{code ? withBreaks(text) : text}</bdi>;
}

/** Lets a qualified Java class name wrap before its simple name instead of inside a word. */
function withBreaks(text: string): ReactNode[] {
  return text.split(/(?<=\.)(?=\p{Lu})/u).map((part, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
