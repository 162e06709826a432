/** Text that somebody else chose: a name, an address, a reason. It shows as it is, and turns nothing around it to the other direction. */
export function Name({ children, code = false }: { children: string; code?: boolean }) {
  return <bdi className={code ? "name code" : "name"}>{children}</bdi>;
}
