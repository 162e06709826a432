import { visible } from "./visible";

/** Text that somebody else chose: a name, a reason. All of it can be seen, and it turns nothing around it to the other direction. */
export function Name({ children, code = false }: { children: string; code?: boolean }) {
  return <bdi className={code ? "name code" : "name"}>{visible(children)}</bdi>;
}
