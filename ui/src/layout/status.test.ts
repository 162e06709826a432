import { describe, expect, it } from "vitest";
import type { Schemas } from "../api/client";
import { nextStatus } from "./status";

const DATABASE = "2026-11-21T08:00:00.000Z";
const KAFKA = "2026-11-21T09:00:00.000Z";
const CHANGEFEED = "2026-11-21T10:00:00.000Z";

const health = (more: Partial<Schemas["Health"]> = {}): Schemas["Health"] => ({
  status: "healthy",
  database: "connected",
  kafka: true,
  changefeed: "normal",
  rejectedRouteFiles: 0,
  stalledPartitions: [],
  since: { database: DATABASE, kafka: KAFKA, changefeed: CHANGEFEED },
  ...more,
});

describe("nextStatus", () => {
  const first = nextStatus(undefined, health(), undefined, 1000);

  it("shows each component with the server's time of the last change", () => {
    expect(first).toEqual({
      database: { tone: "good", label: "connected", since: Date.parse(DATABASE) },
      kafka: { tone: "good", label: "connected", since: Date.parse(KAFKA) },
      changefeed: { tone: "good", label: "running", since: Date.parse(CHANGEFEED) },
      rejectedRouteFiles: 0,
      stalledPartitions: [],
    });
    const down = nextStatus(first, health({ database: "disconnected", kafka: false }), undefined, 2000);
    expect(down.database).toEqual({ tone: "bad", label: "unreachable", since: Date.parse(DATABASE) });
    expect(down.kafka).toEqual({ tone: "bad", label: "unreachable", since: Date.parse(KAFKA) });
  });

  it("is unknown since the first failed request, and keeps the number of rejected files", () => {
    const rejected = nextStatus(first, health({ rejectedRouteFiles: 2 }), undefined, 1000);
    const unreachable = nextStatus(nextStatus(rejected, undefined, undefined, 2000), undefined, undefined, 3000);
    expect(unreachable.database).toEqual({ tone: "unknown", label: "unknown", since: 2000 });
    expect([unreachable.kafka, unreachable.changefeed]).toEqual([unreachable.database, unreachable.database]);
    expect(unreachable.rejectedRouteFiles).toBe(2);
    expect(nextStatus(unreachable, health(), undefined, 4000)).toEqual(first);
  });

  it("shows no time for a changefeed that is not monitored", () => {
    const unwatched = health({ changefeed: "unwatched", since: { database: DATABASE, kafka: KAFKA, changefeed: null } });
    expect(nextStatus(first, unwatched, undefined, 2000).changefeed).toEqual({ tone: "unknown", label: "not monitored" });
  });

  it.each([
    ["moving", "good", "running"],
    ["warning", "warn", "warning"],
    ["unknown", "warn", "unknown"],
    ["failed", "bad", "failed"],
  ] as const)("shows the changefeed state %s as %s", (changefeed, tone, label) => {
    expect(nextStatus(undefined, health({ changefeed }), undefined, 1000).changefeed).toEqual({
      tone,
      label,
      since: Date.parse(CHANGEFEED),
    });
  });

  it("shows a stalled changefeed since the time the server reports", () => {
    const changefeed = {
      id: "tidewatch",
      state: "normal",
      checkpointTs: "1",
      checkpointTime: null,
      checkpointLagMillis: 90_000,
      watermarkLagMillis: null,
      stalledSince: "2026-11-21T08:00:00.000Z",
      warning: null,
    };
    expect(nextStatus(first, health({ status: "degraded" }), changefeed, 2000).changefeed).toEqual({
      tone: "bad",
      label: "stalled",
      since: Date.parse("2026-11-21T08:00:00.000Z"),
    });
  });
});
