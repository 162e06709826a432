import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { joinHub, LiveConnection } from "./connection";
import { columnsOf, filterEvents, NO_FILTER, parseEvent, type LiveEvent } from "./events";
import { Hub, type Tab } from "./hub";
import { LiveStore } from "./store";
import type { StreamMessage } from "./stream";

const TIME = "2026-11-21T08:57:17.217Z";
const LOGIN = "01a1fd52-fe80-7a3e-9941-1630f9fc5881";

function login(more: object = {}): string {
  return JSON.stringify({
    timestamp: TIME,
    source: "kafka-user-events",
    event: "LOGIN_SUCCESS",
    eventId: LOGIN,
    userId: 1,
    username: "admin",
    ip: "127.0.0.1",
    topic: "user-events",
    partition: 0,
    offset: 0,
    ...more,
  });
}

function change(more: object = {}): string {
  return JSON.stringify({
    timestamp: TIME,
    source: "TiDB-CDC",
    operation: "UPDATE",
    database: "tidewatch",
    table: "users",
    key: { id: 1 },
    data: { id: 1, username: "admin", email: "new@b.c" },
    old: { email: "a@b.c" },
    commitTs: "470614392700928014",
    topic: "tidb-cdc-events",
    partition: 0,
    offset: 11,
    ...more,
  });
}

function session(more: object = {}): string {
  return change({ operation: "INSERT", table: "access_tokens", data: { id: 7, event_id: LOGIN }, old: undefined, offset: 12, ...more });
}

function parsed(json: string): LiveEvent {
  const event = parseEvent(json);
  if (event === undefined) {
    throw new Error(`No event: ${json}`);
  }
  return event;
}

/** Milliseconds: generous, for a busy machine. */
const WAIT = 10_000;

describe("parseEvent", () => {
  it("rejects data that is no event", () => {
    expect(parseEvent("no JSON")).toBeUndefined();
    expect(parseEvent("[1]")).toBeUndefined();
    expect(parseEvent('{"timestamp":"yesterday"}')).toBeUndefined();
  });

  it("summarizes a row change by key and changed columns, and a user event by its reason", () => {
    expect(parsed(change()).summary).toBe("id 1: email");
    expect(parsed(session()).summary).toBe("id 1");
    expect(parsed(login({ event: "LOGIN_FAILURE", reason: "locked" })).summary).toBe("locked");
  });
});

describe("columnsOf", () => {
  it("pairs old and new values and marks changed columns", () => {
    expect(columnsOf(parsed(change()))).toEqual([
      { name: "id", before: 1, after: 1, changed: false },
      { name: "username", before: "admin", after: "admin", changed: false },
      { name: "email", before: "a@b.c", after: "new@b.c", changed: true },
    ]);
    expect(columnsOf(parsed(session()))[0]).toEqual({ name: "id", before: undefined, after: 7, changed: false });
    expect(columnsOf(parsed(change({ operation: "DELETE", old: undefined })))[0]).toEqual({
      name: "id",
      before: 1,
      after: undefined,
      changed: false,
    });
  });
});

