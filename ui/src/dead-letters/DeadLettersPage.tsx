import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Schemas } from "../api/client";
import { deadLettersQuery } from "../api/queries";
import { Button } from "../parts/Button";
import { Confirm } from "../parts/Confirm";
import { DataTable, type Column } from "../parts/DataTable";
import { Name } from "../parts/Name";
import { Answer, Page } from "../parts/Page";
import { Time } from "../parts/Time";
import { ReplayOne } from "./ReplayOne";
import { counted, useReplay } from "./replay";

type Letters = Schemas["DeadLetters"];
type Topic = Letters["topics"][number];
type Group = Schemas["DeadLetterGroup"];
type Letter = Schemas["DeadLetter"];

export function DeadLettersPage() {
  const letters = useQuery(deadLettersQuery);
  const waiting = letters.data?.topics.reduce((sum, topic) => sum + waitingIn(topic), 0);
  return (
    <Page
      title="Dead letters"
      summary={
        waiting !== undefined && (waiting === 0 ? "No record waits here." : `${counted(waiting)}: records that a route could not handle.`)
      }
    >
      <Answer of={letters}>
        {({ topics, maxReplays }) =>
          waiting === 0 ? (
            <p className="panel empty">Every record of every topic was handled, or has been sent back.</p>
          ) : (
            topics
              .filter((topic) => topic.groups.length > 0 || topic.olderNotLookedAt > 0)
              .map((topic) => <TopicPanel key={topic.topic} topic={topic} maxReplays={maxReplays} />)
          )
        }
      </Answer>
    </Page>
  );
}

function waitingIn({ groups, olderNotLookedAt }: Topic): number {
  return groups.reduce((sum, { count }) => sum + count, olderNotLookedAt);
}

function TopicPanel({ topic, maxReplays }: { topic: Topic; maxReplays: number }) {
  const replay = useReplay();
  return (
    <section className="panel" aria-labelledby={`topic-${topic.topic}`}>
      <div className="panel-head">
        <div>
          <h2 id={`topic-${topic.topic}`}>
            <Name code>{topic.topic}</Name>
          </h2>
          <p className="muted">
            {counted(waitingIn(topic))}; a replay sends them to <Name code>{topic.origin}</Name>.
            {topic.olderNotLookedAt > 0 &&
              ` ${topic.olderNotLookedAt.toLocaleString()} older ones were not looked at; some of these may have been replayed already.`}
          </p>
        </div>
        <Confirm
          trigger={<Button busy={replay.isPending}>Replay all …</Button>}
          title={
            <>
              Replay all letters of <Name code>{topic.topic}</Name>?
            </>
          }
          action="Replay all"
          onConfirm={() => replay.mutate({ topic: topic.topic, limit: 10_000 })}
        >
          <p>
            {waitingIn(topic).toLocaleString()} at most go back to <Name code>{topic.origin}</Name>, the oldest first. Only the route that
            failed tries them again. One that fails again becomes a new letter; one that has come back {maxReplays} times stays here.
          </p>
        </Confirm>
      </div>
      {topic.groups.map((group) => (
        <GroupDetails key={`${group.route ?? ""}\n${group.reason ?? ""}`} topic={topic.topic} group={group} maxReplays={maxReplays} />
      ))}
    </section>
  );
}

function GroupDetails({ topic, group, maxReplays }: { topic: string; group: Group; maxReplays: number }) {
  const columns = useMemo(() => columnsOf(topic, maxReplays), [topic, maxReplays]);
  return (
    <details className="group">
      <summary>
        <span className="group-count">{group.count.toLocaleString()}</span>
        <span className="group-reason">
          <Name>{group.reason ?? "No reason is noted."}</Name>
          <span className="under">
            {group.route === null ? "No route is noted" : <Name code>{group.route}</Name>}
            {group.newest[0] !== undefined && (
              <>
                , newest <Time at={group.newest[0].time} />
              </>
            )}
          </span>
        </span>
      </summary>
      {group.count > group.newest.length && (
        <p className="muted">
          The newest {group.newest.length} of {group.count.toLocaleString()}.
        </p>
      )}
      <DataTable
        label={`Letters: ${group.reason ?? "no reason is noted"}`}
        rows={group.newest}
        columns={columns}
        idOf={({ partition, offset }) => `${partition}-${offset}`}
        empty="None."
      />
    </details>
  );
}

function columnsOf(topic: string, maxReplays: number): Column<Letter>[] {
  return [
    { id: "time", header: "Time", accessorFn: ({ time }) => time, sortFn: "basic", cell: ({ row }) => <Time at={row.original.time} /> },
    {
      id: "position",
      header: "Partition, offset",
      accessorFn: ({ partition, offset }) => partition * Number.MAX_SAFE_INTEGER + offset,
      sortFn: "basic",
      cell: ({ row: { original: letter } }) => <PlaceLink topic={topic} letter={letter} />,
    },
    {
      id: "key",
      header: "Key",
      accessorFn: ({ key }) => key ?? "",
      sortFn: "alphanumeric",
      cell: ({ row: { original: letter } }) =>
        letter.key === null ? <span className="muted">none, or not shown</span> : <Name code>{letter.key}</Name>,
    },
    {
      id: "exception",
      header: "Exception",
      accessorFn: ({ exception }) => exception ?? "",
      sortFn: "alphanumeric",
      cell: ({ row: { original: letter } }) =>
        letter.exception === null ? <span className="muted">none</span> : <Name code>{letter.exception}</Name>,
    },
    {
      id: "replays",
      header: "Replays",
      accessorFn: ({ replays }) => replays,
      sortFn: "basic",
      cell: ({ row }) => `${row.original.replays} of ${maxReplays}`,
    },
    {
      id: "action",
      header: "Action",
      enableSorting: false,
      cell: ({ row: { original: letter } }) => <ReplayOne topic={topic} letter={letter} maxReplays={maxReplays} />,
    },
  ];
}

function PlaceLink({ topic, letter: { partition, offset } }: { topic: string; letter: Letter }) {
  return (
    <Link
      to="/dead-letters/$topic/$partition/$offset"
      params={{ topic, partition: String(partition), offset: String(offset) }}
      // The server would look for it in Kafka for each one that the pointer passes.
      preload={false}
      className="code"
      aria-label={`Open letter ${partition}, ${offset}`}
    >
      {`${partition}, ${offset}`}
    </Link>
  );
}
