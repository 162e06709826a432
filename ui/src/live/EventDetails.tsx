import { Dialog } from "@base-ui/react/dialog";
import { useState } from "react";
import { Button } from "../parts/Button";
import { Name } from "../parts/Name";
import { Time } from "../parts/Time";
import { columnsOf, type LiveEvent } from "./events";

type Props = { event: LiveEvent; related: LiveEvent[]; onOpen: (event: LiveEvent) => void };

/** One event: what changed side by side, what belongs to it, and its whole JSON. */
export function EventDetails({ event, related, onOpen }: Props) {
  const columns = event.side === "changes" ? columnsOf(event) : [];
  return (
    <>
      <Dialog.Title className="dialog-title">
        {event.what} <Name>{event.whom}</Name>
      </Dialog.Title>
      <Dialog.Description className="muted">
        <Time at={event.at} />
        {event.commit !== undefined && ", commit "}
        {event.commit !== undefined && <Name code>{event.commit}</Name>}
      </Dialog.Description>
      {columns.length > 0 && (
        <table className="columns">
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {columns.map(({ name, before, after, changed }) => (
              <tr key={name} className={changed ? "changed" : ""}>
                <th scope="row">
                  <Name code>{name}</Name>
                  {changed && <span className="unseen"> (changed)</span>}
                </th>
                <td data-label="Before">
                  <Value value={before} />
                </td>
                <td data-label="After">
                  <Value value={after} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {related.length > 1 && (
        <section aria-labelledby="related">
          <h2 id="related">In the same transaction</h2>
          <ul className="related">
            {related.map((other) => (
              <li key={other.id}>
                {other.id === event.id ? (
                  <strong>
                    {other.what} <Name>{other.whom}</Name>
                  </strong>
                ) : (
                  <button type="button" className="link" onClick={() => onOpen(other)}>
                    {other.what} <Name>{other.whom}</Name>
                  </button>
                )}{" "}
                <Name>{other.brief}</Name>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Json data={event.data} />
    </>
  );
}

function Value({ value }: { value: unknown }) {
  return value === undefined ? (
    <span className="muted">–</span>
  ) : (
    <Name code>{typeof value === "string" ? value : JSON.stringify(value)}</Name>
  );
}

function Json({ data }: { data: object }) {
  const [copied, setCopied] = useState("");
  const text = JSON.stringify(data, null, 2);
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setCopied("Copied.");
    } catch {
      setCopied("The browser did not allow it; select the text instead.");
    }
  }
  return (
    <>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by the keyboard (WCAG 2.1.1) */}
      <pre className="json" tabIndex={0} role="group" aria-label="JSON">
        {text}
      </pre>
      <div className="dialog-actions">
        <span className="muted" role="status">
          {copied}
        </span>
        <Button onClick={() => void copy()}>Copy JSON</Button>
        <Dialog.Close render={<Button look="primary" />}>Close</Dialog.Close>
      </div>
    </>
  );
}
