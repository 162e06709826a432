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
import { notify, notifyError } from "../components/Toasts";

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

const columns: Column<Route>[] = [
  {
    id: "state",
    header: "State",
    accessorFn: (route) => route.state,
    cell: ({ row: { original: route } }) => (
      <span className="nowrap">
        <StatusIcon tone={TONES[route.state]} /> {route.state}
      </span>
    ),
  },
  {
    id: "route",
    header: "Route",
    accessorFn: (route) => route.id,
    sortFn: "alphanumeric",
    cell: ({ row: { original: route } }) => (
      <>
        <UntrustedText code>{route.id}</UntrustedText>
        {route.own && <span className="badge">user route</span>}
        {route.description !== null && (
          <div className="under">
            <UntrustedText>{route.description}</UntrustedText>
          </div>
        )}
      </>
    ),
  },
  {
    id: "file",
    header: "File",
    accessorFn: (route) => route.file,
    sortFn: "alphanumeric",
    cell: ({ row: { original: route } }) => <UntrustedText code>{route.file}</UntrustedText>,
  },
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
  {
    id: "action",
    header: "Action",
    enableSorting: false,
    cell: ({ row: { original: route } }) => (route.own ? <StartStopButton route={route} /> : null),
  },
];

export function RoutesPage() {
  const routes = useQuery(routesQuery);
  const [search, setSearch] = useState("");
  const [ownOnly, setOwnOnly] = useState(false);
  const wanted = useDeferredValue(search);
  const all = routes.data?.routes;
  const shown = useMemo(() => (all === undefined ? [] : matching(all, wanted, ownOnly)), [all, wanted, ownOnly]);
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
              <label className="check">
                <input type="checkbox" checked={ownOnly} onChange={(event) => setOwnOnly(event.target.checked)} /> User routes only
              </label>
              <span className="muted" role="status">
                {shown.length === all?.length ? "" : `${shown.length} shown`}
              </span>
            </div>
            <DataTable label="Routes" rows={shown} columns={columns} idOf={(route) => route.id} empty="No matching routes." />
          </>
        )}
      </QueryResult>
    </Page>
  );
}

function summaryOf(routes: Route[]): string {
  const own = routes.filter((route) => route.own).length;
  return `${routes.length} routes on this instance, including ${own === 1 ? "1 user route" : `${own} user routes`}.`;
}

/** The routes that match every word of the search, user routes first. */
export function matching(routes: Route[], search: string, ownOnly: boolean): Route[] {
  const words = search.toLowerCase().split(/\s+/);
  return routes
    .filter((route) => {
      const text = `${route.id} ${route.file} ${route.description ?? ""}`.toLowerCase();
      return (route.own || !ownOnly) && words.every((word) => text.includes(word));
    })
    .sort((one, other) => Number(other.own) - Number(one.own));
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
