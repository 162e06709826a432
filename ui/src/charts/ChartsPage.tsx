import { useQuery } from "@tanstack/react-query";
import { historyQuery } from "../api/queries";
import { Page, QueryResult } from "../components/Page";
import { Chart } from "./Chart";
import { TIMES } from "./plot";
import { lagSeries, loginSeries, outboxSeries, peak, sum, tableSeries, total, type Minute } from "./series";
import { summarizeChanges, summarizeLag, summarizeLogins, summarizeOutbox } from "./summaries";

const LOADING = "No data yet: the history is loading, or Kafka is unreachable.";

export function ChartsPage() {
  const history = useQuery(historyQuery);
  return (
    <Page title="Charts" summary="The last hour, minute by minute.">
      <QueryResult query={history}>{({ minutes }) => <Charts minutes={minutes} at={history.dataUpdatedAt} />}</QueryResult>
    </Page>
  );
}

function Charts({ minutes, at }: { minutes: Minute[]; at: number }) {
  const logins = loginSeries(minutes);
  const changes = tableSeries(minutes);
  const lag = lagSeries(minutes);
  const outbox = outboxSeries(minutes);
  const loginsKnown = logins.some(({ values }) => peak(values) !== null);
  const changesKnown = minutes.some(({ rowChanges }) => rowChanges !== null);
  const noLogins = logins.every(({ values }) => sum(values) === 0);
  const noChanges = sum(total(changes)) === 0;
  const changesEmpty = !changesKnown ? LOADING : noChanges ? "No row changes in the last hour." : undefined;
  return (
    <div className="charts">
      <Chart
        title="Logins and failures per minute"
        summary={summarizeLogins(logins)}
        minutes={minutes}
        series={logins}
        at={at}
        empty={!loginsKnown ? LOADING : noLogins ? "No login attempts in the last hour." : undefined}
      />
      <Chart
        title="Row changes per minute, by table"
        summary={summarizeChanges(changes, changesKnown)}
        minutes={minutes}
        series={changes}
        at={at}
        empty={changesEmpty}
        stack
      />
      <Chart
        title="Change lag, from commit to Kafka"
        summary={summarizeLag(lag, changesKnown)}
        minutes={minutes}
        series={lag}
        at={at}
        empty={changesEmpty}
        unit={TIMES}
        missing={({ rowChanges }) => (rowChanges === null ? "unknown" : "no changes")}
      />
      <Chart
        title="Events waiting in the outbox"
        summary={summarizeOutbox(outbox)}
        minutes={minutes}
        series={outbox}
        at={at}
        empty={outbox.every(({ values }) => peak(values) === null) ? "No data yet: the database is unreachable." : undefined}
      />
    </div>
  );
}
