import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";
import type { Schemas } from "../api/client";
import { letterQuery } from "../api/queries";
import { DataTable, type Column } from "../parts/DataTable";
import { Name } from "../parts/Name";
import { Answer, Page } from "../parts/Page";
import { Time } from "../parts/Time";
import { LetterBytes, bytesWords } from "./LetterBytes";
import { ReplayOne } from "./ReplayOne";

type Letter = Schemas["DeadLetterDetails"];
type Header = Letter["headers"][number] & { place: number };

/** One letter: why it is here first, then what is in it. */
export function LetterPage() {
  const { topic, partition, offset } = useParams({ from: "/signed-in/dead-letters/$topic/$partition/$offset" });
  const letter = useQuery(letterQuery(topic, partition, offset));
  return (
    <Page
      title="Dead letter"
      heading={letter.data && <Name>{letter.data.reason ?? "No reason is noted."}</Name>}
      summary={
        <>
          <Link to="/dead-letters">Dead letters</Link> › <Name code>{topic}</Name>, partition <Name>{partition}</Name>, offset{" "}
          <Name>{offset}</Name>
        </>
      }
      actions={letter.data?.replayable && <ReplayOne topic={letter.data.topic} letter={letter.data} maxReplays={letter.data.maxReplays} />}
    >
      <Answer of={letter}>{(data) => <Details letter={data} />}</Answer>
    </Page>
  );
}

function Details({ letter }: { letter: Letter }) {
  const { topic, partition, offset, origin, headers, headerCount } = letter;
  const rows = useMemo(() => headers.map((header, place) => ({ ...header, place })), [headers]);
  const file = (part: string) => `${topic}-${partition}-${offset}-${part}.bin`;
  return (
    <>
      <p className="notice" role="status">
        {stateOf(letter)}
      </p>
      <section className="panel" aria-labelledby="cause">
        <h2 id="cause">Cause</h2>
        <dl className="facts">
          <Fact name="Route">{named(letter.route)}</Fact>
          <Fact name="Exception">{named(letter.exception)}</Fact>
          <Fact name="Failed">{letter.failedAt === null ? NOT_NOTED : <Time at={letter.failedAt} />}</Fact>
          <Fact name="Came from">
            <Name code>{origin.topic}</Name>
            {origin.partition !== null && `, partition ${origin.partition}`}
            {origin.offset !== null && `, offset ${origin.offset}`}
          </Fact>
          <Fact name="Consumer group">{named(letter.group)}</Fact>
          <Fact name="Written here">
            <Time at={letter.time} />
          </Fact>
          <Fact name="Replayed before">{`${letter.replays} of ${letter.maxReplays}`}</Fact>
        </dl>
      </section>
      <LetterBytes title="Value" bytes={letter.value} none="The record has no value: it is a tombstone." file={file("value")} />
      <LetterBytes title="Key" bytes={letter.key} none="The record has no key." file={file("key")} />
      <section aria-labelledby="headers">
        <h2 id="headers" className="over-table">
          Headers
        </h2>
        {headerCount > headers.length && (
          <p className="muted over-table">
            The first {headers.length} of {headerCount.toLocaleString()}.
          </p>
        )}
        <DataTable label="Headers" rows={rows} columns={HEADER_COLUMNS} idOf={({ place }) => String(place)} empty="The record has none." />
      </section>
    </>
  );
}

function stateOf({ replayedAt, replayable, replays }: Letter): ReactNode {
  if (replayedAt !== null) {
    return (
      <>
        Replayed: it was sent back at <Time at={replayedAt} />, and waits no longer. When it failed again, that made a new letter.
      </>
    );
  }
  return replayable
    ? "It waits. When the cause is mended, replay it."
    : `It stays: its record has come back ${replays === 1 ? "once" : `${replays} times`}, and may not more often.`;
}

const NOT_NOTED = <span className="muted">not noted</span>;

function named(text: string | null): ReactNode {
  return text === null ? NOT_NOTED : <Name code>{text}</Name>;
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
    cell: ({ row }) => <Name code>{row.original.name}</Name>,
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
      {value.base64 !== null && value.size > 0 && <Name code>{value.text ?? value.base64}</Name>}{" "}
      {(value.text === null || value.truncated || value.masked || value.size === 0) && (
        <span className="under">
          {value.text === null && value.base64 !== null && "In base64: "}
          {bytesWords(value)}
        </span>
      )}
    </span>
  );
}
