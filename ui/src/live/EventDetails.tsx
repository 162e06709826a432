import { Dialog } from "@base-ui/react/dialog";
import { useState } from "react";
import { Button } from "../components/Button";
import { UntrustedText } from "../components/UntrustedText";
import { Time } from "../components/Time";
import { columnsOf, type LiveEvent } from "./events";

type Props = { event: LiveEvent; related: LiveEvent[]; onOpen: (event: LiveEvent) => void };

/** One event: old and new values side by side, the related events, and the JSON. */
export function EventDetails({ event, related, onOpen }: Props) {
  const columns = event.side === "changes" ? columnsOf(event) : [];
  return (
    <>
      <Dialog.Title className="dialog-title">
        {event.type} <UntrustedText>{event.subject}</UntrustedText>
      </Dialog.Title>
      <Dialog.Description className="muted">
        <Time at={event.at} />
        {event.commit !== undefined && ", commit "}
        {event.commit !== undefined && <UntrustedText code>{event.commit}</UntrustedText>}
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
                  <UntrustedText code>{name}</UntrustedText>
                  {changed && <span className="visually-hidden"> (changed)</span>}
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
                    {other.type} <UntrustedText>{other.subject}</UntrustedText>
                  </strong>
                ) : (
                  <button type="button" className="link" onClick={() => onOpen(other)}>
                    {other.type} <UntrustedText>{other.subject}</UntrustedText>
                  </button>
                )}{" "}
                <UntrustedText>{other.summary}</UntrustedText>
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
    <UntrustedText code>{typeof value === "string" ? value : JSON.stringify(value)}</UntrustedText>
  );
}

function Json({ data }: { data: object }) {
  const [copyStatus, setCopyStatus] = useState("");
  const text = JSON.stringify(data, null, 2);
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setCopyStatus("Copied.");
    } catch {
      setCopyStatus("The browser blocked copying. Select the text instead.");
    }
  }
  return (
    <>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard must reach a scroll area (WCAG 2.1.1) */}
      <pre className="json" tabIndex={0} role="group" aria-label="JSON">
        {text}
      </pre>
      <div className="dialog-actions">
        <span className="muted" role="status">
          {copyStatus}
        </span>
        <Button onClick={() => void copy()}>Copy JSON</Button>
        <Dialog.Close render={<Button variant="primary" />}>Close</Dialog.Close>
      </div>
    </>
  );
}
