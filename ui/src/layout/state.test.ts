import { describe, expect, it } from "vitest";
import type { Schemas } from "../api/client";
import { stateAfter } from "./state";

const health = (more: Partial<Schemas["Health"]> = {}): Schemas["Health"] => ({
  status: "healthy",
  database: "connected",
  kafka: true,
  changefeed: "normal",
  rejectedRouteFiles: 0,
  ...more,
});

describe("stateAfter", () => {
  const first = stateAfter(undefined, health(), undefined, 1000);

  it("knows at first only that it was so before", () => {
    expect(first.database).toEqual({ tone: "good", word: "connected", since: 1000, sinceBefore: true });
  });

  it("keeps the time of what stays as it is", () => {
    expect(stateAfter(first, health(), undefined, 2000).kafka.since).toBe(1000);
  });

  it("takes the time at which it saw a change", () => {
    const away = stateAfter(first, health({ kafka: false }), undefined, 2000);
    expect(away.kafka).toEqual({ tone: "bad", word: "away", since: 2000, sinceBefore: false });
    expect(away.database.since).toBe(1000);
  });

  it("knows nothing while the server is away", () => {
    const away = stateAfter(first, undefined, undefined, 2000);
    expect([away.database.tone, away.kafka.tone, away.changefeed.tone]).toEqual(["unknown", "unknown", "unknown"]);
  });

  it("takes the server's word for when the change feed came to stand still", () => {
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
    expect(stateAfter(first, health({ status: "degraded" }), changefeed, 2000).changefeed).toEqual({
      tone: "bad",
      word: "stands still",
      since: Date.parse("2026-11-21T08:00:00.000Z"),
      sinceBefore: false,
    });
  });
});
