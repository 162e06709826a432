import { Dialog } from "@base-ui/react/dialog";
import { useVirtualizer } from "@tanstack/react-virtual";
import { getRouteApi } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "../components/Button";
import { UntrustedText } from "../components/UntrustedText";
import { Page } from "../components/Page";
import { Time } from "../components/Time";
import { EventDetails } from "./EventDetails";
import { filterEvents, NO_FILTER, type Filter, type LiveEvent } from "./events";
import type { Snapshot } from "./store";
import type { ConnectionStatus } from "./stream";

const route = getRouteApi("/signed-in/live");

const OPERATIONS = ["INSERT", "UPDATE", "DELETE", "DDL"];
const ACTIONS = [
  "LOGIN_SUCCESS",
  "LOGIN_FAILURE",
  "LOGOUT",
  "ACCOUNT_LOCKED",
  "ACCOUNT_UNLOCKED",
  "SESSION_REVOKED",
  "ALL_SESSIONS_REVOKED",
  "PASSWORD_CHANGED",
  "PASSWORD_CHANGE_FAILURE",
];

export function LivePage() {
  const { live } = route.useRouteContext();
  useEffect(() => live.open(), [live]);
  const newest = useSyncExternalStore(live.store.subscribe, live.store.snapshot);
  const connection = useSyncExternalStore(live.subscribe, live.status);

  const [paused, setPaused] = useState<Snapshot>();
  const shown = paused ?? newest;
  const [filter, setFilter] = useState(NO_FILTER);
  const appliedFilter = useDeferredValue(filter);
  const { users, changes } = useMemo(() => filterEvents(shown, appliedFilter), [shown, appliedFilter]);
  const tables = useMemo(() => [...new Set(shown.changes.map(({ subject }) => subject))].sort(), [shown.changes]);

  const [opened, setOpened] = useState<LiveEvent>();
  const [hovered, setHovered] = useState<string>();
  const marked = opened === undefined ? hovered : opened.commit;
  const related = useMemo(
    () => (opened?.commit === undefined ? [] : [...shown.users, ...shown.changes].filter(({ commit }) => commit === opened.commit)),
    [opened, shown],
  );
  const newEvents = paused === undefined ? 0 : newest.total - paused.total;
  return (
    <Page
      title="Live"
      summary={<ConnectionSummary status={connection} total={newest.total} />}
      actions={
        <Button onClick={() => setPaused(paused === undefined ? newest : undefined)}>
          {paused === undefined ? "Pause" : newEvents === 0 ? "Resume" : `Resume (${newEvents.toLocaleString()} new)`}
        </Button>
      }
    >
      {shown.gapAt !== undefined && (
        <p className="notice" role="status">
          Some events before <Time at={shown.gapAt} /> are missing: they happened while the UI was disconnected, and the server no longer
          has them.
        </p>
      )}
      <Filters filter={filter} tables={tables} onChange={setFilter} />
      <div className="live">
        <Side title="User events" events={users} marked={marked} onHover={setHovered} onOpen={setOpened} />
        <Side title="Row changes" events={changes} marked={marked} onHover={setHovered} onOpen={setOpened} />
      </div>
      <Dialog.Root open={opened !== undefined} onOpenChange={(open) => open || setOpened(undefined)}>
        <Dialog.Portal>
          <Dialog.Backdrop className="backdrop" />
          <Dialog.Popup className="dialog wide">
            {opened !== undefined && <EventDetails event={opened} related={related} onOpen={setOpened} />}
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
    </Page>
  );
}

function ConnectionSummary({ status: { state, since }, total }: { status: ConnectionStatus; total: number }) {
  const events = total === 1 ? "1 event" : `${total.toLocaleString()} events`;
  switch (state) {
    case "open":
      return (
        <>
          {events}, connected since <Time at={since} />.
        </>
      );
    case "broken":
      return (
        <span className="bad-text" role="alert">
          Disconnected since <Time at={since} />, reconnecting.
        </span>
      );
    default:
      return "Connecting …";
  }
}