describe("filterEvents", () => {
  it.each([
    [{ search: "ADMIN" }, true, true],
    [{ search: "b.c" }, false, true],
    [{ search: "user" }, false, true],
    [{ search: "username" }, false, false],
    [{ search: "event" }, false, false],
    [{ action: "LOGOUT" }, false, true],
    [{ table: "access_tokens" }, true, false],
    [{ operation: "UPDATE" }, true, true],
    [{ address: "127." }, true, true],
    [{ address: "10." }, false, true],
  ])("filters by %o: user event %s, row change %s", (part, user, row) => {
    const { users, changes } = filterEvents({ users: [parsed(login())], changes: [parsed(change())] }, { ...NO_FILTER, ...part });
    expect(users).toHaveLength(user ? 1 : 0);
    expect(changes).toHaveLength(row ? 1 : 0);
  });

  it.each(['a"b', "a\\b", "a\tb"])("searches values, not their JSON escapes: %o", (name) => {
    const events = {
      users: [parsed(login({ username: name }))],
      changes: [parsed(change({ old: { profile: { names: [name.toUpperCase()] } } }))],
    };
    const { users, changes } = filterEvents(events, { ...NO_FILTER, search: name });
    expect(users).toHaveLength(1);
    expect(changes).toHaveLength(1);
  });

  it("finds row changes by the user of the login in the same transaction", () => {
    const [own, other] = ["1", "2"];
    const events = {
      users: [
        { ...parsed(login()), commit: own },
        { ...parsed(login({ username: "somebody", eventId: "other" })), commit: other },
        parsed(login({ event: "LOGIN_FAILURE", eventId: "failed" })),
      ],
      changes: [
        parsed(session({ commitTs: own })),
        parsed(session({ commitTs: other, offset: 13 })),
        parsed(session({ commitTs: undefined, offset: 14 })),
      ],
    };
    const { users, changes } = filterEvents(events, { ...NO_FILTER, search: "admin" });
    expect(users.map(({ type }) => type)).toEqual(["LOGIN_FAILURE", "LOGIN_SUCCESS"]);
    expect(changes.map(({ commit }) => commit)).toEqual([own]);
    expect(filterEvents(events, { ...NO_FILTER, search: "admin", table: "users" }).changes).toEqual([]);
  });
});

describe("LiveStore", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const filled = (store: LiveStore, ...events: string[]) => {
    events.forEach((event) => store.add(event));
    vi.runAllTimers();
    return store.snapshot();
  };

  it("ignores duplicates", () => {
    const { users, total } = filled(new LiveStore(), login(), login({ offset: 5 }), login({ eventId: "other" }));
    expect(users).toHaveLength(2);
    expect(total).toBe(2);
  });

  it.each([
    ["before", [login(), change(), session()]],
    ["after", [change(), session(), login()]],
  ])("joins a login that arrives %s its row changes", (_order, events) => {
    const { users, changes } = filled(new LiveStore(), ...events, change({ commitTs: "1", offset: 13 }));
    expect(users[0]?.commit).toBe("470614392700928014");
    expect(changes.map(({ commit }) => commit)).toEqual(["470614392700928014", "470614392700928014", "1"]);
  });

  it("keeps the commit of a login when a logout updates its session", () => {
    const { users } = filled(new LiveStore(), login(), session(), session({ operation: "UPDATE", commitTs: "2", offset: 13 }));
    expect(users[0]?.commit).toBe("470614392700928014");
  });

  it("keeps the newest events and notifies listeners once per pause", () => {
    const store = new LiveStore(100);
    let notifications = 0;
    store.subscribe(() => notifications++);
    const { changes, total } = filled(store, ...Array.from({ length: 10_000 }, (_, offset) => change({ offset })));
    expect(changes).toHaveLength(100);
    expect(changes.at(-1)?.data.offset).toBe(9_999);
    expect(total).toBe(10_000);
    expect(notifications).toBe(1);
  });

  it("keeps fewer large events, but at least the newest", () => {
    const store = new LiveStore(100, 0, 10_000);
    const large = (size: number, offset: number) => change({ data: { note: "x".repeat(size) }, offset });
    const offsets = ({ changes }: { changes: readonly LiveEvent[] }) => changes.map(({ data }) => data.offset);
    filled(store, login());
    expect(offsets(filled(store, ...[0, 1, 2, 3, 4, 5].map((offset) => large(2_000, offset))))).toEqual([2, 3, 4, 5]);
    expect(offsets(filled(store, large(20_000, 7)))).toEqual([7]);
    expect(offsets(filled(store, change({ offset: 8 })))).toEqual([8]);
    expect(store.snapshot().users).toHaveLength(1);
    // A removed event is no longer a duplicate.
    expect(offsets(filled(store, change({ offset: 0 })))).toEqual([8, 0]);
  });
});

