import { describe, expect, it } from "vitest";
import { formatMillis, lagSeries, latest, loginSeries, outboxSeries, peak, stacked, tableSeries, total, type Minute } from "./series";
import { summarizeChanges, summarizeLag, summarizeLogins, summarizeOutbox } from "./summaries";

function minutes(...some: Partial<Minute>[]): Minute[] {
  return some.map((more, index) => ({
    minute: new Date(Date.parse("2026-11-21T10:00:00.000Z") + index * 60_000).toISOString(),
    logins: null,
    failures: null,
    rowChanges: null,
    changeLagMillis: null,
    outboxWaiting: null,
    ...more,
  }));
}

describe("tableSeries", () => {
  it("keeps the five busiest tables, sorted by name, and sums up the others", () => {
    const busy = { "a.six": 1, "a.five": 2, "a.four": 3, "a.three": 4, "a.two": 5, "a.one": 6, other: 7 };
    const series = tableSeries(minutes({ rowChanges: busy }, { rowChanges: {} }, {}));
    expect(series.map(({ name, values }) => [name, ...values])).toEqual([
      ["a.five", 2, 0, null],
      ["a.four", 3, 0, null],
      ["a.one", 6, 0, null],
      ["a.three", 4, 0, null],
      ["a.two", 5, 0, null],
      ["other tables", 8, 0, null],
    ]);
    expect(new Set(series.map(({ style }) => style)).size).toBe(6);
  });

  it("is empty without row changes", () => {
    expect(tableSeries(minutes({ rowChanges: {} }, {}))).toEqual([]);
  });

  it("stacks to cumulative values, with gaps", () => {
    const series = tableSeries(minutes({ rowChanges: { "a.one": 1, "a.two": 2 } }, {}, { rowChanges: { "a.two": 3 } }));
    expect(stacked(series)).toEqual([
      [1, null, 0],
      [3, null, 3],
    ]);
    expect(total(series)).toEqual([3, null, 3]);
  });
});

it("distinguishes unknown from zero", () => {
  expect([latest([1, null]), latest([1, 0]), peak([null, null]), peak([null, 0]), peak([null, 0, 3, null, 2])]).toEqual([
    null,
    0,
    null,
    0,
    3,
  ]);
});

it.each([
  [0, "0 ms"],
  [999, "999 ms"],
  [1000, "1 s"],
  [1249, "1.2 s"],
  [59_960, "60 s"],
  [119_999, "120 s"],
  [120_000, "2 min"],
  [3_600_000, "60 min"],
])("formats %d ms as %s", (millis, text) => {
  expect(formatMillis(millis)).toBe(text);
});

describe("the summary", () => {
  it("of logins counts the current minute and the hour", () => {
    const hour = minutes({}, { logins: 1200, failures: 4 }, { logins: 1, failures: 1 });
    expect(summarizeLogins(loginSeries(hour))).toBe(
      "This minute: 1 login, 1 failure. Last hour: 1,201 logins and 5 failures, peak 1,200 and 4 per minute.",
    );
    expect(summarizeLogins(loginSeries(minutes({ logins: 3, failures: 0 }, {})))).toMatch(/^This minute: unknown, unknown\. .*3 logins/);
    expect(summarizeLogins(loginSeries(minutes({}, {})))).toBe("No data yet.");
  });

  it("of row changes adds up all tables", () => {
    const series = tableSeries(minutes({ rowChanges: { "a.one": 1, "a.two": 2 } }, { rowChanges: { "a.one": 1 } }));
    expect(summarizeChanges(series, true)).toBe("This minute: 1 change. Last hour: 4 changes, peak 3 per minute.");
    expect(summarizeChanges([], true)).toBe("No row changes in the last hour.");
    expect(summarizeChanges([], false)).toBe("No data yet.");
  });

  it("of the lag shows the latest known minute", () => {
    const hour = minutes({ changeLagMillis: { p50: 300, p99: 2500 } }, { changeLagMillis: { p50: 200, p99: 900 } }, {});
    expect(summarizeLag(lagSeries(hour), true)).toBe("Latest: median 200 ms, p99 900 ms. Peak in the last hour: median 300 ms, p99 2.5 s.");
    expect(summarizeLag(lagSeries(hour.slice(0, 2)), true)).toMatch(/^This minute: median 200 ms/);
    expect(summarizeLag(lagSeries(minutes({})), true)).toBe("No row changes in the last hour.");
    expect(summarizeLag(lagSeries(minutes({})), false)).toBe("No data yet.");
  });

  it("of the outbox shows peaks", () => {
    expect(summarizeOutbox(outboxSeries(minutes({ outboxWaiting: 12 }, { outboxWaiting: 0 })))).toBe(
      "Peak this minute: 0 events. Peak in the last hour: 12 events.",
    );
    expect(summarizeOutbox(outboxSeries(minutes({})))).toBe("No data yet.");
  });
});
