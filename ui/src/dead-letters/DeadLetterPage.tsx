import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";
import type { Schemas } from "../api/client";
import { deadLetterQuery } from "../api/queries";
import { DataTable, type Column } from "../components/DataTable";
import { UntrustedText } from "../components/UntrustedText";
import { Page, QueryResult } from "../components/Page";
import { Time } from "../components/Time";
import { DeadLetterBytes, describeBytes } from "./DeadLetterBytes";
import { ReplayButton } from "./ReplayButton";

type DeadLetter = Schemas["DeadLetterDetails"];
type Header = DeadLetter["headers"][number] & { index: number };

/** One dead letter: its cause first, then its content. */
export function DeadLetterPage() {
  const { topic, partition, offset } = useParams({ from: "/signed-in/dead-letters/$topic/$partition/$offset" });
  const deadLetter = useQuery(deadLetterQuery(topic, partition, offset));
  return (
    <Page
      title="Dead letter"
      heading={deadLetter.data && <UntrustedText>{deadLetter.data.reason ?? "No reason recorded"}</UntrustedText>}
      summary={
        <>
          <Link to="/dead-letters">Dead letters</Link> › <UntrustedText code>{topic}</UntrustedText>, partition{" "}
          <UntrustedText>{partition}</UntrustedText>, offset <UntrustedText>{offset}</UntrustedText>
        </>
      }
      actions={
        deadLetter.data?.replayable && (
          <ReplayButton topic={deadLetter.data.topic} deadLetter={deadLetter.data} maxReplays={deadLetter.data.maxReplays} />
        )
      }
    >
      <QueryResult query={deadLetter}>{(data) => <Details deadLetter={data} />}</QueryResult>
    </Page>
  );
}

function Details({ deadLetter }: { deadLetter: DeadLetter }) {
  const { topic, partition, offset, origin, headers, headerCount } = deadLetter;
  const rows = useMemo(() => headers.map((header, index) => ({ ...header, index })), [headers]);
  const file = (part: string) => `${topic}-${partition}-${offset}-${part}.bin`;
  return (
    <>
      <p className="notice" role="status">
        {statusOf(deadLetter)}
      </p>
      <section className="panel" aria-labelledby="cause">
        <h2 id="cause">Cause</h2>
        <dl className="facts">
          <Fact name="Route">{optional(deadLetter.route)}</Fact>
          <Fact name="Exception">{optional(deadLetter.exception)}</Fact>
          <Fact name="Failed at">{deadLetter.failedAt === null ? NOT_RECORDED : <Time at={deadLetter.failedAt} />}</Fact>
          <Fact name="Origin">
            <UntrustedText code>{origin.topic}</UntrustedText>
            {origin.partition !== null && `, partition ${origin.partition}`}
            {origin.offset !== null && `, offset ${origin.offset}`}
          </Fact>
          <Fact name="Consumer group">{optional(deadLetter.group)}</Fact>
          <Fact name="Written at">
            <Time at={deadLetter.time} />
          </Fact>
          <Fact name="Replays">{`${deadLetter.replays} of ${deadLetter.maxReplays}`}</Fact>
        </dl>
      </section>
      <DeadLetterBytes title="Value" bytes={deadLetter.value} none="The record has no value: it is a tombstone." file={file("value")} />
      <DeadLetterBytes title="Key" bytes={deadLetter.key} none="The record has no key." file={file("key")} />
      <section aria-labelledby="headers">
        <h2 id="headers" className="over-table">
          Headers
        </h2>
        {headerCount > headers.length && (
          <p className="muted over-table">
            The first {headers.length} of {headerCount.toLocaleString()}.
          </p>
        )}
        <DataTable
          label="Headers"
          rows={rows}
          columns={HEADER_COLUMNS}
          idOf={({ index }) => String(index)}
          empty="The record has no headers."
        />
      </section>
    </>
  );
}

function statusOf({ replayedAt, replayable, omitted, replays, maxReplays }: DeadLetter): ReactNode {
  if (replayedAt !== null) {
    return (
      <>
        Replayed at <Time at={replayedAt} />. If the record failed again, it became a new dead letter.
      </>
    );
  }
  if (omitted.length > 0) {
    return `It cannot be replayed, because it does not have all parts of the record. Omitted: ${omitted.join(", ")}.`;
  }
  return replayable ? "Fix the cause, then replay this dead letter." : `Replay limit reached (${replays} of ${maxReplays}).`;
}

const NOT_RECORDED = <span className="muted">not recorded</span>;

function optional(text: string | null): ReactNode {
  return text === null ? NOT_RECORDED : <UntrustedText code>{text}</UntrustedText>;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const HEADER_COLUMNS: Column<Header>[] = [
  {
    id: "header",
    header: "Name",
    accessorFn: ({ name }) => name,
    sortFn: "alphanumeric",
    cell: ({ row }) => <UntrustedText code>{row.original.name}</UntrustedText>,
  },
  {
    id: "header-value",
    header: "Value",
    enableSorting: false,
    cell: ({ row }) => <HeaderValue value={row.original.value} />,
  },
];

function HeaderValue({ value }: { value: Header["value"] }) {
  if (value === null) {
    return <span className="muted">none</span>;
  }
  return (
    <span className="header-value">
      {value.base64 !== null && value.size > 0 && <UntrustedText code>{value.text ?? value.base64}</UntrustedText>}{" "}
      {(value.text === null || value.truncated || value.masked || value.size === 0) && (
        <span className="under">
          {value.text === null && value.base64 !== null && "Base64: "}
          {describeBytes(value)}
        </span>
      )}
    </span>
  );
}
