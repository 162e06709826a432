import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { LiveConnection } from "./connection";
import { columnsOf, eventOf, filtered, NO_FILTER, type LiveEvent } from "./events";
import { LiveStore } from "./store";

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

function read(json: string): LiveEvent {
  const event = eventOf(json);
  if (event === undefined) {
    throw new Error(`No event: ${json}`);
  }
  return event;
}

// Milliseconds; a busy machine is no failure.
const WAIT = 10_000;

describe("an event", () => {
  it("is none when its data is none", () => {
    expect(eventOf("no JSON")).toBeUndefined();
    expect(eventOf("[1]")).toBeUndefined();
    expect(eventOf('{"timestamp":"yesterday"}')).toBeUndefined();
  });

  it("says in short what changed", () => {
    expect(read(change()).brief).toBe("id 1: email");
    expect(read(session()).brief).toBe("id 1");
    expect(read(login({ event: "LOGIN_FAILURE", reason: "locked" })).brief).toBe("locked");
  });

  it("shows old and new values side by side", () => {
    expect(columnsOf(read(change()))).toEqual([
      { name: "id", before: 1, after: 1, changed: false },
      { name: "username", before: "admin", after: "admin", changed: false },
      { name: "email", before: "a@b.c", after: "new@b.c", changed: true },
    ]);
    expect(columnsOf(read(session()))[0]).toEqual({ name: "id", before: undefined, after: 7, changed: false });
    expect(columnsOf(read(change({ operation: "DELETE", old: undefined })))[0]).toEqual({
      name: "id",
      before: 1,
      after: undefined,
      changed: false,
    });
  });

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
  ])("is filtered by %o", (part, user, row) => {
    const { users, changes } = filtered({ users: [read(login())], changes: [read(change())] }, { ...NO_FILTER, ...part });
    expect(users).toHaveLength(user ? 1 : 0);
    expect(changes).toHaveLength(row ? 1 : 0);
  });

  it.each(['a"b', "a\\b", "a\tb"])("is found by what is in it, not by how JSON writes it: %o", (name) => {
    const events = {
      users: [read(login({ username: name }))],
      changes: [read(change({ old: { profile: { names: [name.toUpperCase()] } } }))],
    };
    const { users, changes } = filtered(events, { ...NO_FILTER, search: name });
    expect(users).toHaveLength(1);
    expect(changes).toHaveLength(1);
  });

  it("that is a row change is found by the user whose login it belongs to", () => {
    const [mine, others] = ["1", "2"];
    const events = {
      users: [
        { ...read(login()), commit: mine },
        { ...read(login({ username: "somebody", eventId: "other" })), commit: others },
        read(login({ event: "LOGIN_FAILURE", eventId: "failed" })),
      ],
      changes: [
        read(session({ commitTs: mine })),
        read(session({ commitTs: others, offset: 13 })),
        read(session({ commitTs: undefined, offset: 14 })),
      ],
    };
    const { users, changes } = filtered(events, { ...NO_FILTER, search: "admin" });
    expect(users.map(({ what }) => what)).toEqual(["LOGIN_FAILURE", "LOGIN_SUCCESS"]);
    expect(changes.map(({ commit }) => commit)).toEqual([mine]);
    expect(filtered(events, { ...NO_FILTER, search: "admin", table: "users" }).changes).toEqual([]);
  });
});

