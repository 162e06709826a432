import { queryOptions } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../api/client";

export type Tone = "good" | "warn" | "bad" | "unknown";

/** How one part of the system is. */
export type Signal = {
  tone: Tone;
  word: string;
  /** When it came to be so, in milliseconds: as the server says, or as this page saw it. */
  since: number;
  /** Whether it was so already when this page first asked. */
  sinceBefore: boolean;
};

export type SystemState = { database: Signal; kafka: Signal; changefeed: Signal; rejectedRouteFiles: number };

type Seen = { tone: Tone; word: string; since?: number };
type Changefeed = Schemas["Changefeeds"]["changefeeds"][number];

const NOT_REACHED: Seen = { tone: "unknown", word: "not known" };

/** Joins what the server says now with what was seen before, so that each part keeps the time at which it came to be as it is. */
export function stateAfter(
  before: SystemState | undefined,
  health: Schemas["Health"] | undefined,
  changefeed: Changefeed | undefined,
  now: number,
): SystemState {
  return {
    database: signalAfter(before?.database, health === undefined ? NOT_REACHED : databaseOf(health), now),
    kafka: signalAfter(before?.kafka, health === undefined ? NOT_REACHED : kafkaOf(health), now),
    changefeed: signalAfter(before?.changefeed, health === undefined ? NOT_REACHED : changefeedOf(health, changefeed), now),
    rejectedRouteFiles: health?.rejectedRouteFiles ?? before?.rejectedRouteFiles ?? 0,
  };
}

function signalAfter(before: Signal | undefined, { tone, word, since }: Seen, now: number): Signal {
  if (since !== undefined) {
    return { tone, word, since, sinceBefore: false };
  }
  if (before?.tone === tone && before.word === word) {
    return before;
  }
  return { tone, word, since: now, sinceBefore: before === undefined };
}

function databaseOf(health: Schemas["Health"]): Seen {
  return health.database === "connected" ? { tone: "good", word: "connected" } : { tone: "bad", word: "away" };
}

function kafkaOf(health: Schemas["Health"]): Seen {
  return health.kafka ? { tone: "good", word: "answers" } : { tone: "bad", word: "away" };
}

function changefeedOf(health: Schemas["Health"], changefeed: Changefeed | undefined): Seen {
  if (typeof changefeed?.stalledSince === "string") {
    return { tone: "bad", word: "stands still", since: Date.parse(changefeed.stalledSince) };
  }
  switch (health.changefeed) {
    case "normal":
      return { tone: "good", word: "runs" };
    case "unwatched":
      return { tone: "unknown", word: "not watched" };
    case "unknown":
      return { tone: "warn", word: "not known" };
    case "warning":
      return { tone: "warn", word: "warning" };
    default:
      return { tone: "bad", word: health.changefeed };
  }
}

export const stateQuery = queryOptions({
  queryKey: ["state"],
  // Never an error: that the server is away is a state, too.
  queryFn: async ({ client, signal }): Promise<SystemState> => {
    const [health, changefeeds] = await Promise.all([askHealth(signal), askChangefeeds(signal)]);
    return stateAfter(client.getQueryData<SystemState>(["state"]), health, changefeeds?.changefeeds[0], Date.now());
  },
  refetchInterval: 5_000,
});

/** The body of a 503 is a health, too. */
async function askHealth(signal: AbortSignal): Promise<Schemas["Health"] | undefined> {
  try {
    const { data, error } = await api.GET("/health", { signal });
    const health: unknown = data ?? error;
    return typeof health === "object" && health !== null && "database" in health ? (health as Schemas["Health"]) : undefined;
  } catch {
    return undefined;
  }
}

async function askChangefeeds(signal: AbortSignal): Promise<Schemas["Changefeeds"] | undefined> {
  try {
    return await dataOf(api.GET("/api/changefeeds", { signal }));
  } catch {
    return undefined;
  }
}
