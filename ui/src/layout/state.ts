import { queryOptions } from "@tanstack/react-query";
import { api, dataOf, type Schemas } from "../api/client";

export type Tone = "good" | "warn" | "bad" | "unknown";

/** How one part of the system is. */
export type Signal = {
  tone: Tone;
  word: string;
  /** When it came to be so, in milliseconds, as the server says; as this page saw it, when that says nothing. Nobody knows of what is not watched. */
  since?: number;
};

export type SystemState = {
  database: Signal;
  kafka: Signal;
  changefeed: Signal;
  rejectedRouteFiles: number;
  /** When the server was found not to answer, while it does not. */
  unreachableSince?: number;
};

type Changefeed = Schemas["Changefeeds"]["changefeeds"][number];

/** What the server says of each part, and since when; when it cannot be reached, since when that is so. */
export function stateAfter(
  before: SystemState | undefined,
  health: Schemas["Health"] | undefined,
  changefeed: Changefeed | undefined,
  now: number,
): SystemState {
  if (health === undefined) {
    const unreachableSince = before?.unreachableSince ?? now;
    const signal: Signal = { tone: "unknown", word: "not known", since: unreachableSince };
    return { database: signal, kafka: signal, changefeed: signal, rejectedRouteFiles: before?.rejectedRouteFiles ?? 0, unreachableSince };
  }
  return {
    database: {
      ...(health.database === "connected" ? { tone: "good", word: "connected" } : { tone: "bad", word: "away" }),
      since: Date.parse(health.since.database),
    },
    kafka: {
      ...(health.kafka ? { tone: "good", word: "answers" } : { tone: "bad", word: "away" }),
      since: Date.parse(health.since.kafka),
    },
    changefeed: changefeedOf(health, changefeed),
    rejectedRouteFiles: health.rejectedRouteFiles,
  };
}

function changefeedOf(health: Schemas["Health"], changefeed: Changefeed | undefined): Signal {
  if (typeof changefeed?.stalledSince === "string") {
    return { tone: "bad", word: "stands still", since: Date.parse(changefeed.stalledSince) };
  }
  const since = health.since.changefeed === null ? {} : { since: Date.parse(health.since.changefeed) };
  switch (health.changefeed) {
    case "normal":
    case "moving":
      return { tone: "good", word: "runs", ...since };
    case "unwatched":
      return { tone: "unknown", word: "not watched", ...since };
    case "unknown":
      return { tone: "warn", word: "not known", ...since };
    case "warning":
      return { tone: "warn", word: "warning", ...since };
    default:
      return { tone: "bad", word: health.changefeed, ...since };
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