describe("the store", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const filled = (store: LiveStore, ...events: string[]) => {
    events.forEach((event) => store.add(event));
    vi.runAllTimers();
    return store.snapshot();
  };

  it("takes each event once", () => {
    const { users, total } = filled(new LiveStore(), login(), login({ offset: 5 }), login({ eventId: "other" }));
    expect(users).toHaveLength(2);
    expect(total).toBe(2);
  });

  it.each([
    ["before", [login(), change(), session()]],
    ["after", [change(), session(), login()]],
  ])("joins a login with its row changes, when it comes %s them", (_when, events) => {
    const { users, changes } = filled(new LiveStore(), ...events, change({ commitTs: "1", offset: 13 }));
    expect(users[0]?.commit).toBe("470614392700928014");
    expect(changes.map(({ commit }) => commit)).toEqual(["470614392700928014", "470614392700928014", "1"]);
  });

  it("leaves a login its own commit when a logout ends the session that it began", () => {
    const { users } = filled(new LiveStore(), login(), session(), session({ operation: "UPDATE", commitTs: "2", offset: 13 }));
    expect(users[0]?.commit).toBe("470614392700928014");
  });

  it("keeps the newest, however many come, and tells of them seldom", () => {
    const store = new LiveStore(100);
    let told = 0;
    store.subscribe(() => told++);
    const { changes, total } = filled(store, ...Array.from({ length: 10_000 }, (_, offset) => change({ offset })));
    expect(changes).toHaveLength(100);
    expect(changes.at(-1)?.data.offset).toBe(9_999);
    expect(total).toBe(10_000);
    expect(told).toBe(1);
  });

  it("keeps fewer when they are large, at least the newest", () => {
    const store = new LiveStore(100, 0, 10_000);
    const large = (size: number, offset: number) => change({ data: { note: "x".repeat(size) }, offset });
    const offsets = ({ changes }: { changes: readonly LiveEvent[] }) => changes.map(({ data }) => data.offset);
    filled(store, login());
    expect(offsets(filled(store, ...[0, 1, 2, 3, 4, 5].map((offset) => large(2_000, offset))))).toEqual([2, 3, 4, 5]);
    expect(offsets(filled(store, large(20_000, 7)))).toEqual([7]);
    expect(offsets(filled(store, change({ offset: 8 })))).toEqual([8]);
    expect(store.snapshot().users).toHaveLength(1);
    // What left is no longer known, and so comes again.
    expect(offsets(filled(store, change({ offset: 0 })))).toEqual([8, 0]);
  });
});

describe("the connection", () => {
  const cut = (text: string) => new Response(text, { headers: { "Content-Type": "text/event-stream" } });

  function connect(...answers: Response[]) {
    const asked: Request[] = [];
    const onEnded = vi.fn();
    vi.stubGlobal("fetch", (request: Request) => {
      asked.push(request);
      return Promise.resolve(answers.shift() ?? new Response(null, { status: 401 }));
    });
    const connection = new LiveConnection({ store: new LiveStore(100, 0), onEnded, again: 1 });
    connection.open();
    return { connection, asked, onEnded };
  }

  it("comes back with the last id, also when a server that starts answers 503, and until the session is over", async () => {
    const { asked, onEnded } = connect(
      cut(`event: ready\nid: 1-0\ndata: {}\n\nid: 1-1\nevent: user-event\ndata: ${login()}\n\n`),
      new Response(null, { status: 503 }),
    );
    await vi.waitFor(() => expect(onEnded).toHaveBeenCalledOnce(), WAIT);
    expect(asked.map(({ headers }) => headers.get("Last-Event-ID"))).toEqual([null, "1-1", "1-1"]);
    expect(asked.map(({ url }) => new URL(url).search)).toEqual(["?recent=200", "", ""]);
  });

  it("shows what came, and that something is missing", async () => {
    const open = new ReadableStream({
      start: (stream) =>
        stream.enqueue(new TextEncoder().encode(`event: reset\nid: 2-0\ndata: {}\n\nevent: row-change\ndata: ${change()}\n\n`)),
    });
    const { connection } = connect(new Response(open));
    await vi.waitFor(() => expect(connection.store.snapshot().changes).toHaveLength(1), WAIT);
    expect(connection.store.snapshot().missedAt).toBeDefined();
    expect(connection.state().state).toBe("open");
    connection.close();
  });

  it("leaves nothing behind on its signal, however often it tries", async () => {
    const listeners = new Map<unknown, number>();
    const count = (method: "addEventListener" | "removeEventListener", one: number) => {
      const spy = vi.spyOn(AbortSignal.prototype, method).mockImplementation(function (this: AbortSignal) {
        listeners.set(this, (listeners.get(this) ?? 0) + one);
      });
      onTestFinished(() => spy.mockRestore());
    };
    count("addEventListener", 1);
    count("removeEventListener", -1);
    const { asked, onEnded } = connect(...Array.from({ length: 5 }, () => new Response(null, { status: 503 })));
    await vi.waitFor(() => expect(onEnded).toHaveBeenCalledOnce(), WAIT);
    expect(asked).toHaveLength(6);
    expect(Math.max(...listeners.values())).toBeLessThanOrEqual(1);
  });

  it("takes a silent connection for dead", async () => {
    const asked: Request[] = [];
    vi.stubGlobal("fetch", (request: Request) => {
      asked.push(request);
      return new Promise((_resolve, reject) => request.signal.addEventListener("abort", () => reject(new Error("cut"))));
    });
    const connection = new LiveConnection({ onEnded: vi.fn(), again: 1, silence: 10 });
    connection.open();
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(1), WAIT);
    expect(connection.state().state).toBe("broken");
    connection.close();
  });
});