describe("LiveConnection", () => {
  const thatBreaksAfter = (text: string) => new Response(text, { headers: { "Content-Type": "text/event-stream" } });

  function connect(...responses: Response[]) {
    const requests: Request[] = [];
    const sessionEnded = vi.fn();
    vi.stubGlobal("fetch", (request: Request) => {
      requests.push(request);
      return Promise.resolve(responses.shift() ?? new Response(null, { status: 401 }));
    });
    const hub = new Hub({ retryDelay: 1 });
    const openTab = (ended = vi.fn()) => {
      const tab = new LiveConnection({ store: new LiveStore(100, 0), sessionEnded: ended, join: (member) => joinHub(hub, member) });
      tab.open();
      return tab;
    };
    return { connection: openTab(sessionEnded), openTab, requests, sessionEnded };
  }

  /** A stream that stays open, and a function that sends events on it. */
  function openStream() {
    let stream: ReadableStreamDefaultController<Uint8Array>;
    const response = new Response(new ReadableStream<Uint8Array>({ start: (controller) => void (stream = controller) }));
    let ids = 0;
    const send = (type: string, data = "{}") =>
      stream.enqueue(new TextEncoder().encode(`event: ${type}\nid: 1-${ids++}\ndata: ${data}\n\n`));
    return { response, send, end: () => stream.close() };
  }

  it("reconnects with the last id, through a 503, until the session ends", async () => {
    const { requests, sessionEnded } = connect(
      thatBreaksAfter(`event: ready\nid: 1-0\ndata: {}\n\nid: 1-1\nevent: user-event\ndata: ${login()}\n\n`),
      new Response(null, { status: 503 }),
    );
    await vi.waitFor(() => expect(sessionEnded).toHaveBeenCalledOnce(), WAIT);
    expect(requests.map(({ headers }) => headers.get("Last-Event-ID"))).toEqual([null, "1-1", "1-1"]);
    expect(requests.map(({ url }) => new URL(url).search)).toEqual(["?recent=200", "", ""]);
  });

  it.each([
    ["reset", true],
    ["ready", false],
  ])("stores the events after a %s, and marks a gap: %s", async (type, gap) => {
    const open = new ReadableStream({
      start: (stream) =>
        stream.enqueue(new TextEncoder().encode(`event: ${type}\nid: 2-0\ndata: {}\n\nevent: row-change\ndata: ${change()}\n\n`)),
    });
    const { connection } = connect(new Response(open));
    await vi.waitFor(() => expect(connection.store.snapshot().changes).toHaveLength(1), WAIT);
    expect(connection.store.snapshot().gapAt !== undefined).toBe(gap);
    expect(connection.status().state).toBe("open");
    connection.close();
  });

  it("removes its abort listeners after each attempt", async () => {
    const listeners = new Map<unknown, number>();
    const count = (method: "addEventListener" | "removeEventListener", one: number) => {
      const spy = vi.spyOn(AbortSignal.prototype, method).mockImplementation(function (this: AbortSignal) {
        listeners.set(this, (listeners.get(this) ?? 0) + one);
      });
      onTestFinished(() => spy.mockRestore());
    };
    count("addEventListener", 1);
    count("removeEventListener", -1);
    const { requests, sessionEnded } = connect(...Array.from({ length: 5 }, () => new Response(null, { status: 503 })));
    await vi.waitFor(() => expect(sessionEnded).toHaveBeenCalledOnce(), WAIT);
    expect(requests).toHaveLength(6);
    expect(Math.max(...listeners.values())).toBeLessThanOrEqual(1);
  });

  it("reconnects after silence", async () => {
    const requests: Request[] = [];
    vi.stubGlobal("fetch", (request: Request) => {
      requests.push(request);
      return new Promise((_resolve, reject) => request.signal.addEventListener("abort", () => reject(new Error("cut"))));
    });
    const hub = new Hub({ retryDelay: 1, idleTimeout: 10 });
    const connection = new LiveConnection({ sessionEnded: vi.fn(), join: (tab) => joinHub(hub, tab) });
    connection.open();
    await vi.waitFor(() => expect(requests.length).toBeGreaterThan(1), WAIT);
    expect(connection.status().state).toBe("broken");
    connection.close();
  });

  it("bug19: reads one stream for all tabs, also for one that opens later", async () => {
    const { response, send } = openStream();
    const { connection, openTab, requests } = connect(response);
    send("ready");
    send("row-change", change({ offset: 1 }));
    await vi.waitFor(() => expect(connection.store.snapshot().total).toBe(1), WAIT);
    const later = openTab();
    send("reset");
    send("row-change", change({ offset: 2 }));
    for (const tab of [connection, later]) {
      await vi.waitFor(() => expect(tab.store.snapshot().changes.map(({ data }) => data.offset)).toEqual([1, 2]), WAIT);
      expect(tab.status().state).toBe("open");
      expect(tab.store.snapshot().gapAt).toBeDefined();
    }
    expect(requests).toHaveLength(1);
    connection.close();
  });

  it.each(["sign-out", "end of the session"])(
    "ends the stream of all tabs at the %s, and opens a new one for the next user",
    async (cause) => {
      const [first, next] = [openStream(), openStream()];
      const responses = cause === "sign-out" ? [first.response] : [first.response, new Response(null, { status: 401 })];
      const { connection, openTab, requests } = connect(...responses, next.response);
      const ended = vi.fn();
      const other = openTab(ended);
      first.send("row-change", change());
      await vi.waitFor(() => expect(other.store.snapshot().total).toBe(1), WAIT);
      if (cause === "sign-out") {
        connection.close();
        expect(requests[0]?.signal.aborted).toBe(true);
      } else {
        first.end();
      }
      await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce(), WAIT);
      expect([connection.status().state, other.status().state]).toEqual(["closed", "closed"]);

      connection.open();
      // Late: this tab has left already.
      other.close();
      next.send("row-change", change({ offset: 7 }));
      await vi.waitFor(() => expect(connection.store.snapshot().changes.map(({ data }) => data.offset)).toEqual([7]), WAIT);
      expect(requests.at(-1)?.headers.get("Last-Event-ID")).toBeNull();
      expect(other.store.snapshot().changes).toEqual([]);
      connection.close();
    },
  );
});

