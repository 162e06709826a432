import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { api, unwrap, type Schemas } from "../api/client";
import { routesQuery } from "../api/queries";
import { StatusIcon } from "../layout/StatusBar";
import type { Tone } from "../layout/status";
import { Button } from "../components/Button";
import { DataTable, type Column } from "../components/DataTable";
import { UntrustedText } from "../components/UntrustedText";
import { Page, QueryResult } from "../components/Page";
import { Time } from "../components/Time";
import { notify, notifyError } from "../components/Toasts";
import { Place } from "./StalledPartitions";

type Route = Schemas["Route"];
type Rejected = Schemas["Routes"]["rejected"][number];

const TONES: Record<Route["state"], Tone> = {
  started: "good",
  starting: "warn",
  stopping: "warn",
  stopped: "unknown",
  suspending: "warn",
  suspended: "unknown",
};

const NONE = <span className="muted">–</span>;

/** A number of a route's Kafka consumer; its column is empty for a route without one. */
function consumerColumn(id: "lag" | "deadLettered" | "retried", header: string, bad: boolean): Column<Route> {
  return {
    id,
    header,
    accessorFn: ({ consumer }) => consumer?.[id] ?? -1,
    sortFn: "basic",
    cell: ({ row: { original: route } }) => {
      const count = route.consumer?.[id];
      if (count === undefined || count === null) {
        return route.consumer === null ? NONE : <span className="muted">unknown</span>;
      }
      return <span className={count === 0 ? "muted" : bad ? "bad-text" : ""}>{count.toLocaleString()}</span>;
    },
  };
}

const state: Column<Route> = {
  id: "state",
  header: "State",
  accessorFn: (route) => route.state,
  cell: ({ row: { original: route } }) => (
    <span className="nowrap">
      <StatusIcon tone={isStalled(route) ? "bad" : TONES[route.state]} /> {isStalled(route) ? "stalled" : route.state}
    </span>
  ),
};
const name: Column<Route> = {
  id: "route",
  header: "Route",
  accessorFn: (route) => route.id,
  sortFn: "alphanumeric",
  cell: ({ row: { original: route } }) => <Description route={route} />,
};
const consumer = [
  consumerColumn("lag", "Lag", false),
  consumerColumn("deadLettered", "Dead letters", true),
  consumerColumn("retried", "Retries", false),
];
const counts: Column<Route>[] = [
  {
    id: "exchanges",
    header: "Exchanges",
    accessorFn: (route) => route.exchanges,
    sortFn: "basic",
    cell: ({ row: { original: route } }) => route.exchanges.toLocaleString(),
  },
  {
    id: "failures",
    header: "Failures",
    accessorFn: (route) => route.failures,
    sortFn: "basic",
    cell: ({ row: { original: route } }) => (
      <span className={route.failures > 0 ? "bad-text" : "muted"}>{route.failures.toLocaleString()}</span>
    ),
  },
];
const action: Column<Route> = {
  id: "action",
  header: "Action",
  enableSorting: false,
  cell: ({ row: { original: route } }) => <StartStopButton route={route} />,
};

const OWN_COLUMNS = [state, name, ...consumer, ...counts, action];
const CONSUMER_COLUMNS = [state, name, ...consumer, ...counts];
const COLUMNS = [state, name, ...counts];

/** The id, the file and the description of a route, and what its consumer reports. */
function Description({ route }: { route: Route }) {
  const { consumer: reads } = route;
  const dropped = reads === null ? "" : droppedBy(reads);
  return (
    <>
      <UntrustedText code>{route.id}</UntrustedText>{" "}
      <span className="under file">
        <UntrustedText code>{route.file}</UntrustedText>
      </span>
      {route.description !== null && (
        <div className="under">
          <UntrustedText>{route.description}</UntrustedText>
        </div>
      )}
      {reads?.stalled.map((partition) => (
        <div key={`${partition.topic}/${partition.partition}`} className="under bad-text">
          Stalled in <Place partition={partition} />
        </div>
      ))}
      {reads?.lastFailure && (
        <div className="under">
          Last failure at <Time at={reads.lastFailure.time} />: <UntrustedText>{reads.lastFailure.reason}</UntrustedText>
        </div>
      )}
      {dropped !== "" && <div className="under">Dropped: {dropped}.</div>}
    </>
  );
}

function droppedBy({ duplicates, refusedWatermarks, skippedRecords }: NonNullable<Route["consumer"]>): string {
  return [
    counted(duplicates, "duplicate"),
    counted(refusedWatermarks, "refused watermark"),
    counted(skippedRecords, "record deleted by Kafka", "records deleted by Kafka"),
  ]
    .filter((text) => text !== "")
    .join(", ");
}

function counted(count: number, one: string, many = `${one}s`): string {
  return count === 0 ? "" : `${count.toLocaleString()} ${count === 1 ? one : many}`;
}

