import { describe, expect, it } from "vitest";
import type { Schemas } from "../api/client";
import { stateAfter } from "./state";

const DATABASE = "2026-11-21T08:00:00.000Z";
const KAFKA = "2026-11-21T09:00:00.000Z";
const CHANGEFEED = "2026-11-21T10:00:00.000Z";

const health = (more: Partial<Schemas["Health"]> = {}): Schemas["Health"] => ({
  status: "healthy",
  database: "connected",
  kafka: true,
  changefeed: "normal",
  rejectedRouteFiles: 0,
  since: { database: DATABASE, kafka: KAFKA, changefeed: CHANGEFEED },
  ...more,
});

describe("stateAfter", () => {
  const first = stateAfter(undefined, health(), undefined, 1000);

  it("says since when each is as it is", () => {
    expect(first).toEqual({
      database: { tone: "good", word: "connected", since: Date.parse(DATABASE) },
      kafka: { tone: "good", word: "answers", since: Date.parse(KAFKA) },
      changefeed: { tone: "good", word: "runs", since: Date.parse(CHANGEFEED) },
      rejectedRouteFiles: 0,
    });
    expect(stateAfter(first, health({ kafka: false }), undefined, 2000).kafka).toEqual({
      tone: "bad",
      word: "away",
      since: Date.parse(KAFKA),
    });
  });

  it("knows nothing while the server is away, and since when", () => {
    const away = stateAfter(stateAfter(first, undefined, undefined, 2000), undefined, undefined, 3000);
    expect(away.database).toEqual({ tone: "unknown", word: "not known", since: 2000 });
    expect([away.kafka, away.changefeed]).toEqual([away.database, away.database]);
    expect(stateAfter(away, health(), undefined, 4000)).toEqual(first);
  });

  it("has no time for a change feed that nobody watches", () => {
    const unwatched = health({ changefeed: "unwatched", since: { database: DATABASE, kafka: KAFKA, changefeed: null } });
    expect(stateAfter(first, unwatched, undefined, 2000).changefeed).toEqual({ tone: "unknown", word: "not watched" });
  });

  it("sees a change feed run whose TiCDC cannot be asked", () => {
    expect(stateAfter(undefined, health({ changefeed: "moving" }), undefined, 1000)).toEqual(first);
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
    });
  });
});
