import { useEffect, useRef, useState, type ReactNode } from "react";
import { wordsOf } from "../api/words";

/** A page: its title, which gets the focus when one comes to it, so that a screen reader says where one is; and what it holds. */
export function Page({
  title,
  heading,
  summary,
  actions,
  children,
}: {
  title: string;
  /** What stands there in place of the title, when that says more. */
  heading?: ReactNode;
  summary?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Tidewatch`;
    head.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <main id="main" className="page">
      <div className="page-head">
        <div>
          <h1 ref={head} tabIndex={-1}>
            {heading ?? title}
          </h1>
          <p className="summary">{summary ?? "\u00a0"}</p>
        </div>
        {!actions ? null : <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </main>
  );
}

/** As `ref` of what may go away with the focus in it: then the focus goes to the page's title, and not to nowhere. */
export function handsFocusOn(element: HTMLElement): () => void {
  return () => {
    if (element.contains(document.activeElement)) {
      document.querySelector("h1")?.focus({ preventScroll: true });
    }
  };
}

type Asked<T> = { data: T | undefined; error: Error | null };

/** What a query brought; what it brought last, with a word about it, while it fails; and room for it before its first answer. */
export function Answer<T>({ of: { data, error }, children }: { of: Asked<T>; children: (data: T) => ReactNode }) {
  // Without data, a query forgets its error while it asks again; what was said stays until there is an answer.
  const [said, setSaid] = useState(error);
  if (said !== error && (error !== null || data !== undefined)) {
    setSaid(error);
  }
  return (
    <>
      {said === null ? null : (
        <p className="notice bad" role="alert">
          {wordsOf(said)}
          {data === undefined ? null : " What stands below is from before."}
        </p>
      )}
      {data === undefined ? said === null && <div className="placeholder" role="status" aria-label="Loading" /> : children(data)}
    </>
  );
}
