import createClient from "openapi-fetch";
import type { components, paths } from "./contract";

export type Schemas = components["schemas"];

// `fetch` is looked up on each call, so that tests can replace it.
export const api = createClient<paths>({ baseUrl: location.origin, fetch: (request) => globalThis.fetch(withTimeout(request)) });

/** Adds a timeout to GET requests only: a request that changes something must run to its end. */
function withTimeout(request: Request): Request {
  if (request.method !== "GET") {
    return request;
  }
  // The server reads dead letters from Kafka while the request waits.
  const limit = new URL(request.url).pathname.startsWith("/api/dead-letters") ? 30_000 : 10_000;
  return new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(limit)]) });
}

/** An error response. `detail` is the server's text, which never contains secrets. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly errors: { field: string; detail: string }[] = [],
    /** Seconds to wait before the next attempt. */
    readonly retryAfter?: number,
  ) {
    super(detail);
    this.name = "ApiError";
  }
}

/** No response from Tidewatch: the server or the network is down, or a proxy answered instead. */
export class UnreachableError extends Error {
  constructor(options?: ErrorOptions) {
    super("The server is unreachable.", options);
    this.name = "UnreachableError";
  }
}

type Result<T> = { data?: T; error?: unknown; response: Response };

/** Returns the body of a successful response; throws {@link ApiError} or {@link UnreachableError} otherwise. */
export async function unwrap<T>(call: Promise<Result<T>>): Promise<T> {
  let result: Result<T>;
  try {
    result = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") {
      throw cause;
    }
    throw new UnreachableError({ cause });
  }
  if (result.response.ok) {
    return result.data as T;
  }
  throw toError(result.response, result.error);
}

function toError(response: Response, body: unknown): ApiError | UnreachableError {
  const problem = isProblem(body) ? body : undefined;
  if (problem === undefined && response.status >= 500) {
    return new UnreachableError();
  }
  return new ApiError(response.status, problem?.detail ?? `The server answered ${response.status}.`, problem?.errors, retryAfter(response));
}

function isProblem(body: unknown): body is Schemas["Problem"] {
  return typeof body === "object" && body !== null && "detail" in body && typeof body.detail === "string";
}

function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get("Retry-After"));
  return Number.isInteger(seconds) && seconds > 0 ? seconds : undefined;
}
