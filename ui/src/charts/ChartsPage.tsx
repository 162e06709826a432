import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { historyQuery } from "../api/queries";
import { Page, QueryResult } from "../components/Page";
import { Chart, TIMES } from "./Chart";
import { lagLines, loginLines, most, outboxLines, sum, tableLines, together, type Minute } from "./history";
import { wordsOfChanges, wordsOfLag, wordsOfLogins, wordsOfOutbox } from "./words";

const NOT_KNOWN = "Not known yet: the past is being read, or Kafka does not answer.";

export function ChartsPage() {
  const history = useQuery(historyQuery);
  return (
    <Page title="Charts" summary="The last hour, minute by minute.">
      <QueryResult query={history}>{({ minutes }) => <Charts minutes={minutes} at={history.dataUpdatedAt} />}</QueryResult>
    </Page>
  );
}

function Charts({ minutes, at }: { minutes: Minute[]; at: number }) {
  const lines = useMemo(
    () => ({ logins: loginLines(minutes), changes: tableLines(minutes), lag: lagLines(minutes), outbox: outboxLines(minutes) }),
    [minutes],
  );
  const loginsKnown = lines.logins.some(({ values }) => most(values) !== null);
  const changesKnown = minutes.some(({ rowChanges }) => rowChanges !== null);
  const noLogin = lines.logins.every(({ values }) => sum(values) === 0);
  const noChange = sum(together(lines.changes)) === 0;
  return (
    <div className="charts">
      <Chart
        title="Logins and failures a minute"
        words={wordsOfLogins(lines.logins)}
        minutes={minutes}
        lines={lines.logins}
        at={at}
        empty={!loginsKnown ? NOT_KNOWN : noLogin ? "Nobody has tried to log in in the last hour." : undefined}
      />
      <Chart
        title="Row changes a minute, by table"
        words={wordsOfChanges(lines.changes, changesKnown)}
        minutes={minutes}
        lines={lines.changes}
        at={at}
        empty={!changesKnown ? NOT_KNOWN : noChange ? "No row has changed in the last hour." : undefined}
        stack
      />
      <Chart
        title="Change lag, from commit to Kafka"
        words={wordsOfLag(lines.lag, changesKnown)}
        minutes={minutes}
        lines={lines.lag}
        at={at}
        empty={!changesKnown ? NOT_KNOWN : noChange ? "No row has changed in the last hour." : undefined}
        unit={TIMES}
        nothing={({ rowChanges }) => (rowChanges === null ? "not known" : "no change")}
      />
      <Chart
        title="Events waiting in the outbox"
        words={wordsOfOutbox(lines.outbox)}
        minutes={minutes}
        lines={lines.outbox}
        at={at}
        empty={most(lines.outbox[0]?.values ?? []) === null ? "Not counted yet: the database does not answer." : undefined}
      />
    </div>
  );
}
