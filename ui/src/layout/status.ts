import { queryOptions } from "@tanstack/react-query";
import { api, unwrap, type Schemas } from "../api/client";

export type Tone = "good" | "warn" | "bad" | "unknown";

export type ComponentStatus = {
  tone: Tone;
  label: string;
  /** When the status last changed, in milliseconds; undefined for a changefeed that is not monitored. */
  since?: number;
};

export type SystemStatus = {
  database: ComponentStatus;
  kafka: ComponentStatus;
  changefeed: ComponentStatus;
  rejectedRouteFiles: number;
  stalledPartitions: Schemas["Health"]["stalledPartitions"];
  /** When the first of the failed requests was sent; undefined while the server answers. */
  unreachableSince?: number;
};

type Changefeed = Schemas["Changefeeds"]["changefeeds"][number];

/** @param health undefined when the server is unreachable */
export function nextStatus(
  previous: SystemStatus | undefined,
  health: Schemas["Health"] | undefined,
  changefeed: Changefeed | undefined,
  now: number,
): SystemStatus {
  if (health === undefined) {
    const unreachableSince = previous?.unreachableSince ?? now;
    const unknown: ComponentStatus = { tone: "unknown", label: "unknown", since: unreachableSince };
    return {
      database: unknown,
      kafka: unknown,
      changefeed: unknown,
      rejectedRouteFiles: previous?.rejectedRouteFiles ?? 0,
      stalledPartitions: previous?.stalledPartitions ?? [],
      unreachableSince,
    };
  }
  return {
    database: connection(health.database === "connected", health.since.database),
    kafka: connection(health.kafka, health.since.kafka),
    changefeed: changefeedStatus(health, changefeed),
    rejectedRouteFiles: health.rejectedRouteFiles,
    stalledPartitions: health.stalledPartitions,
  };
}

function connection(connected: boolean, since: string): ComponentStatus {
  return { ...(connected ? { tone: "good", label: "connected" } : { tone: "bad", label: "unreachable" }), since: Date.parse(since) };
}

function changefeedStatus(health: Schemas["Health"], changefeed: Changefeed | undefined): ComponentStatus {
  if (typeof changefeed?.stalledSince === "string") {
    return { tone: "bad", label: "stalled", since: Date.parse(changefeed.stalledSince) };
  }
  const since = health.since.changefeed === null ? {} : { since: Date.parse(health.since.changefeed) };
  switch (health.changefeed) {
    case "normal":
    case "moving":
      return { tone: "good", label: "running", ...since };
    case "unwatched":
      return { tone: "unknown", label: "not monitored", ...since };
    case "unknown":
      return { tone: "warn", label: "unknown", ...since };
    case "warning":
      return { tone: "warn", label: "warning", ...since };
    default:
      return { tone: "bad", label: health.changefeed, ...since };
  }
}

export const statusQuery = queryOptions({
  queryKey: ["status"],
  // Never fails: an unreachable server is a status, too.
  queryFn: async ({ client, signal }): Promise<SystemStatus> => {
    const [health, changefeeds] = await Promise.all([fetchHealth(signal), fetchChangefeeds(signal)]);
    return nextStatus(client.getQueryData<SystemStatus>(["status"]), health, changefeeds?.changefeeds[0], Date.now());
  },
  refetchInterval: 5_000,
});

/** Accepts a 503, too: its body has the same schema. */
async function fetchHealth(signal: AbortSignal): Promise<Schemas["Health"] | undefined> {
  try {
    const { data, error } = await api.GET("/health", { signal });
    const health: unknown = data ?? error;
    return typeof health === "object" && health !== null && "database" in health ? (health as Schemas["Health"]) : undefined;
  } catch {
    return undefined;
  }
}

async function fetchChangefeeds(signal: AbortSignal): Promise<Schemas["Changefeeds"] | undefined> {
  try {
    return await unwrap(api.GET("/api/changefeeds", { signal }));
  } catch {
    return undefined;
  }
}
