import createClient from "openapi-fetch";
import type { components, paths } from "./contract";

export type Schemas = components["schemas"];

// `fetch` is looked up at each call, so that a test can put another one in its place.
export const api = createClient<paths>({ baseUrl: location.origin, fetch: (request) => globalThis.fetch(patient(request)) });

/** A question that is given up when no answer comes; what changes something has to run to its end. */
function patient(request: Request): Request {
  if (request.method !== "GET") {
    return request;
  }
  // Dead letters are read from Kafka while one waits.
  const limit = new URL(request.url).pathname.startsWith("/api/dead-letters") ? 30_000 : 10_000;
  return new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(limit)]) });
}

/** An answer that is no success; its words are the server's, which never holds secrets there. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
    readonly errors: { field: string; detail: string }[] = [],
    /** Seconds after which another try makes sense. */
    readonly retryAfter?: number,
  ) {
    super(detail);
    this.name = "Refused";
  }
}

/** No answer came: the server or the network is away, or something between answers in its place. */
export class Unreachable extends Error {
  constructor(options?: ErrorOptions) {
    super("The server cannot be reached.", options);
    this.name = "Unreachable";
  }
}

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The body of a success; throws {@link Refused} or {@link Unreachable} otherwise. */
export async function dataOf<T>(call: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") {
      throw cause;
    }
    throw new Unreachable({ cause });
  }
  if (answer.response.ok) {
    return answer.data as T;
  }
  throw refusal(answer.response, answer.error);
}

function refusal(response: Response, body: unknown): Refused | Unreachable {
  const problem = isProblem(body) ? body : undefined;
  if (problem === undefined && response.status >= 500) {
    return new Unreachable();
  }
  return new Refused(response.status, problem?.detail ?? `The server answered ${response.status}.`, problem?.errors, secondsOf(response));
}

function isProblem(body: unknown): body is Schemas["Problem"] {
  return typeof body === "object" && body !== null && "detail" in body && typeof body.detail === "string";
}

function secondsOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get("Retry-After"));
  return Number.isInteger(seconds) && seconds > 0 ? seconds : undefined;
}
