import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Schemas } from "../api/client";
import { App } from "../App";
import { refused, serve } from "./server";

const HOSTILE = '<img src=x onerror="alert(1)"> 🦊';
const UNSEEN = `${HOSTILE}ad\u200bmin\u202e`;
const SEEN = `${HOSTILE}ad⟨U+200B⟩min⟨U+202E⟩`;

function open(path: string) {
  window.history.replaceState(null, "", path);
  render(<App />);
  return userEvent.setup();
}

function bodyOf(server: ReturnType<typeof serve>, call: string): unknown {
  return server.asked.find((asked) => asked.call === call)?.body;
}

describe("signing in", () => {
  let server: ReturnType<typeof serve>;
  const signedOut = refused(401, "No token.");

  beforeEach(() => {
    server = serve({ "GET /api/profile": signedOut });
  });

  async function tryToSignIn() {
    const user = open("/sessions");
    await user.type(await screen.findByLabelText("User name or e-mail address"), "admin");
    await user.type(screen.getByLabelText("Password"), "secret");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    return user;
  }

  it("asks for the cookie, and goes on to where one wanted to be", async () => {
    server.handlers["POST /api/login"] = () => {
      server.handlers["GET /api/profile"] = {
        body: { userId: 1, username: "admin", email: "a@b.c", tokenExpiresAt: "2026-11-22T08:00:00.000Z" },
      };
      return { body: { userId: 1, username: "admin", expiresAt: "2026-11-22T08:00:00.000Z" } };
    };
    server.handlers["GET /api/sessions"] = { body: { sessions: [] } };
    await tryToSignIn();
    expect(await screen.findByRole("heading", { name: "Sessions" })).toBeVisible();
    expect(window.location.pathname).toBe("/sessions");
    expect(bodyOf(server, "POST /api/login")).toEqual({ username: "admin", password: "secret", session: "cookie" });
  });

  it("says that the password is wrong or the account locked", async () => {
    server.handlers["POST /api/login"] = refused(401, "Wrong.");
    await tryToSignIn();
    expect(await screen.findByRole("alert")).toHaveTextContent(/wrong, or the account is locked/);
    expect(screen.getByLabelText("Password")).toHaveFocus();
  });

  it("says how long to wait, and does not ask before", async () => {
    server.handlers["POST /api/login"] = refused(429, "Too many.", { retryAfter: 30 });
    const user = await tryToSignIn();
    expect(await screen.findByRole("alert")).toHaveTextContent("Too many sign-ins came from your network. Try again in 30 seconds.");
    await user.click(screen.getByRole("button", { name: /Sign in again in/ }));
    expect(server.asked.filter(({ call }) => call === "POST /api/login")).toHaveLength(1);
  });

  it("says that the server cannot be reached", async () => {
    server.handlers["POST /api/login"] = () => Promise.reject(new TypeError("Failed to fetch"));
    await tryToSignIn();
    expect(await screen.findByRole("alert")).toHaveTextContent(/cannot be reached/);
  });

  it("asks for what is missing, and puts the focus there", async () => {
    const user = open("/sign-in");
    await user.click(await screen.findByRole("button", { name: "Sign in" }));
    expect(screen.getByLabelText("User name or e-mail address")).toHaveFocus();
    expect(screen.getByRole("alert")).toHaveTextContent("Type your user name");
  });

  it("goes nowhere else than to a page of its own", async () => {
    server.handlers["POST /api/login"] = () => {
      delete server.handlers["GET /api/profile"];
      return { body: { userId: 1, username: "admin", expiresAt: "2026-11-22T08:00:00.000Z" } };
    };
    const user = open("/sign-in?next=//evil.example/");
    await user.type(await screen.findByLabelText("User name or e-mail address"), "admin");
    await user.type(screen.getByLabelText("Password"), "secret");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    await waitFor(() => expect(bodyOf(server, "POST /api/login")).toBeDefined());
    expect(window.location.host).toBe("localhost:3000");
  });
});

