import { useEffect, useRef, useState, type ReactNode } from "react";
import { errorMessage } from "../api/messages";

/** One page of the UI. Its title receives the focus on navigation, so that a screen reader announces the page. */
export function Page({
  title,
  heading,
  summary,
  actions,
  children,
}: {
  title: string;
  /** Shown instead of the title when it says more. */
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

/** A `ref` for an element that may be removed while it has the focus: the focus then moves to the title of the page. */
export function restoreFocus(element: HTMLElement): () => void {
  return () => {
    if (element.contains(document.activeElement)) {
      document.querySelector("h1")?.focus({ preventScroll: true });
    }
  };
}

type Query<T> = { data: T | undefined; error: Error | null };

/** Renders the data of a query: a placeholder before the first response, and the last data below an error while it fails. */
export function QueryResult<T>({ query: { data, error }, children }: { query: Query<T>; children: (data: T) => ReactNode }) {
  // A query without data drops its error on a refetch. Keep it until there is a response.
  const [shownError, setShownError] = useState(error);
  if (shownError !== error && (error !== null || data !== undefined)) {
    setShownError(error);
  }
  return (
    <>
      {shownError === null ? null : (
        <p className="notice bad" role="alert">
          {errorMessage(shownError)}
          {data === undefined ? null : " The data below may be out of date."}
        </p>
      )}
      {data === undefined ? shownError === null && <div className="placeholder" role="status" aria-label="Loading" /> : children(data)}
    </>
  );
}