export function RoutesPage() {
  const routes = useQuery(routesQuery);
  const [search, setSearch] = useState("");
  const wanted = useDeferredValue(search);
  const all = routes.data?.routes;
  const shown = useMemo(() => (all === undefined ? [] : matching(all, wanted)), [all, wanted]);
  const own = shown.filter((route) => route.own);
  return (
    <Page title="Routes" summary={all && summaryOf(all)}>
      <QueryResult query={routes}>
        {({ rejected }) => (
          <>
            <RejectedFiles rejected={rejected} />
            <div className="tools" role="search" aria-label="Routes">
              <label htmlFor="search">Search</label>
              <input
                id="search"
                type="search"
                placeholder="ID, file or description"
                value={search}
                onChange={(event) => setSearch(event.target.value)}
              />
              <span className="muted" role="status">
                {shown.length === all?.length ? "" : `${shown.length} shown`}
              </span>
            </div>
            <h2 className="section">Your routes</h2>
            <DataTable
              label="Your routes"
              rows={own}
              columns={OWN_COLUMNS}
              idOf={({ id }) => id}
              empty={
                all?.some((route) => route.own) ? "No matching routes." : "No routes yet: save a route file in the folder of your routes."
              }
            />
            <h2 className="section">Routes of Tidewatch</h2>
            {byCapability(shown).map(([capability, members]) => (
              <Capability
                key={`${capability} ${wanted === ""}`}
                name={capability}
                routes={members}
                // A search shows what it finds.
                open={wanted !== ""}
              />
            ))}
            {shown.length === own.length && <p className="panel empty">No matching routes.</p>}
          </>
        )}
      </QueryResult>
    </Page>
  );
}

function summaryOf(routes: Route[]): string {
  const own = routes.filter((route) => route.own).length;
  return `${own === 1 ? "1 user route" : `${own} user routes`} and ${routes.length - own} routes of Tidewatch on this instance.`;
}

/** The routes that match every word of the search. */
export function matching(routes: Route[], search: string): Route[] {
  const words = search.toLowerCase().split(/\s+/);
  return routes.filter((route) => {
    const text = `${route.id} ${route.file} ${route.capability ?? ""} ${route.description ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Tidewatch's own routes by capability, in the order of the alphabet. */
function byCapability(routes: Route[]): [string, Route[]][] {
  const groups = new Map<string, Route[]>();
  for (const route of routes) {
    if (!route.own) {
      const name = route.capability ?? "other";
      groups.set(name, [...(groups.get(name) ?? []), route]);
    }
  }
  return [...groups].sort(([one], [other]) => one.localeCompare(other));
}

/** The routes of a capability, folded; what is wrong with them is visible all the same. */
function Capability({ name, routes, open }: { name: string; routes: Route[]; open: boolean }) {
  const problems = problemsOf(routes);
  const reads = routes.some((route) => route.consumer !== null);
  return (
    <details className="panel capability" open={open}>
      <summary>
        <StatusIcon tone={problems.length === 0 ? "good" : routes.some(isStalled) ? "bad" : "warn"} />
        <span className="code">{name}</span>
        <span className="muted">{routes.length === 1 ? "1 route" : `${routes.length} routes`}</span>
        {problems.length > 0 && <span className="bad-text">{problems.join(", ")}</span>}
      </summary>
      <DataTable
        label={`Routes of ${name}`}
        rows={routes}
        columns={reads ? CONSUMER_COLUMNS : COLUMNS}
        idOf={({ id }) => id}
        empty="No matching routes."
      />
    </details>
  );
}

/** Stalled and stopped routes, failures and dead letters, each with its number. */
function problemsOf(routes: Route[]): string[] {
  const sum = (count: (route: Route) => number) => routes.reduce((total, route) => total + count(route), 0);
  return [
    counted(routes.filter(isStalled).length, "stalled", "stalled"),
    counted(routes.filter(({ state }) => state !== "started").length, "not running", "not running"),
    counted(
      sum(({ failures }) => failures),
      "failure",
    ),
    counted(
      sum(({ consumer }) => consumer?.deadLettered ?? 0),
      "dead letter",
    ),
  ].filter((text) => text !== "");
}

function isStalled({ consumer }: Route): boolean {
  return consumer !== null && consumer.stalled.length > 0;
}

function RejectedFiles({ rejected }: { rejected: Rejected[] }) {
  if (rejected.length === 0) {
    return null;
  }
  const files = new Set(rejected.map(({ file }) => file)).size;
  return (
    <section className="panel bad" aria-labelledby="rejected">
      <h2 id="rejected">{files === 1 ? "1 rejected route file" : `${files} rejected route files`}</h2>
      <p className="muted">
        Fix and save the file: Tidewatch re-reads it within two seconds. Until then, its last valid version keeps running, if there is one.
      </p>
      <ul className="rejected">
        {rejected.map(({ file, line, column, reason }) => (
          <li key={`${file}:${line}:${column}:${reason}`}>
            <span className="location">
              <UntrustedText code>{file}</UntrustedText>
              {line > 0 && <span className="muted nowrap">{` line ${line}, column ${column}`}</span>}
            </span>
            <p className="reason" dir="auto">
              {reason}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function StartStopButton({ route }: { route: Route }) {
  const queries = useQueryClient();
  const starts = route.state === "stopped" || route.state === "suspended";
  const change = useMutation({
    mutationFn: () =>
      unwrap(
        starts
          ? api.POST("/api/routes/{id}/start", { params: { path: { id: route.id } } })
          : api.POST("/api/routes/{id}/stop", { params: { path: { id: route.id } } }),
      ),
    onSuccess: (changed) => {
      queries.setQueryData(
        routesQuery.queryKey,
        (previous) => previous && { ...previous, routes: previous.routes.map((other) => (other.id === changed.id ? changed : other)) },
      );
      notify(
        <>
          Route <UntrustedText code>{changed.id}</UntrustedText> is {changed.state}.
        </>,
      );
    },
    onError: (error) => notifyError(starts ? "Could not start the route." : "Could not stop the route.", error),
    onSettled: () => queries.invalidateQueries({ queryKey: routesQuery.queryKey }),
  });
  const busy = change.isPending || route.state.endsWith("ing");
  return (
    <Button busy={busy} onClick={() => change.mutate()} aria-label={`${starts ? "Start" : "Stop"} ${route.id}`}>
      {starts ? "Start" : "Stop"}
    </Button>
  );
}
