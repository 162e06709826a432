import { vi } from "vitest";
import type { Schemas } from "../api/client";

type Reply = { status?: number; headers?: Record<string, string>; body?: unknown; stream?: ReadableStream };
type Handler = Reply | ((request: Request) => Reply | Promise<Reply>);

export const PROFILE = {
  body: {
    userId: 1,
    username: "admin",
    email: "admin@tidewatch.local",
    tokenExpiresAt: "2026-11-22T08:00:00.000Z",
  } satisfies Schemas["Profile"],
};

/** The responses of a healthy server to a signed-in user. */
const HEALTHY: Record<string, Handler> = {
  "GET /api/profile": PROFILE,
  "GET /health": {
    body: {
      status: "healthy",
      database: "connected",
      kafka: true,
      changefeed: "normal",
      rejectedRouteFiles: 0,
      stalledPartitions: [],
      since: { database: "2026-11-21T08:00:00.000Z", kafka: "2026-11-21T08:00:00.000Z", changefeed: "2026-11-21T08:00:00.000Z" },
    } satisfies Schemas["Health"],
  },
  "GET /api/changefeeds": { body: { changefeeds: [] } satisfies Schemas["Changefeeds"] },
  "GET /api/routes": { body: { routes: [], rejected: [] } satisfies Schemas["Routes"] },
};

/** Replaces `fetch` with a server whose handlers a test can change and whose requests it can read. */
export function serve(handlers: Record<string, Handler>) {
  const server = { handlers: { ...HEALTHY, ...handlers }, requests: [] as { call: string; body: unknown }[] };
  vi.stubGlobal("fetch", async (request: Request) => {
    const call = `${request.method} ${new URL(request.url).pathname}`;
    const text = await request.clone().text();
    server.requests.push({ call, body: text === "" ? undefined : JSON.parse(text) });
    const handler: Handler | undefined = server.handlers[call];
    const {
      status = 200,
      headers = {},
      body,
      stream,
    } = typeof handler === "function" ? await handler(request) : (handler ?? problem(404, "Not found."));
    return new Response(stream ?? (body === undefined ? null : JSON.stringify(body)), {
      status,
      headers: { "Content-Type": status < 400 ? "application/json" : "application/problem+json", ...headers },
    });
  });
  return server;
}

export function problem(status: number, detail: string, more: { errors?: Schemas["Problem"]["errors"]; retryAfter?: number } = {}): Reply {
  return {
    status,
    headers: more.retryAfter === undefined ? {} : { "Retry-After": String(more.retryAfter) },
    body: { type: "about:blank", title: "Error", status, detail, ...(more.errors && { errors: more.errors }) },
  };
}
