import { Tabs } from "@base-ui/react/tabs";
import { useId, useMemo, useState } from "react";
import type { Schemas } from "../api/client";
import { Button } from "../components/Button";
import { UntrustedText } from "../components/UntrustedText";
import { bytesOf, hexDump, prettyJson, formatSize } from "./bytes";

type Bytes = Schemas["RecordBytes"];

/** The key or value of a dead letter, as text and as bytes. */
export function DeadLetterBytes({ title, bytes, none, file }: { title: string; bytes: Bytes | null; none: string; file: string }) {
  const id = useId();
  return (
    <section className="panel" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p className="muted">{bytes === null ? none : describeBytes(bytes)}</p>
      {bytes?.base64 && <Views title={title} base64={bytes.base64} text={bytes.text} file={file} />}
    </section>
  );
}

/** The size, and what is left out and why. */
export function describeBytes({ size, base64, text, truncated, masked }: Bytes): string {
  if (base64 === null) {
    return `${formatSize(size)}, hidden: it may contain a secret.`;
  }
  const parts = [`${formatSize(size)}${size > 0 && text === null ? ", binary" : ""}.`];
  if (truncated) {
    parts.push(`Only the first ${atob(base64).length.toLocaleString()} are shown.`);
  }
  if (masked) {
    parts.push('Secrets are masked as "***".');
  }
  return parts.join(" ");
}

function Views({ title, base64, text, file }: { title: string; base64: string; text: string | null; file: string }) {
  const bytes = useMemo(() => bytesOf(base64), [base64]);
  const shown = useMemo(() => (text === null ? undefined : (prettyJson(text) ?? text)), [text]);
  const [perLine] = useState(() => (window.innerWidth < 600 ? 8 : 16));
  const dump = useMemo(() => hexDump(bytes, perLine), [bytes, perLine]);
  const [copyStatus, setCopyStatus] = useState("");
  async function copy() {
    try {
      await navigator.clipboard.writeText(text ?? base64);
      setCopyStatus(text === null ? "Copied as base64." : "Copied.");
    } catch {
      setCopyStatus("The browser blocked copying. Select the text instead.");
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
          {copyStatus}
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
          <ScrollArea label={`${title} as text`} className="json">
            {shown}
          </ScrollArea>
        </Tabs.Panel>
      )}
      <Tabs.Panel value="bytes" tabIndex={-1}>
        <ScrollArea label={`${title} as bytes: offset, hexadecimal, ASCII`} className="json hex">
          {dump}
        </ScrollArea>
      </Tabs.Panel>
    </Tabs.Root>
  );
}

function ScrollArea({ label, className, children }: { label: string; className: string; children: string }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard must reach a scroll area (WCAG 2.1.1)
    <pre className={className} tabIndex={0} role="group" aria-label={label}>
      <UntrustedText>{children}</UntrustedText>
    </pre>
  );
}
