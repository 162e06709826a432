import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { api, dataOf, type Schemas } from "../api/client";
import { routesQuery } from "../api/queries";
import { Sign } from "../layout/StateBar";
import type { Tone } from "../layout/state";
import { Button } from "../parts/Button";
import { DataTable, type Column } from "../parts/DataTable";
import { Name } from "../parts/Name";
import { Answer, Page } from "../parts/Page";
import { say, sayError } from "../parts/Toasts";

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
        <Sign tone={TONES[route.state]} /> {route.state}
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
        <Name code>{route.id}</Name>
        {route.own && <span className="badge">yours</span>}
        {route.description !== null && (
          <div className="under">
            <Name>{route.description}</Name>
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
    cell: ({ row: { original: route } }) => <Name code>{route.file}</Name>,
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
    cell: ({ row: { original: route } }) => (route.own ? <StartOrStop route={route} /> : null),
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
    <Page
      title="Routes"
      summary={all && `${all.length} routes, ${all.filter((route) => route.own).length} of them yours, on the instance that answers.`}
    >
      <Answer of={routes}>
        {({ rejected }) => (
          <>
            <RejectedFiles rejected={rejected} />
            <div className="tools" role="search" aria-label="Routes">
              <label htmlFor="search">Search</label>
              <input
                id="search"
                type="search"
                placeholder="Id, file or description"
                value={search}
                onChange={(event) => setSearch(event.target.value)}
              />
              <label className="check">
                <input type="checkbox" checked={ownOnly} onChange={(event) => setOwnOnly(event.target.checked)} /> Only yours
              </label>
              <span className="muted" role="status">
                {shown.length === all?.length ? "" : `${shown.length} found`}
              </span>
            </div>
            <DataTable label="Routes" rows={shown} columns={columns} idOf={(route) => route.id} empty="No route matches." />
          </>
        )}
      </Answer>
    </Page>
  );
}

/** The user's own come first. */
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
      <h2 id="rejected">{files === 1 ? "One file of yours is rejected" : `${files} files of yours are rejected`}</h2>
      <p className="muted">What such a file held before runs on. Mend it and save it: it is read again within two seconds.</p>
      <ul className="rejected">
        {rejected.map(({ file, line, column, reason }) => (
          <li key={`${file}:${line}:${column}:${reason}`}>
            <span className="place">
              <Name code>{file}</Name>
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

function StartOrStop({ route }: { route: Route }) {
  const queries = useQueryClient();
  const starts = route.state === "stopped" || route.state === "suspended";
  const change = useMutation({
    mutationFn: () =>
      dataOf(
        starts
          ? api.POST("/api/routes/{id}/start", { params: { path: { id: route.id } } })
          : api.POST("/api/routes/{id}/stop", { params: { path: { id: route.id } } }),
      ),
    onSuccess: (changed) => {
      queries.setQueryData(
        routesQuery.queryKey,
        (before) => before && { ...before, routes: before.routes.map((other) => (other.id === changed.id ? changed : other)) },
      );
      say(
        <>
          The route <Name code>{changed.id}</Name> is {changed.state}.
        </>,
      );
    },
    onError: (error) => sayError(starts ? "The route was not started." : "The route was not stopped.", error),
    onSettled: () => queries.invalidateQueries({ queryKey: routesQuery.queryKey }),
  });
  const busy = change.isPending || route.state.endsWith("ing");
  return (
    <Button busy={busy} onClick={() => change.mutate()} aria-label={`${starts ? "Start" : "Stop"} ${route.id}`}>
      {starts ? "Start" : "Stop"}
    </Button>
  );
}
