import { Dialog } from "@base-ui/react/dialog";
import { useVirtualizer } from "@tanstack/react-virtual";
import { getRouteApi } from "@tanstack/react-router";
import { useDeferredValue, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "../parts/Button";
import { Name } from "../parts/Name";
import { Page } from "../parts/Page";
import { Time } from "../parts/Time";
import { EventDetails } from "./EventDetails";
import { filtered, NO_FILTER, type Filter, type LiveEvent } from "./events";
import type { Snapshot } from "./store";
import type { Link } from "./connection";

const here = getRouteApi("/signed-in/live");

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
  const { live } = here.useRouteContext();
  useEffect(() => live.open(), [live]);
  const newest = useSyncExternalStore(live.store.subscribe, live.store.snapshot);
  const link = useSyncExternalStore(live.subscribe, live.state);

  const [held, setHeld] = useState<Snapshot>();
  const shown = held ?? newest;
  const [filter, setFilter] = useState(NO_FILTER);
  const wanted = useDeferredValue(filter);
  const { users, changes } = useMemo(() => filtered(shown, wanted), [shown, wanted]);
  const tables = useMemo(() => [...new Set(shown.changes.map(({ whom }) => whom))].sort(), [shown.changes]);

  const [opened, setOpened] = useState<LiveEvent>();
  const [near, setNear] = useState<string>();
  const marked = opened === undefined ? near : opened.commit;
  const related = useMemo(
    () => (opened?.commit === undefined ? [] : [...shown.users, ...shown.changes].filter(({ commit }) => commit === opened.commit)),
    [opened, shown],
  );
  const since = held === undefined ? 0 : newest.total - held.total;
  return (
    <Page
      title="Live"
      summary={<LinkState link={link} total={newest.total} />}
      actions={
        <Button onClick={() => setHeld(held === undefined ? newest : undefined)}>
          {held === undefined ? "Pause" : since === 0 ? "Go on" : `Go on (${since.toLocaleString()} new)`}
        </Button>
      }
    >
      {shown.missedAt !== undefined && (
        <p className="notice" role="status">
          Some events before <Time at={shown.missedAt} /> came while this page was not connected, and the server no longer has them.
        </p>
      )}
      <Filters filter={filter} tables={tables} onChange={setFilter} />
      <div className="live">
        <Side title="User events" events={users} marked={marked} onNear={setNear} onOpen={setOpened} />
        <Side title="Row changes" events={changes} marked={marked} onNear={setNear} onOpen={setOpened} />
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

function LinkState({ link: { state, since }, total }: { link: Link; total: number }) {
  const events = total === 1 ? "1 event" : `${total.toLocaleString()} events`;
  switch (state) {
    case "open":
      return (
        <>
          {events}; connected since <Time at={since} />.
        </>
      );
    case "broken":
      return (
        <span className="bad-text" role="alert">
          Not connected since <Time at={since} />; trying again.
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
        <option value="">all</option>
        {(filter[name] === "" || values.includes(filter[name]) ? values : [...values, filter[name]]).map((value) => (
          <option key={value}>{value}</option>
        ))}
      </select>
    </label>
  );
  return (
    <div className="filters" role="search" aria-label="Events">
      <label>
        User, or any text
        <input type="search" value={filter.search} onChange={(event) => set({ search: event.target.value })} />
      </label>
      <label>
        Address
        <input type="search" value={filter.address} onChange={(event) => set({ address: event.target.value })} />
      </label>
      {list("Action", "action", ACTIONS)}
      {list("Table", "table", tables)}
      {list("Operation", "operation", OPERATIONS)}
      <Button look="quiet" idle={Object.values(filter).every((value) => value === "")} onClick={() => onChange(NO_FILTER)}>
        Clear
      </Button>
    </div>
  );
}

type SideProps = {
  title: string;
  events: LiveEvent[];
  /** The commit whose events are marked as one thing. */
  marked: string | undefined;
  /** The pointer or the keyboard is at an event of this commit. */
  onNear: (commit: string | undefined) => void;
  onOpen: (event: LiveEvent) => void;
};

function Side({ title, events, marked, onNear, onOpen }: SideProps) {
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
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by the keyboard (WCAG 2.1.1) */}
      <div className="side-frame" ref={frame} tabIndex={0} role="group" aria-label={`${title}, the newest first`}>
        <ul style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const event = events[item.index];
            return event === undefined ? null : (
              <li key={item.key} style={{ transform: `translateY(${item.start}px)` }}>
                <Row event={event} marked={marked !== undefined && marked === event.commit} onNear={onNear} onOpen={onOpen} />
              </li>
            );
          })}
        </ul>
        {events.length === 0 && <p className="empty">Nothing yet.</p>}
      </div>
    </section>
  );
}

type RowProps = Pick<SideProps, "onNear" | "onOpen"> & { event: LiveEvent; marked: boolean };

function Row({ event, marked, onNear, onOpen }: RowProps) {
  const near = () => onNear(event.commit);
  const far = () => onNear(undefined);
  return (
    <button
      type="button"
      className={`event${marked ? " same" : ""}`}
      onMouseEnter={near}
      onMouseLeave={far}
      onFocus={near}
      onBlur={far}
      onClick={() => onOpen(event)}
    >
      <span className={`thread ${event.commit === undefined ? "" : `thread-${threadOf(event.commit)}`}`} aria-hidden="true" />
      <span className="event-time">
        <Time at={event.at} />
      </span>
      <span className={`event-what ${toneOf(event.what)}`}>{event.what}</span>
      <span className="event-whom">
        <Name>{event.whom}</Name>
      </span>
      <span className="event-brief">
        {event.address !== "" && <Name code>{event.address}</Name>} {event.brief !== "" && <Name>{event.brief}</Name>}
      </span>
    </button>
  );
}

/** One of eight colours; events of one transaction have the same. */
function threadOf(commit: string): number {
  let hash = 0;
  for (const sign of commit) {
    hash = (hash * 31 + sign.charCodeAt(0)) % 65_521;
  }
  return hash % 8;
}

function toneOf(what: string): string {
  return /FAILURE|LOCKED$/.test(what) && what !== "ACCOUNT_UNLOCKED" ? "bad-text" : "";
}