describe("every page", () => {
  it("shows how the system is", async () => {
    serve({
      "GET /health": {
        status: 503,
        body: {
          status: "unhealthy",
          database: "disconnected",
          kafka: false,
          changefeed: "unknown",
          rejectedRouteFiles: 2,
          since: { database: "2026-11-21T08:00:00.000Z", kafka: new Date().toISOString(), changefeed: "2025-11-20T08:00:00.000Z" },
        } satisfies Schemas["Health"],
      },
    });
    open("/routes");
    const state = await screen.findByRole("region", { name: "State of the system" });
    expect(await within(state).findByText("Database away, Kafka away, change feed not known.")).toBeInTheDocument();
    expect(state).toHaveTextContent(/Databaseaway since .*Kafkaaway since \d\d:\d\d:\d\d.*not known since (Nov 20|20 Nov)/);
    expect(screen.getByRole("link", { name: /2 rejected files/ })).toBeVisible();
  });

  it("goes to the sign-in when the session is over", async () => {
    serve({ "GET /api/routes": refused(401, "No token.") });
    open("/routes");
    expect(await screen.findByText("Your session has ended. Sign in again.")).toBeVisible();
  });

  it("says that the server cannot be reached, and tries again", async () => {
    const server = serve({ "GET /api/profile": () => Promise.reject(new TypeError("Failed to fetch")) });
    const user = open("/routes");
    expect(await screen.findByRole("alert")).toHaveTextContent(/cannot be reached/);
    server.handlers["GET /api/profile"] = {
      body: { userId: 1, username: "admin", email: "a@b.c", tokenExpiresAt: "2026-11-22T08:00:00.000Z" },
    };
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("heading", { name: "Routes" })).toBeVisible();
  });

  it("keeps what it said until there is another answer", async () => {
    let asked = 0;
    serve({
      "GET /api/routes": async () => {
        asked++;
        await new Promise((resolve) => setTimeout(resolve, 100));
        return refused(503, "Kafka is away.");
      },
    });
    open("/routes");
    const alert = await screen.findByRole("alert");
    const first = asked;
    await waitFor(() => expect(asked).toBe(first + 2));
    expect(alert).toBeVisible();
  });

  it("says that the server cannot be reached when it does not answer", async () => {
    const limits: number[] = [];
    const late = new AbortController();
    vi.spyOn(AbortSignal, "timeout").mockImplementation((limit) => {
      limits.push(limit);
      return late.signal;
    });
    const never = (request: Request) =>
      new Promise<never>((_, fail) => {
        const end = () => fail(request.signal.reason as Error);
        request.signal.addEventListener("abort", end);
        if (request.signal.aborted) {
          end();
        }
      });
    serve({ "GET /health": never, "GET /api/changefeeds": never, "GET /api/dead-letters": never });
    open("/dead-letters");
    await waitFor(() => expect(limits).toContain(30_000));
    expect(limits.filter((limit) => limit === 10_000)).toHaveLength(3);
    late.abort(new DOMException("Too late.", "TimeoutError"));
    expect(await screen.findByText("Database not known, Kafka not known, change feed not known.")).toBeInTheDocument();
    expect(await screen.findByRole("alert")).toHaveTextContent(/cannot be reached/);
  });

  it("says that there is no such page, and leads back", async () => {
    serve({});
    const user = open("/nowhere");
    expect(await screen.findByRole("heading", { level: 1, name: "There is no such page" })).toHaveFocus();
    expect(document.title).toBe("There is no such page · Tidewatch");
    await user.click(screen.getByRole("link", { name: "To Tidewatch" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Live" })).toBeVisible();
  });

  it("shows a name as text, whatever it is made of", async () => {
    serve({ "GET /api/profile": { body: { userId: 1, username: UNSEEN, email: "a@b.c", tokenExpiresAt: "2026-11-22T08:00:00.000Z" } } });
    open("/routes");
    const name = await screen.findByText(SEEN);
    expect(name.tagName).toBe("BDI");
  });
});

describe("routes", () => {
  const route = (more: Partial<Schemas["Route"]>): Schemas["Route"] => ({
    id: "login",
    description: "Logs in.",
    file: "camel/login/login.camel.yaml",
    own: false,
    state: "started",
    exchanges: 1234,
    failures: 0,
    ...more,
  });
  const routes = [route({}), route({ id: "mine", description: null, file: "mine.camel.yaml", own: true, exchanges: 5, failures: 2 })];

  it("lists what runs, and finds it", async () => {
    serve({ "GET /api/routes": { body: { routes, rejected: [] } } });
    const user = open("/routes");
    expect(await screen.findByRole("row", { name: /login.*Logs in\..*1,234/ })).toBeVisible();
    await user.type(screen.getByLabelText("Search"), "mine");
    await waitFor(() => expect(screen.queryByText("Logs in.")).toBeNull());
    expect(screen.getByRole("row", { name: /mine/ })).toBeVisible();
  });

  it("sorts by failures", async () => {
    serve({ "GET /api/routes": { body: { routes, rejected: [] } } });
    const user = open("/routes");
    await user.click(await screen.findByRole("button", { name: "Failures" }));
    expect(screen.getByRole("columnheader", { name: "Failures" })).toHaveAttribute("aria-sort", "descending");
    expect(screen.getAllByRole("row")[1]).toHaveTextContent("mine");
  });

  it("says why a file is rejected", async () => {
    serve({
      "GET /api/routes": {
        body: { routes, rejected: [{ file: "bad.camel.yaml", line: 3, column: 7, reason: "There is no component kafak; write kafka." }] },
      },
    });
    open("/routes");
    const rejected = await screen.findByRole("region", { name: "One file of yours is rejected" });
    expect(rejected).toHaveTextContent("bad.camel.yaml line 3, column 7There is no component kafak; write kafka.");
  });

  it("stops a route of the user's, and no other one", async () => {
    const server = serve({ "GET /api/routes": { body: { routes, rejected: [] } } });
    server.handlers["POST /api/routes/mine/stop"] = () => {
      const stopped = route({ id: "mine", own: true, state: "stopped" });
      server.handlers["GET /api/routes"] = { body: { routes: [route({}), stopped], rejected: [] } };
      return { body: stopped };
    };
    const user = open("/routes");
    await user.click(await screen.findByRole("button", { name: "Stop mine" }));
    expect(await screen.findByRole("button", { name: "Start mine" })).toBeVisible();
    expect(screen.queryByRole("button", { name: /login/ })).toBeNull();
  });
});

describe("sessions", () => {
  const session = (more: Partial<Schemas["Session"]>): Schemas["Session"] => ({
    id: 1,
    createdAt: "2026-11-21T08:00:00.000Z",
    expiresAt: "2026-11-22T08:00:00.000Z",
    ipAddress: "127.0.0.1",
    userAgent: "curl/8.5.0",
    current: false,
    ...more,
  });
  const sessions = [
    session({ current: true, userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0" }),
    session({ id: 2 }),
  ];

  it("ends another one", async () => {
    const server = serve({ "GET /api/sessions": { body: { sessions } } });
    server.handlers["DELETE /api/sessions/2"] = () => {
      server.handlers["GET /api/sessions"] = { body: { sessions: sessions.slice(0, 1) } };
      return { status: 204 };
    };
    const user = open("/sessions");
    await user.click(await screen.findByRole("button", { name: "End the session of curl/8.5.0 at 127.0.0.1" }));
    await waitFor(() => expect(screen.queryByRole("button", { name: /curl/ })).toBeNull());
    expect(screen.getByText("Firefox on Linux")).toBeVisible();
    expect(screen.getByRole("heading", { level: 1 })).toHaveFocus();
  });

  it("ends all of them only when asked twice", async () => {
    const server = serve({ "GET /api/sessions": { body: { sessions } }, "DELETE /api/sessions": { status: 204 } });
    const user = open("/sessions");
    await user.click(await screen.findByRole("button", { name: "End all sessions" }));
    const dialog = await screen.findByRole("alertdialog", { name: "End all of your sessions?" });
    expect(bodyOf(server, "DELETE /api/sessions")).toBeUndefined();
    server.handlers["GET /api/profile"] = refused(401, "No token.");
    await user.click(within(dialog).getByRole("button", { name: "End all" }));
    expect(await screen.findByRole("heading", { name: "Sign in to Tidewatch" })).toBeVisible();
  });

  it("shows a client's name as text", async () => {
    serve({ "GET /api/sessions": { body: { sessions: [session({ userAgent: UNSEEN })] } } });
    open("/sessions");
    expect((await screen.findByText(SEEN)).tagName).toBe("BDI");
    expect(document.querySelector("img[src=x]")).toBeNull();
  });

  it("lists a thousand without a row for each in the document", async () => {
    vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(44);
    const many = Array.from({ length: 1000 }, (_, index) => session({ id: index + 1 }));
    serve({ "GET /api/sessions": { body: { sessions: many } } });
    open("/sessions");
    expect(await screen.findByRole("table", { name: "Your sessions" })).toHaveAttribute("aria-rowcount", "1001");
    expect(screen.getAllByRole("row").length).toBeLessThan(100);
  });

  async function changePassword(answer: Parameters<typeof serve>[0][string]) {
    const server = serve({ "GET /api/sessions": { body: { sessions } }, "POST /api/password": answer });
    const user = open("/sessions");
    await user.type(await screen.findByLabelText("Current password"), "old secret");
    await user.type(screen.getByLabelText("New password"), "new secret");
    await user.click(screen.getByRole("button", { name: "Change password" }));
    return server;
  }

  it("changes the password", async () => {
    const server = await changePassword({ status: 204 });
    expect(await screen.findByText(/The new password holds/)).toBeVisible();
    expect(screen.getByLabelText("New password")).toHaveValue("");
    expect(bodyOf(server, "POST /api/password")).toEqual({ currentPassword: "old secret", newPassword: "new secret" });
  });

  it("says which password is wrong, at its field", async () => {
    await changePassword(refused(403, "Refused.", { errors: [{ field: "currentPassword", detail: "is wrong" }] }));
    const field = screen.getByLabelText("Current password");
    await waitFor(() => expect(field).toHaveAccessibleDescription(/current password is wrong/));
    expect(field).toHaveFocus();
    expect(field).toBeInvalid();
  });
});

describe("dead letters", () => {
  const letter = (offset: number, more: Partial<Schemas["DeadLetter"]> = {}): Schemas["DeadLetter"] => ({
    partition: 0,
    offset,
    time: "2026-11-21T08:00:00.000Z",
    key: HOSTILE,
    exception: "java.lang.IllegalStateException",
    replays: 0,
    ...more,
  });
  const letters: Schemas["DeadLetters"] = {
    maxReplays: 3,
    lookedAt: 1000,
    topics: [
      {
        topic: "user-events.dlq",
        origin: "user-events",
        olderNotLookedAt: 0,
        groups: [
          { route: "log-user-events", reason: "The record is no JSON.", count: 2, newest: [letter(17), letter(16, { replays: 3 })] },
        ],
      },
    ],
  };

  it("replays one after a question", async () => {
    const server = serve({
      "GET /api/dead-letters": { body: letters },
      "POST /api/dead-letters/replay": { body: { replayed: 1, stayed: 0, waiting: 1 } },
    });
    const user = open("/dead-letters");
    await user.click(await screen.findByText("The record is no JSON."));
    expect(screen.getByText("stays")).toBeVisible();
    expect(screen.getAllByText(HOSTILE)[0]?.tagName).toBe("BDI");
    await user.click(screen.getByRole("button", { name: "Replay the letter at partition 0, offset 17" }));
    const dialog = await screen.findByRole("alertdialog", { name: "Replay this letter?" });
    await user.click(within(dialog).getByRole("button", { name: "Replay" }));
    expect(await screen.findByText("1 letter was sent back. 1 letter waits now.")).toBeVisible();
    expect(bodyOf(server, "POST /api/dead-letters/replay")).toEqual({ topic: "user-events.dlq", partition: 0, offsets: [17], limit: 1 });
  });

  it("replays nothing when one thinks better of it", async () => {
    const server = serve({ "GET /api/dead-letters": { body: letters } });
    const user = open("/dead-letters");
    await user.click(await screen.findByRole("button", { name: "Replay all …" }));
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(bodyOf(server, "POST /api/dead-letters/replay")).toBeUndefined();
  });

  const bytes = (text: string, more: Partial<Schemas["LetterBytes"]> = {}): Schemas["LetterBytes"] => ({
    size: text.length,
    base64: btoa(text),
    text,
    truncated: false,
    masked: false,
    ...more,
  });
  const details: Schemas["DeadLetterDetails"] = {
    topic: "user-events.dlq",
    partition: 0,
    offset: 17,
    time: "2026-11-21T08:00:00.100Z",
    origin: { topic: "user-events", partition: 2, offset: 5 },
    route: "log-user-events",
    group: "log-user-events",
    reason: "The record is no JSON. \u202e",
    exception: "dev.tidewatch.outbox.UnreadableEventException",
    failedAt: "2026-11-21T08:00:00.000Z",
    replays: 1,
    maxReplays: 3,
    replayedAt: null,
    replayable: true,
    headers: [
      { name: "trace", value: bytes("x", { text: "<b>\u202e" }) },
      { name: "X-Token", value: bytes("abc", { base64: null, text: null, masked: true }) },
      { name: "null", value: null },
      { name: "binary", value: { size: 2, base64: "//8=", text: null, truncated: false, masked: false } },
    ],
    headerCount: 4,
    key: null,
    value: bytes('{"user":"***","n":1.0}', { masked: true, size: 40 }),
  };

  it("opens one: the cause first, then what is in it", async () => {
    const server = serve({ "GET /api/dead-letters": { body: letters }, "GET /api/dead-letters/user-events.dlq/0/17": { body: details } });
    const user = open("/dead-letters");
    await user.click(await screen.findByText("The record is no JSON."));
    const link = screen.getByRole("link", { name: "Open letter 0, 17" });
    // Begins at once to fetch what is behind a link, where that is fetched ahead.
    fireEvent.touchStart(link);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.asked.filter(({ call }) => call.endsWith("/17"))).toEqual([]);
    await user.click(link);

    expect(await screen.findByRole("heading", { level: 1, name: "The record is no JSON. ⟨U+202E⟩" })).toBeVisible();
    expect(window.location.pathname).toBe("/dead-letters/user-events.dlq/0/17");
    const cause = screen.getByRole("region", { name: "Cause" });
    expect(cause).toHaveTextContent(/Routelog-user-events.*UnreadableEventException.*user-events, partition 2, offset 5.*1 of 3/);
    const value = within(screen.getByRole("region", { name: "Value" }));
    expect(value.getByText('40 bytes. "***" stands for what is secret.')).toBeVisible();
    expect(value.getByRole("group", { name: "Value as text" }).textContent).toBe('{\n  "user": "***",\n  "n": 1.0\n}');
    await user.click(value.getByRole("tab", { name: "Bytes" }));
    expect(value.getByRole("group", { name: /^Value as bytes/ })).toHaveTextContent(/^00000000 7b 22 75 73 65 72/);
    expect(screen.getByRole("region", { name: "Key" })).toHaveTextContent("The record has no key.");
    expect(screen.getByRole("row", { name: "trace <b>⟨U+202E⟩" })).toBeVisible();
    expect(screen.getByRole("row", { name: "X-Token 3 bytes. Nothing of it is shown, because it may hold a secret." })).toBeVisible();
    expect(screen.getByRole("row", { name: "null none" })).toBeVisible();
    expect(screen.getByRole("row", { name: "binary //8= In base64: 2 bytes, no text." })).toBeVisible();
  });

  it("copies what is shown of one", async () => {
    serve({ "GET /api/dead-letters/user-events.dlq/0/17": { body: details } });
    const user = open("/dead-letters/user-events.dlq/0/17");
    await user.click(await screen.findByRole("button", { name: "Copy the value" }));
    expect(await screen.findByText("Copied.")).toBeVisible();
    expect(await navigator.clipboard.readText()).toBe('{"user":"***","n":1.0}');
  });

  it("replays the open one after a question, and says that it is replayed", async () => {
    const server = serve({ "GET /api/dead-letters/user-events.dlq/0/17": { body: details } });
    server.handlers["POST /api/dead-letters/replay"] = () => {
      server.handlers["GET /api/dead-letters/user-events.dlq/0/17"] = {
        body: { ...details, replayable: false, replayedAt: "2026-11-21T08:05:00.000Z" },
      };
      return { body: { replayed: 1, stayed: 0, waiting: 0 } };
    };
    const user = open("/dead-letters/user-events.dlq/0/17");
    await user.click(await screen.findByRole("button", { name: "Replay the letter at partition 0, offset 17" }));
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Replay" }));
    expect(await screen.findByText("1 letter was sent back.")).toBeVisible();
    expect(await screen.findByText(/^Replayed: it was sent back at/)).toBeVisible();
    expect(screen.queryByRole("button", { name: /^Replay/ })).toBeNull();
    expect(screen.getByRole("heading", { level: 1 })).toHaveFocus();
    expect(bodyOf(server, "POST /api/dead-letters/replay")).toEqual({ topic: "user-events.dlq", partition: 0, offsets: [17], limit: 1 });
  });

  it("says that one stays", async () => {
    serve({ "GET /api/dead-letters/user-events.dlq/0/17": { body: { ...details, replays: 3, replayable: false } } });
    open("/dead-letters/user-events.dlq/0/17");
    expect(await screen.findByText("It stays: its record has come back 3 times, and may not more often.")).toBeVisible();
    expect(screen.queryByRole("button", { name: /^Replay/ })).toBeNull();
  });

  it("says that one is gone", async () => {
    serve({ "GET /api/dead-letters/user-events.dlq/0/99": refused(404, "No dead letter stands there.") });
    open("/dead-letters/user-events.dlq/0/99");
    expect(await screen.findByRole("alert")).toHaveTextContent("No dead letter stands there.");
  });

  it("says that Kafka is away", async () => {
    serve({ "GET /api/dead-letters": refused(503, "Kafka is away.", { retryAfter: 5 }) });
    open("/dead-letters");
    expect(await screen.findByRole("alert")).toHaveTextContent("Kafka is away. Try again in 5 seconds.");
  });
});

describe("live", () => {
  const sse = (...events: [string, object][]) => {
    const text = events.map(([type, data]) => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`).join("");
    return new ReadableStream<Uint8Array>({ start: (stream) => stream.enqueue(new TextEncoder().encode(text)) });
  };
  const at = { timestamp: "2026-11-21T08:00:00.000Z", topic: "t", partition: 0 };
  const login = {
    ...at,
    source: "kafka-user-events",
    offset: 1,
    event: "LOGIN_SUCCESS",
    eventId: "e1",
    username: HOSTILE,
    ip: "127.0.0.1",
  };
  const change = {
    ...at,
    source: "TiDB-CDC",
    offset: 2,
    operation: "INSERT",
    table: "access_tokens",
    key: { id: 7 },
    data: { id: 7, event_id: "e1", note: HOSTILE },
    commitTs: "5",
  };

  beforeEach(() => {
    // The lists draw what is in sight; nothing is in jsdom.
    vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(600);
    vi.spyOn(Element.prototype, "clientWidth", "get").mockReturnValue(600);
  });

  it("shows a login and its row changes as one thing, with old and new values", async () => {
    serve({ "GET /api/events": { stream: sse(["ready", {}], ["user-event", login], ["row-change", change]) } });
    const user = open("/live");
    const changes = within(await screen.findByRole("region", { name: "Row changes" }));
    expect((await screen.findByText(HOSTILE)).tagName).toBe("BDI");
    const row = await changes.findByRole("button", { name: /INSERT/ });
    const event = screen.getByRole("button", { name: /LOGIN_SUCCESS/ });
    await user.hover(row);
    await waitFor(() => expect(event).toHaveClass("same"));
    await user.unhover(row);
    await waitFor(() => expect(event).not.toHaveClass("same"));
    await user.click(row);
    const dialog = within(await screen.findByRole("dialog", { name: /INSERT/ }));
    expect(dialog.getByRole("row", { name: /event_id.*e1/ })).toBeVisible();
    await user.click(dialog.getByRole("button", { name: /LOGIN_SUCCESS/ }));
    expect(await screen.findByRole("dialog", { name: /LOGIN_SUCCESS/ })).toBeVisible();
  });

  it("filters", async () => {
    serve({ "GET /api/events": { stream: sse(["user-event", login], ["row-change", change]) } });
    const user = open("/live");
    await screen.findByRole("button", { name: /INSERT/ });
    await user.selectOptions(screen.getByLabelText("Operation"), "DELETE");
    await waitFor(() => expect(screen.queryByRole("button", { name: /INSERT/ })).toBeNull());
    expect(screen.getByRole("button", { name: /LOGIN_SUCCESS/ })).toBeVisible();
  });

  it("clears the filters when there is one, and keeps the focus", async () => {
    serve({ "GET /api/events": { stream: sse(["user-event", login]) } });
    const user = open("/live");
    const clear = await screen.findByRole("button", { name: "Clear" });
    const address = screen.getByLabelText("Address");
    expect(clear).toHaveAttribute("aria-disabled", "true");
    await user.type(address, "1");
    expect(clear).not.toHaveAttribute("aria-disabled");
    await user.type(address, "{Backspace}");
    expect(clear).toHaveAttribute("aria-disabled", "true");
    await user.type(address, "1");
    await user.click(clear);
    expect(address).toHaveValue("");
    expect(clear).toHaveAttribute("aria-disabled", "true");
    expect(clear).toBeEnabled();
    expect(clear).toHaveFocus();
  });

  it("holds still while paused, and counts what comes", async () => {
    let more: ReadableStreamDefaultController<Uint8Array> | undefined;
    const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (more = controller) });
    serve({ "GET /api/events": { stream } });
    const send = (data: object) => more?.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(data)}\n\n`));
    const user = open("/live");
    await user.click(await screen.findByRole("button", { name: "Pause" }));
    send(login);
    const goOn = await screen.findByRole("button", { name: "Go on (1 new)" });
    // What a press does is said by its name; that it is pressed would say the opposite.
    expect(goOn).not.toHaveAttribute("aria-pressed");
    await user.click(goOn);
    expect(await screen.findByRole("button", { name: /LOGIN_SUCCESS/ })).toBeVisible();
  });
});

describe("the theme", () => {
  it("is remembered", async () => {
    serve({});
    const user = open("/routes");
    await user.click(await screen.findByRole("button", { name: "Dark" }));
    expect(document.documentElement.dataset.theme).toBe("dark");
    expect(localStorage.getItem("theme")).toBe("dark");
    await user.click(screen.getByRole("button", { name: "As the system" }));
    expect(document.documentElement.dataset.theme).toBeUndefined();
  });
});
