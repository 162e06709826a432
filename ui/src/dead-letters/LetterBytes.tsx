import { Tabs } from "@base-ui/react/tabs";
import { useId, useMemo, useState } from "react";
import type { Schemas } from "../api/client";
import { Button } from "../parts/Button";
import { Name } from "../parts/Name";
import { bytesOf, hexDump, prettyJson, sizeWords } from "./bytes";

type Bytes = Schemas["LetterBytes"];

/** A key or a value: as text, as bytes, and what is to be known of it. */
export function LetterBytes({ title, bytes, none, file }: { title: string; bytes: Bytes | null; none: string; file: string }) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p className="muted">{bytes === null ? none : bytesWords(bytes)}</p>
      {bytes?.base64 && <Views title={title} base64={bytes.base64} text={bytes.text} file={file} />}
    </section>
  );
}

/** Size, and what is not shown and why. */
export function bytesWords({ size, base64, text, truncated, masked }: Bytes): string {
  if (base64 === null) {
    return `${sizeWords(size)}. Nothing of it is shown, because it may hold a secret.`;
  }
  const words = [`${sizeWords(size)}${size > 0 && text === null ? ", no text" : ""}.`];
  if (truncated) {
    words.push(`Only the first ${atob(base64).length.toLocaleString()} are shown.`);
  }
  if (masked) {
    words.push('"***" stands for what is secret.');
  }
  return words.join(" ");
}

function Views({ title, base64, text, file }: { title: string; base64: string; text: string | null; file: string }) {
  const bytes = useMemo(() => bytesOf(base64), [base64]);
  const shown = useMemo(() => (text === null ? undefined : (prettyJson(text) ?? text)), [text]);
  const [perLine] = useState(() => (window.innerWidth < 600 ? 8 : 16));
  const dump = useMemo(() => hexDump(bytes, perLine), [bytes, perLine]);
  const [said, setSaid] = useState("");
  async function copy() {
    try {
      await navigator.clipboard.writeText(text ?? base64);
      setSaid(text === null ? "Copied as base64." : "Copied.");
    } catch {
      setSaid("The browser did not allow it; select the text instead.");
    }
  }
  function save() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
    link.download = file;
    link.click();
    URL.revokeObjectURL(link.href);
  }
  return (
    <Tabs.Root defaultValue={shown === undefined ? "bytes" : "text"}>
      <div className="views">
        <Tabs.List className="tabs" aria-label={`${title} as`}>
          {shown !== undefined && (
            <Tabs.Tab className="tab" value="text">
              Text
            </Tabs.Tab>
          )}
          <Tabs.Tab className="tab" value="bytes">
            Bytes
          </Tabs.Tab>
        </Tabs.List>
        <span className="muted" role="status">
          {said}
        </span>
        <span className="view-actions">
          <Button aria-label={`Copy the ${title.toLowerCase()}`} onClick={() => void copy()}>
            Copy
          </Button>
          <Button aria-label={`Download the ${title.toLowerCase()}`} onClick={save}>
            Download
          </Button>
        </span>
      </div>
      {shown !== undefined && (
        <Tabs.Panel value="text" tabIndex={-1}>
          <Scrolling label={`${title} as text`} className="json">
            {shown}
          </Scrolling>
        </Tabs.Panel>
      )}
      <Tabs.Panel value="bytes" tabIndex={-1}>
        <Scrolling label={`${title} as bytes: offset, hexadecimal, ASCII`} className="json hex">
          {dump}
        </Scrolling>
      </Tabs.Panel>
    </Tabs.Root>
  );
}

function Scrolling({ label, className, children }: { label: string; className: string; children: string }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by the keyboard (WCAG 2.1.1)
    <pre className={className} tabIndex={0} role="group" aria-label={label}>
      <Name>{children}</Name>
    </pre>
  );
}
