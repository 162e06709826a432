import { describe, expect, it } from "vitest";
import { areaPath, COUNTS, currentEnd, linePath, ticks, TIMES } from "./plot";

describe("ticks", () => {
  it.each([
    [0, [0, 1, 2, 3, 4, 5]],
    [5, [0, 1, 2, 3, 4, 5]],
    [6, [0, 2, 4, 6]],
    [100, [0, 20, 40, 60, 80, 100]],
    [101, [0, 50, 100, 150]],
  ])("start at 0 and reach %d", (largest, expected) => {
    expect(ticks(largest, COUNTS)).toEqual(expected);
  });

  it("use round seconds and minutes for times", () => {
    expect(ticks(0, TIMES)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(ticks(4_500, TIMES)).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000]);
    expect(ticks(70_000, TIMES)).toEqual([0, 20_000, 40_000, 60_000, 80_000]);
  });

  it("are five even beyond the known distances", () => {
    expect(ticks(1e15, COUNTS)).toHaveLength(6);
  });
});

describe("paths", () => {
  it("are level within a minute, have gaps, and end within the current minute", () => {
    expect(linePath([1, null, 3, 2], 4, 3.5)).toBe("M0 75H1M2 25H3V50H3.5");
  });

  it("fill the area down to 0, or to the series below", () => {
    expect(areaPath([2, null], undefined, 4, 1.5)).toBe("M0 50H1V100H0Z");
    expect(areaPath([null, 3], [1, 1], 4, 1.5)).toBe("M1 25H1.5V75H1Z");
  });
});

it("keeps the end within the current minute, even if the clocks differ", () => {
  const minutes = ["2026-11-21T10:00:00.000Z", "2026-11-21T10:01:00.000Z"].map((minute) => ({
    minute,
    logins: null,
    failures: null,
    rowChanges: null,
    changeLagMillis: null,
    outboxWaiting: null,
  }));
  const start = Date.parse("2026-11-21T10:01:00.000Z");
  expect([start - 9e9, start, start + 15_000, start + 9e9].map((now) => currentEnd(minutes, now))).toEqual([1.02, 1.02, 1.25, 2]);
});