function Filters({ filter, tables, onChange }: { filter: Filter; tables: string[]; onChange: (filter: Filter) => void }) {
  const set = (part: Partial<Filter>) => onChange({ ...filter, ...part });
  const list = (label: string, name: "action" | "table" | "operation", values: string[]) => (
    <label>
      {label}
      <select value={filter[name]} onChange={(event) => set({ [name]: event.target.value })}>
        <option value="">All</option>
        {(filter[name] === "" || values.includes(filter[name]) ? values : [...values, filter[name]]).map((value) => (
          <option key={value}>{value}</option>
        ))}
      </select>
    </label>
  );
  return (
    <div className="filters" role="search" aria-label="Events">
      <label>
        User or any text
        <input type="search" value={filter.search} onChange={(event) => set({ search: event.target.value })} />
      </label>
      <label>
        IP address
        <input type="search" value={filter.address} onChange={(event) => set({ address: event.target.value })} />
      </label>
      {list("Action", "action", ACTIONS)}
      {list("Table", "table", tables)}
      {list("Operation", "operation", OPERATIONS)}
      <Button variant="quiet" inactive={Object.values(filter).every((value) => value === "")} onClick={() => onChange(NO_FILTER)}>
        Clear
      </Button>
    </div>
  );
}

type SideProps = {
  title: string;
  events: LiveEvent[];
  /** The events of this commit are highlighted. */
  marked: string | undefined;
  /** Called with the commit of the event under the pointer or the focus. */
  onHover: (commit: string | undefined) => void;
  onOpen: (event: LiveEvent) => void;
};

function Side({ title, events, marked, onHover, onOpen }: SideProps) {
  const frame = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: events.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 46,
    overscan: 8,
    getItemKey: (index) => events[index]?.id ?? index,
  });
  return (
    <section className="side" aria-label={title}>
      <h2>
        {title} <span className="muted">{events.length.toLocaleString()}</span>
      </h2>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the keyboard must reach a scroll area (WCAG 2.1.1) */}
      <div className="side-frame" ref={frame} tabIndex={0} role="group" aria-label={`${title}, newest first`}>
        <ul style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const event = events[item.index];
            return event === undefined ? null : (
              <li key={item.key} style={{ transform: `translateY(${item.start}px)` }}>
                <Row event={event} marked={marked !== undefined && marked === event.commit} onHover={onHover} onOpen={onOpen} />
              </li>
            );
          })}
        </ul>
        {events.length === 0 && <p className="empty">No events.</p>}
      </div>
    </section>
  );
}

type RowProps = Pick<SideProps, "onHover" | "onOpen"> & { event: LiveEvent; marked: boolean };

function Row({ event, marked, onHover, onOpen }: RowProps) {
  const enter = () => onHover(event.commit);
  const leave = () => onHover(undefined);
  return (
    <button
      type="button"
      className={`event${marked ? " marked" : ""}`}
      onMouseEnter={enter}
      onMouseLeave={leave}
      onFocus={enter}
      onBlur={leave}
      onClick={() => onOpen(event)}
    >
      <span className={`commit ${event.commit === undefined ? "" : `commit-${colorOf(event.commit)}`}`} aria-hidden="true" />
      <span className="event-time">
        <Time at={event.at} />
      </span>
      <span className={`event-type ${toneOf(event.type)}`}>{event.type}</span>
      <span className="event-subject">
        <UntrustedText>{event.subject}</UntrustedText>
      </span>
      <span className="event-summary">
        {event.address !== "" && <UntrustedText code>{event.address}</UntrustedText>}{" "}
        {event.summary !== "" && <UntrustedText>{event.summary}</UntrustedText>}
      </span>
    </button>
  );
}

/** One of eight colours. The events of a transaction share one. */
function colorOf(commit: string): number {
  let hash = 0;
  for (const digit of commit) {
    hash = (hash * 31 + digit.charCodeAt(0)) % 65_521;
  }
  return hash % 8;
}

function toneOf(type: string): string {
  return /FAILURE|_LOCKED$/.test(type) ? "bad-text" : "";
}
