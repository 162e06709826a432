import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { readFileSync } from "node:fs";
import { runInThisContext } from "node:vm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Schemas } from "../api/client";
import { App } from "../App";
import { problem, PROFILE, serve } from "./server";

const HOSTILE = '<img src=x onerror="alert(1)"> 🦊';
const INVISIBLE = `${HOSTILE}ad\u200bmin\u202e`;
const REVEALED = `${HOSTILE}ad⟨U+200B⟩min⟨U+202E⟩`;

function open(path: string) {
  window.history.replaceState(null, "", path);
  render(<App />);
  return userEvent.setup();
}

function bodyOf(server: ReturnType<typeof serve>, call: string): unknown {
  return server.requests.find((request) => request.call === call)?.body;
}

describe("signing in", () => {
  let server: ReturnType<typeof serve>;
  const signedOut = problem(401, "The access token is missing.");

  beforeEach(() => {
    server = serve({ "GET /api/profile": signedOut });
  });

  async function submitCredentials() {
    const user = open("/sessions");
    await user.type(await screen.findByLabelText("User name or email address"), "admin");
    await user.type(screen.getByLabelText("Password"), "secret");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    return user;
  }

  it("requests a session cookie and opens the requested page", async () => {
    server.handlers["POST /api/login"] = () => {
      server.handlers["GET /api/profile"] = PROFILE;
      return { body: { userId: 1, username: "admin", expiresAt: "2026-11-22T08:00:00.000Z" } };
    };
    server.handlers["GET /api/sessions"] = { body: { sessions: [] } };
    await submitCredentials();
    expect(await screen.findByRole("heading", { name: "Sessions" })).toBeVisible();
    expect(window.location.pathname).toBe("/sessions");
    expect(bodyOf(server, "POST /api/login")).toEqual({ username: "admin", password: "secret", session: "cookie" });
  });

  it("reports wrong credentials or a locked account", async () => {
    server.handlers["POST /api/login"] = problem(401, "The credentials are wrong.");
    await submitCredentials();
    expect(await screen.findByRole("alert")).toHaveTextContent(/^Wrong user name or password, or the account is locked/);
    expect(screen.getByLabelText("Password")).toHaveFocus();
  });

  it("shows the waiting time of a rate limit and sends no request before it is over", async () => {
    server.handlers["POST /api/login"] = problem(429, "Too many.", { retryAfter: 30 });
    const user = await submitCredentials();
    expect(await screen.findByRole("alert")).toHaveTextContent("Too many sign-in attempts from your network. Try again in 30 seconds.");
    await user.click(await screen.findByRole("button", { name: /^Try again in/ }));
    expect(server.requests.filter(({ call }) => call === "POST /api/login")).toHaveLength(1);
  });

  it("reports an unreachable server", async () => {
    server.handlers["POST /api/login"] = () => Promise.reject(new TypeError("Failed to fetch"));
    await submitCredentials();
    expect(await screen.findByRole("alert")).toHaveTextContent(/Tidewatch is unreachable/);
  });

  it("focuses the first missing field", async () => {
    const user = open("/sign-in");
    await user.click(await screen.findByRole("button", { name: "Sign in" }));
    expect(screen.getByLabelText("User name or email address")).toHaveFocus();
    expect(screen.getByRole("alert")).toHaveTextContent("Enter your user name");
  });

  it("ignores a redirect to another site", async () => {
    server.handlers["POST /api/login"] = () => {
      server.handlers["GET /api/profile"] = PROFILE;
      return { body: { userId: 1, username: "admin", expiresAt: "2026-11-22T08:00:00.000Z" } };
    };
    const user = open("/sign-in?next=//evil.example/");
    await user.type(await screen.findByLabelText("User name or email address"), "admin");
    await user.type(screen.getByLabelText("Password"), "secret");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Live" })).toBeVisible();
    expect(window.location.href).toBe("http://localhost:3000/live");
  });
});