describe("Hub", () => {
  it("does not wait for a frozen tab, and sends it the newest events when it reads again", async () => {
    const encode = (offset: number) => new TextEncoder().encode(`event: row-change\ndata: ${offset}\n\n`);
    let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
    vi.stubGlobal("fetch", () =>
      Promise.resolve(new Response(new ReadableStream<Uint8Array>({ start: (controller) => void (stream = controller) }))),
    );
    const hub = new Hub({ limit: 10, patience: 1 });
    const seen: string[] = [];
    const reading: Tab = ({ events = [] }) => {
      seen.push(...events);
      hub.acknowledge(reading);
    };
    const received: StreamMessage[] = [];
    const frozen: Tab = (message) => {
      if (message.events !== undefined) {
        received.push(message);
      }
    };
    hub.join(reading);
    hub.join(frozen);
    await vi.waitFor(() => expect(stream).toBeDefined(), WAIT);
    for (let offset = 0; offset < 50; offset++) {
      stream?.enqueue(encode(offset));
      await vi.waitFor(() => expect(seen).toHaveLength(offset + 1), WAIT);
    }
    expect(received).toEqual([{ events: ["0"] }]);
    hub.acknowledge(frozen);
    expect(received[1]?.events?.at(-1)).toBe("49");
    expect(received[1]?.events?.length).toBeLessThanOrEqual(12);
    expect(received[1]?.gapAt).toBeDefined();
    hub.acknowledge(frozen);
    expect(received).toHaveLength(2);
    hub.end(reading);
  });
});
