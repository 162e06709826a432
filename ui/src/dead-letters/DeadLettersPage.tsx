import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Fragment, useMemo } from "react";
import type { Schemas } from "../api/client";
import { deadLettersQuery } from "../api/queries";
import { Button } from "../components/Button";
import { Confirm } from "../components/Confirm";
import { DataTable, type Column } from "../components/DataTable";
import { Page, QueryResult } from "../components/Page";
import { Time } from "../components/Time";
import { UntrustedText } from "../components/UntrustedText";
import { ReplayButton } from "./ReplayButton";
import { countDeadLetters, useReplay } from "./replay";

type Topic = Schemas["DeadLetters"]["topics"][number];
type Group = Schemas["DeadLetterGroup"];
type DeadLetter = Schemas["DeadLetter"];

export function DeadLettersPage() {
  const deadLetters = useQuery(deadLettersQuery);
  const count = deadLetters.data?.topics.reduce((sum, topic) => sum + countIn(topic), 0);
  return (
    <Page
      title="Dead letters"
      summary={count !== undefined && `Records that a route failed to process${count === 0 ? "" : `: ${count.toLocaleString()}`}.`}
    >
      <QueryResult query={deadLetters}>
        {({ topics, maxReplays }) => (
          <>
            {count === 0 && <p className="panel empty">No dead letters.</p>}
            {topics
              .filter((topic) => countIn(topic) > 0)
              .map((topic) => (
                <TopicPanel key={topic.topic} topic={topic} maxReplays={maxReplays} />
              ))}
            <EmptyTopics topics={topics.filter((topic) => countIn(topic) === 0)} />
          </>
        )}
      </QueryResult>
    </Page>
  );
}

function countIn({ groups, olderNotLookedAt }: Topic): number {
  return groups.reduce((sum, { count }) => sum + count, olderNotLookedAt);
}

/** The topics without dead letters, so that a reader sees which are listed. */
function EmptyTopics({ topics }: { topics: Topic[] }) {
  if (topics.length === 0) {
    return null;
  }
  return (
    <p className="muted">
      {topics.length === 1 ? "Empty topic: " : "Empty topics: "}
      {topics.map(({ topic }, index) => (
        <Fragment key={topic}>
          {index > 0 && ", "}
          <UntrustedText code>{topic}</UntrustedText>
        </Fragment>
      ))}
      .
    </p>
  );
}

function TopicPanel({ topic, maxReplays }: { topic: Topic; maxReplays: number }) {
  const replay = useReplay();
  return (
    <section className="panel" aria-labelledby={`topic-${topic.topic}`}>
      <div className="panel-head">
        <div>
          <h2 id={`topic-${topic.topic}`}>
            <UntrustedText code>{topic.topic}</UntrustedText>
          </h2>
          <p className="muted">
            {countDeadLetters(countIn(topic))} from <UntrustedText code>{topic.origin}</UntrustedText>.
            {topic.olderNotLookedAt > 0 &&
              ` The oldest ${topic.olderNotLookedAt.toLocaleString()} were not scanned; some may have been replayed already.`}
          </p>
        </div>
        <Confirm
          trigger={<Button busy={replay.isPending}>Replay all …</Button>}
          title={
            <>
              Replay all dead letters of <UntrustedText code>{topic.topic}</UntrustedText>?
            </>
          }
          action="Replay all"
          onConfirm={() => replay.mutate({ topic: topic.topic, limit: 10_000 })}
        >
          <p>
            Sends up to {countIn(topic).toLocaleString()} records back to <UntrustedText code>{topic.origin}</UntrustedText>, oldest first.
            Only the route that failed processes them again. A record that fails again becomes a new dead letter. A record is replayed at
            most {maxReplays} times.
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
  const reason = group.reason ?? "No reason recorded";
  return (
    <details className="group">
      <summary>
        <span className="group-count">{group.count.toLocaleString()}</span>
        <span className="group-reason">
          <UntrustedText>{reason}</UntrustedText>
          <span className="under">
            {group.route === null ? "No route recorded" : <UntrustedText code>{group.route}</UntrustedText>}
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
        label={`Dead letters: ${reason}`}
        rows={group.newest}
        columns={columns}
        idOf={({ partition, offset }) => `${partition}-${offset}`}
        empty="No dead letters."
      />
    </details>
  );
}

function columnsOf(topic: string, maxReplays: number): Column<DeadLetter>[] {
  return [
    { id: "time", header: "Time", accessorFn: ({ time }) => time, sortFn: "basic", cell: ({ row }) => <Time at={row.original.time} /> },
    {
      id: "position",
      header: "Partition, offset",
      accessorFn: ({ partition, offset }) => partition * Number.MAX_SAFE_INTEGER + offset,
      sortFn: "basic",
      cell: ({ row }) => <PositionLink topic={topic} deadLetter={row.original} />,
    },
    {
      id: "key",
      header: "Key",
      accessorFn: ({ key }) => key ?? "",
      sortFn: "alphanumeric",
      cell: ({ row: { original: deadLetter } }) =>
        deadLetter.key === null ? <span className="muted">none or hidden</span> : <UntrustedText code>{deadLetter.key}</UntrustedText>,
    },
    {
      id: "exception",
      header: "Exception",
      accessorFn: ({ exception }) => exception ?? "",
      sortFn: "alphanumeric",
      cell: ({ row: { original: deadLetter } }) =>
        deadLetter.exception === null ? <span className="muted">none</span> : <UntrustedText code>{deadLetter.exception}</UntrustedText>,
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
      cell: ({ row }) => <ReplayButton topic={topic} deadLetter={row.original} maxReplays={maxReplays} />,
    },
  ];
}

function PositionLink({ topic, deadLetter: { partition, offset } }: { topic: string; deadLetter: DeadLetter }) {
  return (
    <Link
      to="/dead-letters/$topic/$partition/$offset"
      params={{ topic, partition: String(partition), offset: String(offset) }}
      // A preload would make the server read Kafka for each link the pointer crosses.
      preload={false}
      className="code"
      aria-label={`Open dead letter ${partition}, ${offset}`}
    >
      {`${partition}, ${offset}`}
    </Link>
  );
}