describe("every page", () => {
  it("shows the system status and the number of rejected files", async () => {
    serve({
      "GET /health": {
        status: 503,
        body: {
          status: "unhealthy",
          database: "disconnected",
          kafka: false,
          changefeed: "unknown",
          rejectedRouteFiles: 2,
          stalledPartitions: [],
          since: { database: "2026-11-21T08:00:00.000Z", kafka: new Date().toISOString(), changefeed: "2025-11-20T08:00:00.000Z" },
        } satisfies Schemas["Health"],
      },
    });
    open("/routes");
    const status = await screen.findByRole("region", { name: "System status" });
    expect(await within(status).findByText("Database unreachable, Kafka unreachable, changefeed unknown.")).toBeInTheDocument();
    expect(status).toHaveTextContent(/Databaseunreachable since .*Kafkaunreachable since \d\d:\d\d:\d\d.*unknown since (Nov 20|20 Nov)/);
    expect(screen.getByRole("link", { name: /2 rejected files/ })).toBeVisible();
  });

  it("opens the sign-in page when the session has ended", async () => {
    serve({ "GET /api/routes": problem(401, "The access token is missing.") });
    open("/routes");
    expect(await screen.findByText("Your session has ended. Sign in again.")).toBeVisible();
  });

  it("reports an unreachable server and retries on request", async () => {
    const server = serve({ "GET /api/profile": () => Promise.reject(new TypeError("Failed to fetch")) });
    const user = open("/routes");
    expect(await screen.findByRole("alert")).toHaveTextContent(/Tidewatch is unreachable/);
    server.handlers["GET /api/profile"] = PROFILE;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("heading", { name: "Routes" })).toBeVisible();
  });

  it("keeps an error visible while it retries", async () => {
    let requests = 0;
    serve({
      "GET /api/routes": async () => {
        requests++;
        await new Promise((resolve) => setTimeout(resolve, 100));
        return problem(503, "Kafka is unreachable.");
      },
    });
    open("/routes");
    const alert = await screen.findByRole("alert");
    const first = requests;
    await waitFor(() => expect(requests).toBe(first + 2));
    expect(alert).toBeVisible();
  });

  it("reports an unreachable server after a timeout", async () => {
    const limits: number[] = [];
    const timeout = new AbortController();
    vi.spyOn(AbortSignal, "timeout").mockImplementation((limit) => {
      limits.push(limit);
      return timeout.signal;
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
    timeout.abort(new DOMException("No response.", "TimeoutError"));
    expect(await screen.findByText("Database unknown, Kafka unknown, changefeed unknown.")).toBeInTheDocument();
    expect(await screen.findByRole("alert")).toHaveTextContent(/Tidewatch is unreachable/);
  });

  it("reports an unknown address and links back", async () => {
    serve({});
    const user = open("/nowhere");
    expect(await screen.findByRole("heading", { level: 1, name: "Page not found" })).toHaveFocus();
    expect(document.title).toBe("Page not found · Tidewatch");
    await user.click(screen.getByRole("link", { name: "Back to Tidewatch" }));
    expect(await screen.findByRole("heading", { level: 1, name: "Live" })).toBeVisible();
  });

  it("shows a hostile user name as text", async () => {
    serve({ "GET /api/profile": { body: { userId: 1, username: INVISIBLE, email: "a@b.c", tokenExpiresAt: "2026-11-22T08:00:00.000Z" } } });
    open("/routes");
    const name = await screen.findByText(REVEALED);
    expect(name.tagName).toBe("BDI");
  });
});

describe("routes", () => {
  const route = (more: Partial<Schemas["Route"]>): Schemas["Route"] => ({
    id: "login",
    description: "Logs a user in.",
    file: "camel/login/login.camel.yaml",
    own: false,
    capability: "login",
    state: "started",
    exchanges: 1234,
    failures: 0,
    consumer: null,
    ...more,
  });
  const mine = { description: null, file: "mine.camel.yaml", own: true, capability: null };
  const routes = [route({}), route({ ...mine, id: "mine", exchanges: 5, failures: 2 })];
  const consumer = (more: Partial<Schemas["Consumer"]> = {}): Schemas["Consumer"] => ({
    group: "mine",
    lag: 0,
    deadLettered: 0,
    retried: 0,
    duplicates: 0,
    refusedWatermarks: 0,
    skippedRecords: 0,
    lastFailure: null,
    stalled: [],
    ...more,
  });
  const stalled: Schemas["StalledPartition"] = {
    route: "mail",
    topic: HOSTILE,
    partition: 2,
    offset: 5,
    since: "2026-11-21T08:00:00.000Z",
    cause: "retries after ConnectException",
  };

  it("folds the routes of Tidewatch by capability, and opens what a search finds", async () => {
    serve({ "GET /api/routes": { body: { routes, rejected: [] } } });
    const user = open("/routes");
    expect(within(await screen.findByRole("table", { name: "Your routes" })).getByRole("row", { name: /mine/ })).toBeVisible();
    expect(screen.getByText("Logs a user in.")).not.toBeVisible();
    await user.click(screen.getByText("1 route"));
    expect(screen.getByRole("row", { name: /login.*Logs a user in\..*1,234/ })).toBeVisible();
    await user.type(screen.getByLabelText("Search"), "mine");
    await waitFor(() => expect(screen.queryByText("Logs a user in.")).toBeNull());
    await user.clear(screen.getByLabelText("Search"));
    await user.type(screen.getByLabelText("Search"), "logs a user");
    await waitFor(() => expect(screen.getByText("Logs a user in.")).toBeVisible());
    expect(screen.queryByRole("row", { name: /mine/ })).toBeNull();
  });

  it("marks a folded capability whose routes fail, do not run or are stalled", async () => {
    serve({
      "GET /api/routes": {
        body: {
          routes: [
            route({}),
            route({ id: "logout", failures: 1 }),
            route({ id: "log-user-events", capability: "audit", consumer: consumer({ stalled: [stalled], deadLettered: 3 }) }),
            route({ id: "log-database-changes", capability: "audit", state: "stopped" }),
          ],
          rejected: [],
        },
      },
    });
    open("/routes");
    expect((await screen.findByText("login", { selector: "summary *" })).closest("summary")).toHaveTextContent(/2 routes1 failure$/);
    expect(screen.getByText("audit").closest("summary")).toHaveTextContent(/2 routes1 stalled, 1 not running, 3 dead letters$/);
  });

  it("shows the lag, dead letters, retries, drops, last failure and stalled partitions of a consumer", async () => {
    const reads = consumer({
      lag: 1234,
      deadLettered: 7,
      retried: 3,
      duplicates: 1,
      skippedRecords: 2,
      lastFailure: { time: "2026-11-21T08:00:00.000Z", reason: HOSTILE },
      stalled: [stalled],
    });
    serve({ "GET /api/routes": { body: { routes: [route({ ...mine, id: "mail", consumer: reads })], rejected: [] } } });
    open("/routes");
    const row = await screen.findByRole("row", { name: /mail/ });
    expect(within(row).getAllByRole("cell")[0]).toHaveTextContent("stalled");
    expect(row).toHaveTextContent(/Stalled in .*, partition 2, offset 5, since .*: retries after ConnectException/);
    expect(row).toHaveTextContent(/Last failure at .*: <img/);
    expect(row).toHaveTextContent("Dropped: 1 duplicate, 2 records deleted by Kafka.");
    expect(
      within(row)
        .getAllByRole("cell")
        .slice(2, 5)
        .map(({ textContent }) => textContent),
    ).toEqual(["1,234", "7", "3"]);
  });

  it("does not call an unknown lag zero", async () => {
    serve({ "GET /api/routes": { body: { routes: [route({ ...mine, id: "mail", consumer: consumer({ lag: null }) })], rejected: [] } } });
    open("/routes");
    expect(within(await screen.findByRole("row", { name: /mail/ })).getByText("unknown")).toBeVisible();
  });

  it("says on every page which partitions are stalled", async () => {
    const denied = { ...stalled, topic: "denied", partition: null, offset: null, cause: "Kafka denies the topic" };
    const health = {
      status: "degraded",
      database: "connected",
      kafka: true,
      changefeed: "normal",
      rejectedRouteFiles: 0,
      stalledPartitions: [stalled, denied],
      since: { database: "2026-11-21T08:00:00.000Z", kafka: "2026-11-21T08:00:00.000Z", changefeed: "2026-11-21T08:00:00.000Z" },
    } satisfies Schemas["Health"];
    serve({ "GET /health": { body: health }, "GET /api/dead-letters": { body: { maxReplays: 3, lookedAt: 1, topics: [] } } });
    open("/dead-letters");
    const notice = await screen.findByRole("alert");
    expect(within(notice).getByRole("heading", { name: "2 stalled partitions" })).toBeVisible();
    expect(notice).toHaveTextContent(/Route mail is stalled in <img.*, partition 2, offset 5, since .*: retries after ConnectException/);
    expect(notice).toHaveTextContent(/Route mail is stalled in denied, since .*: Kafka denies the topic/);
    expect(screen.getByRole("link", { name: /Routes.*2 stalled partitions/ })).toBeVisible();
  });

  it("sorts by failures, most first", async () => {
    const more = [...routes, route({ ...mine, id: "other" })];
    serve({ "GET /api/routes": { body: { routes: more, rejected: [] } } });
    const user = open("/routes");
    const table = await screen.findByRole("table", { name: "Your routes" });
    await user.click(within(table).getByRole("button", { name: "Failures" }));
    expect(within(table).getByRole("columnheader", { name: "Failures" })).toHaveAttribute("aria-sort", "descending");
    expect(within(table).getAllByRole("row")[1]).toHaveTextContent("mine");
  });

  it("shows why a file is rejected", async () => {
    serve({
      "GET /api/routes": {
        body: {
          routes,
          rejected: [{ file: "bad.camel.yaml", line: 3, column: 7, reason: "Unknown component `kafak`. Did you mean `kafka`?" }],
        },
      },
    });
    open("/routes");
    const rejected = await screen.findByRole("region", { name: "1 rejected route file" });
    expect(rejected).toHaveTextContent("bad.camel.yaml line 3, column 7Unknown component `kafak`. Did you mean `kafka`?");
  });

  it("stops a user route, and offers no button for other routes", async () => {
    const server = serve({ "GET /api/routes": { body: { routes, rejected: [] } } });
    server.handlers["POST /api/routes/mine/stop"] = () => {
      const stopped = route({ ...mine, id: "mine", state: "stopped" });
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

  it("ends another session and moves the focus to the title", async () => {
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

  it("ends all sessions only after a confirmation", async () => {
    const server = serve({ "GET /api/sessions": { body: { sessions } }, "DELETE /api/sessions": { status: 204 } });
    const user = open("/sessions");
    await user.click(await screen.findByRole("button", { name: "End all sessions" }));
    const dialog = await screen.findByRole("alertdialog", { name: "End all your sessions?" });
    expect(bodyOf(server, "DELETE /api/sessions")).toBeUndefined();
    server.handlers["GET /api/profile"] = problem(401, "The access token is missing.");
    await user.click(within(dialog).getByRole("button", { name: "End all" }));
    expect(await screen.findByRole("heading", { name: "Sign in to Tidewatch" })).toBeVisible();
  });

  it("shows a hostile User-Agent as text", async () => {
    serve({ "GET /api/sessions": { body: { sessions: [session({ userAgent: INVISIBLE })] } } });
    open("/sessions");
    expect((await screen.findByText(REVEALED)).tagName).toBe("BDI");
    expect(document.querySelector("img[src=x]")).toBeNull();
  });

  it("keeps only the visible rows of a thousand in the document", async () => {
    vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(44);
    const many = Array.from({ length: 1000 }, (_, index) => session({ id: index + 1 }));
    serve({ "GET /api/sessions": { body: { sessions: many } } });
    open("/sessions");
    expect(await screen.findByRole("table", { name: "Your sessions" })).toHaveAttribute("aria-rowcount", "1001");
    const rows = screen.getAllByRole("row").length;
    expect(rows).toBeGreaterThan(10);
    expect(rows).toBeLessThan(100);
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
    expect(await screen.findByText(/^Password changed/)).toBeVisible();
    expect(screen.getByLabelText("New password")).toHaveValue("");
    expect(bodyOf(server, "POST /api/password")).toEqual({ currentPassword: "old secret", newPassword: "new secret" });
  });

  it("shows a wrong current password at its field", async () => {
    await changePassword(problem(403, "ApiError.", { errors: [{ field: "currentPassword", detail: "is wrong" }] }));
    const field = screen.getByLabelText("Current password");
    await waitFor(() => expect(field).toHaveAccessibleDescription(/current password is wrong/));
    expect(field).toHaveFocus();
    expect(field).toBeInvalid();
  });
});

describe("dead letters", () => {
  const deadLetter = (offset: number, more: Partial<Schemas["DeadLetter"]> = {}): Schemas["DeadLetter"] => ({
    partition: 0,
    offset,
    time: "2026-11-21T08:00:00.000Z",
    key: HOSTILE,
    exception: "java.lang.IllegalStateException",
    replays: 0,
    omitted: [],
    ...more,
  });
  const deadLetters: Schemas["DeadLetters"] = {
    maxReplays: 3,
    lookedAt: 1000,
    topics: [
      {
        topic: "user-events.dlq",
        origin: "user-events",
        olderNotLookedAt: 0,
        groups: [
          {
            route: "log-user-events",
            reason: "The record is not JSON.",
            count: 2,
            newest: [deadLetter(17), deadLetter(16, { replays: 3 })],
          },
        ],
      },
    ],
  };

  it("replays one after a confirmation", async () => {
    const server = serve({
      "GET /api/dead-letters": { body: deadLetters },
      "POST /api/dead-letters/replay": { body: { replayed: 1, stayed: 0, waiting: 1 } },
    });
    const user = open("/dead-letters");
    await user.click(await screen.findByText("The record is not JSON."));
    expect(screen.getByText("limit reached")).toBeVisible();
    expect(screen.getAllByText(HOSTILE)[0]?.tagName).toBe("BDI");
    await user.click(screen.getByRole("button", { name: "Replay the dead letter at partition 0, offset 17" }));
    const dialog = await screen.findByRole("alertdialog", { name: "Replay this dead letter?" });
    await user.click(within(dialog).getByRole("button", { name: "Replay" }));
    expect(await screen.findByText("1 dead letter replayed, 1 remaining.")).toBeVisible();
    expect(bodyOf(server, "POST /api/dead-letters/replay")).toEqual({ topic: "user-events.dlq", partition: 0, offsets: [17], limit: 1 });
  });

  it("lists the dead letters of every topic, with the route that failed, and names empty topics", async () => {
    const topic = { topic: "orders.dlq", origin: "orders", olderNotLookedAt: 0 };
    const group = { route: "mail", reason: "No mail server.", count: 1, newest: [deadLetter(1)] };
    serve({
      "GET /api/dead-letters": {
        body: {
          ...deadLetters,
          topics: [...deadLetters.topics, { ...topic, groups: [group] }, { ...topic, topic: "empty.dlq", origin: "empty", groups: [] }],
        } satisfies Schemas["DeadLetters"],
      },
    });
    open("/dead-letters");
    const orders = await screen.findByRole("region", { name: "orders.dlq" });
    expect(within(orders).getByText("mail")).toBeVisible();
    expect(screen.getByRole("region", { name: "user-events.dlq" })).toBeVisible();
    expect(screen.getByText(/^Empty topic:/)).toHaveTextContent("Empty topic: empty.dlq.");
    expect(screen.queryByText("No dead letters.")).toBeNull();
  });

  it("says that there are no dead letters only when every topic is empty", async () => {
    const topics = ["user-events", "orders"].map((origin) => ({ topic: `${origin}.dlq`, origin, olderNotLookedAt: 0, groups: [] }));
    serve({ "GET /api/dead-letters": { body: { ...deadLetters, topics } } });
    open("/dead-letters");
    expect(await screen.findByText("No dead letters.")).toBeVisible();
    expect(screen.getByText(/^Empty topics:/)).toHaveTextContent("Empty topics: user-events.dlq, orders.dlq.");
  });

  it("replays nothing when the confirmation is cancelled", async () => {
    const server = serve({ "GET /api/dead-letters": { body: deadLetters } });
    const user = open("/dead-letters");
    await user.click(await screen.findByRole("button", { name: "Replay all …" }));
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(bodyOf(server, "POST /api/dead-letters/replay")).toBeUndefined();
  });

  const bytes = (text: string, more: Partial<Schemas["RecordBytes"]> = {}): Schemas["RecordBytes"] => ({
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
    reason: "The record is not JSON. \u202e",
    exception: "dev.tidewatch.outbox.UnreadableEventException",
    failedAt: "2026-11-21T08:00:00.000Z",
    replays: 1,
    maxReplays: 3,
    replayedAt: null,
    replayable: true,
    omitted: [],
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

  it("opens a dead letter on click, without a preload", async () => {
    const server = serve({
      "GET /api/dead-letters": { body: deadLetters },
      "GET /api/dead-letters/user-events.dlq/0/17": { body: details },
    });
    const user = open("/dead-letters");
    await user.click(await screen.findByText("The record is not JSON."));
    const link = screen.getByRole("link", { name: "Open dead letter 0, 17" });
    // Starts a preload at once where preloading is enabled.
    fireEvent.touchStart(link);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(server.requests.filter(({ call }) => call.endsWith("/17"))).toEqual([]);
    await user.click(link);

    expect(await screen.findByRole("heading", { level: 1, name: "The record is not JSON. ⟨U+202E⟩" })).toBeVisible();
    expect(window.location.pathname).toBe("/dead-letters/user-events.dlq/0/17");
    const cause = screen.getByRole("region", { name: "Cause" });
    expect(cause).toHaveTextContent(/Routelog-user-events.*UnreadableEventException.*user-events, partition 2, offset 5.*1 of 3/);
    const value = within(screen.getByRole("region", { name: "Value" }));
    expect(value.getByText('40 bytes. Secrets are masked as "***".')).toBeVisible();
    expect(value.getByRole("group", { name: "Value as text" }).textContent).toBe('{\n  "user": "***",\n  "n": 1.0\n}');
    await user.click(value.getByRole("tab", { name: "Bytes" }));
    expect(value.getByRole("group", { name: /^Value as bytes/ })).toHaveTextContent(/^00000000 7b 22 75 73 65 72/);
    expect(screen.getByRole("region", { name: "Key" })).toHaveTextContent("The record has no key.");
    expect(screen.getByRole("row", { name: "trace <b>⟨U+202E⟩" })).toBeVisible();
    expect(screen.getByRole("row", { name: "X-Token 3 bytes, hidden: it may contain a secret." })).toBeVisible();
    expect(screen.getByRole("row", { name: "null none" })).toBeVisible();
    expect(screen.getByRole("row", { name: "binary //8= Base64: 2 bytes, binary." })).toBeVisible();
  });

  it("copies the value", async () => {
    serve({ "GET /api/dead-letters/user-events.dlq/0/17": { body: details } });
    const user = open("/dead-letters/user-events.dlq/0/17");
    await user.click(await screen.findByRole("button", { name: "Copy the value" }));
    expect(await screen.findByText("Copied.")).toBeVisible();
    expect(await navigator.clipboard.readText()).toBe('{"user":"***","n":1.0}');
  });

  it("replays the open dead letter and shows that it is replayed", async () => {
    const server = serve({ "GET /api/dead-letters/user-events.dlq/0/17": { body: details } });
    server.handlers["POST /api/dead-letters/replay"] = () => {
      server.handlers["GET /api/dead-letters/user-events.dlq/0/17"] = {
        body: { ...details, replayable: false, replayedAt: "2026-11-21T08:05:00.000Z" },
      };
      return { body: { replayed: 1, stayed: 0, waiting: 0 } };
    };
    const user = open("/dead-letters/user-events.dlq/0/17");
    await user.click(await screen.findByRole("button", { name: "Replay the dead letter at partition 0, offset 17" }));
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Replay" }));
    expect(await screen.findByText("1 dead letter replayed.")).toBeVisible();
    expect(await screen.findByText(/^Replayed at .*If the record failed again/)).toBeVisible();
    expect(screen.queryByRole("button", { name: /^Replay/ })).toBeNull();
    expect(screen.getByRole("heading", { level: 1 })).toHaveFocus();
    expect(bodyOf(server, "POST /api/dead-letters/replay")).toEqual({ topic: "user-events.dlq", partition: 0, offsets: [17], limit: 1 });
  });

  it("shows the replay limit", async () => {
    serve({ "GET /api/dead-letters/user-events.dlq/0/17": { body: { ...details, replays: 3, replayable: false } } });
    open("/dead-letters/user-events.dlq/0/17");
    expect(await screen.findByText("Replay limit reached (3 of 3).")).toBeVisible();
    expect(screen.queryByRole("button", { name: /^Replay/ })).toBeNull();
  });

  it("bug01 says that a dead letter lacks the value of its record", async () => {
    const cut = { ...details, replayable: false, omitted: ["value" as const], value: bytes("", { size: 34_000_000, truncated: true }) };
    serve({ "GET /api/dead-letters/user-events.dlq/0/17": { body: cut } });
    open("/dead-letters/user-events.dlq/0/17");
    expect(await screen.findByText(/does not have all parts of the record. Omitted: value\./)).toBeVisible();
    expect(screen.queryByRole("button", { name: /^Replay/ })).toBeNull();
  });

  it("reports an unknown dead letter", async () => {
    serve({ "GET /api/dead-letters/user-events.dlq/0/99": problem(404, "There is no dead letter at this offset.") });
    open("/dead-letters/user-events.dlq/0/99");
    expect(await screen.findByRole("alert")).toHaveTextContent("There is no dead letter at this offset.");
  });

  it("reports an unreachable Kafka", async () => {
    serve({ "GET /api/dead-letters": problem(503, "Kafka is unreachable.", { retryAfter: 5 }) });
    open("/dead-letters");
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "Tidewatch is temporarily unable to do this: Kafka is unreachable. Try again in 5 seconds.",
    );
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
    // The lists render the visible rows only; jsdom has no layout.
    vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(600);
    vi.spyOn(Element.prototype, "clientWidth", "get").mockReturnValue(600);
  });

  it("relates a login to the row changes of its transaction", async () => {
    serve({ "GET /api/events": { stream: sse(["ready", {}], ["user-event", login], ["row-change", change]) } });
    const user = open("/live");
    const changes = within(await screen.findByRole("region", { name: "Row changes" }));
    expect((await screen.findByText(HOSTILE)).tagName).toBe("BDI");
    const row = await changes.findByRole("button", { name: /INSERT/ });
    const event = screen.getByRole("button", { name: /LOGIN_SUCCESS/ });
    await user.hover(row);
    await waitFor(() => expect(event).toHaveClass("marked"));
    await user.unhover(row);
    await waitFor(() => expect(event).not.toHaveClass("marked"));
    await user.click(row);
    const dialog = within(await screen.findByRole("dialog", { name: /INSERT/ }));
    expect(dialog.getByRole("row", { name: /event_id.*e1/ })).toBeVisible();
    await user.click(dialog.getByRole("button", { name: /LOGIN_SUCCESS/ }));
    expect(await screen.findByRole("dialog", { name: /LOGIN_SUCCESS/ })).toBeVisible();
  });

  it("filters row changes without touching user events", async () => {
    serve({ "GET /api/events": { stream: sse(["user-event", login], ["row-change", change]) } });
    const user = open("/live");
    await screen.findByRole("button", { name: /INSERT/ });
    await user.selectOptions(screen.getByLabelText("Operation"), "DELETE");
    await waitFor(() => expect(screen.queryByRole("button", { name: /INSERT/ })).toBeNull());
    expect(screen.getByRole("button", { name: /LOGIN_SUCCESS/ })).toBeVisible();
  });

  it("enables Clear only with a filter, and keeps the focus", async () => {
    serve({ "GET /api/events": { stream: sse(["user-event", login]) } });
    const user = open("/live");
    const clear = await screen.findByRole("button", { name: "Clear" });
    const address = screen.getByLabelText("IP address");
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

  it("counts new events while paused", async () => {
    let more: ReadableStreamDefaultController<Uint8Array> | undefined;
    const stream = new ReadableStream<Uint8Array>({ start: (controller) => void (more = controller) });
    serve({ "GET /api/events": { stream } });
    const send = (data: object) => more?.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(data)}\n\n`));
    const user = open("/live");
    await user.click(await screen.findByRole("button", { name: "Pause" }));
    send(login);
    const resume = await screen.findByRole("button", { name: "Resume (1 new)" });
    // The label says what a click does; a pressed state would contradict it.
    expect(resume).not.toHaveAttribute("aria-pressed");
    await user.click(resume);
    expect(await screen.findByRole("button", { name: /LOGIN_SUCCESS/ })).toBeVisible();
  });
});

describe("theme", () => {
  it("survives a reload until the system's theme is chosen", async () => {
    serve({});
    const user = open("/routes");
    await user.click(await screen.findByRole("button", { name: "Dark" }));
    expect(document.documentElement.dataset.theme).toBe("dark");
    delete document.documentElement.dataset.theme;
    runInThisContext(readFileSync("public/theme.js", "utf8"));
    expect(document.documentElement.dataset.theme).toBe("dark");
    await user.click(screen.getByRole("button", { name: "System" }));
    expect(document.documentElement.dataset.theme).toBeUndefined();
    runInThisContext(readFileSync("public/theme.js", "utf8"));
    expect(document.documentElement.dataset.theme).toBeUndefined();
  });
});
