import { describe, expect, it } from "vitest";
import { lasting, lagLines, loginLines, most, now, outboxLines, stacked, steps, tableLines, together, top, type Minute } from "./history";
import { wordsOfChanges, wordsOfLag, wordsOfLogins, wordsOfOutbox } from "./words";

const BEGIN = Date.parse("2026-11-21T10:00:00.000Z");

function minutes(...some: Partial<Minute>[]): Minute[] {
  return some.map((more, index) => ({
    minute: new Date(BEGIN + index * 60_000).toISOString(),
    logins: null,
    failures: null,
    rowChanges: null,
    changeLagMillis: null,
    outboxWaiting: null,
    ...more,
  }));
}

describe("the lines of row changes", () => {
  it("are those of the tables that changed most, in the order of their names, and one of all others", () => {
    const busy = { "a.six": 1, "a.five": 2, "a.four": 3, "a.three": 4, "a.two": 5, "a.one": 6, other: 7 };
    const lines = tableLines(minutes({ rowChanges: busy }, { rowChanges: {} }, {}));
    expect(lines.map(({ name }) => name)).toEqual(["a.five", "a.four", "a.one", "a.three", "a.two", "other tables"]);
    expect(lines.map(({ values }) => values)).toEqual([
      [2, 0, null],
      [3, 0, null],
      [6, 0, null],
      [4, 0, null],
      [5, 0, null],
      [8, 0, null],
    ]);
    expect(new Set(lines.map(({ look }) => look)).size).toBe(6);
  });

  it("are none when nothing has changed", () => {
    expect(tableLines(minutes({ rowChanges: {} }, {}))).toEqual([]);
  });

  it("take a table for a table, whatever it is called", () => {
    const rowChanges = JSON.parse('{"a.__proto__": 1, "a.constructor": 2}') as Record<string, number>;
    expect(tableLines(minutes({ rowChanges }, { rowChanges: {} })).map(({ values }) => values)).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });

  it("stand one on the other", () => {
    const lines = tableLines(minutes({ rowChanges: { "a.one": 1, "a.two": 2 } }, {}, { rowChanges: { "a.two": 3 } }));
    expect(stacked(lines)).toEqual([
      [1, null, 0],
      [3, null, 3],
    ]);
    expect(together(lines)).toEqual([3, null, 3]);
  });
});

describe("what is drawn", () => {
  it("is level in each minute, has gaps where nothing is known, and grows with the present minute", () => {
    const [times, values] = steps(minutes({}, {}, {}), [[1, null, 3]], BEGIN + 135_000);
    expect(times.map((time) => Math.round(time - BEGIN / 1000))).toEqual([0, 60, 60, 120, 120, 135]);
    expect([...times].sort((one, other) => one - other)).toEqual(times);
    expect(new Set(times).size).toBe(6);
    expect(values).toEqual([1, 1, null, null, 3, 3]);
  });

  it("ends with the minute, whatever the clock of this machine says", () => {
    const ends = [BEGIN - 9e9, BEGIN, BEGIN + 9e9].map((at) => steps(minutes({}), [], at)[0][1] ?? 0);
    expect(ends.map((end) => Math.round(end - BEGIN / 1000))).toEqual([1, 1, 60]);
  });

  it("leaves room above the largest, and has an axis when there is none", () => {
    expect(top(100, 5)).toBeGreaterThan(100);
    expect(top(0, 5)).toBe(5);
    expect(top(null, 5)).toBe(5);
  });
});

describe("numbers", () => {
  it("are not known rather than zero", () => {
    expect([now([1, null]), most([null, null]), most([null, 0, 3, null, 2])]).toEqual([null, null, 3]);
  });

  it("are times as one says them", () => {
    expect([0, 999, 1000, 1249, 59_960, 119_999, 120_000, 3_600_000].map(lasting)).toEqual([
      "0 ms",
      "999 ms",
      "1 s",
      "1.2 s",
      "60 s",
      "120 s",
      "2 min",
      "60 min",
    ]);
  });
});

describe("words", () => {
  it("tell of logins", () => {
    const hour = minutes({}, { logins: 1200, failures: 4 }, { logins: 1, failures: 1 });
    expect(wordsOfLogins(loginLines(hour))).toBe(
      "This minute: 1 login, 1 failure. In the last hour: 1,201 and 5, at most 1,200 and 4 a minute.",
    );
    expect(wordsOfLogins(loginLines(minutes({ logins: 3, failures: 0 }, {})))).toContain("This minute: not known, not known.");
    expect(wordsOfLogins(loginLines(minutes({}, {})))).toBe("Not known yet.");
  });

  it("tell of row changes", () => {
    const lines = tableLines(minutes({ rowChanges: { "a.one": 1, "a.two": 2 } }, { rowChanges: { "a.one": 1 } }));
    expect(wordsOfChanges(lines, true)).toBe("This minute: 1 change. In the last hour: 4 changes, at most 3 a minute.");
    expect(wordsOfChanges([], true)).toBe("None in the last hour.");
    expect(wordsOfChanges([], false)).toBe("Not known yet.");
  });

  it("tell of the newest lag that there is", () => {
    const hour = minutes({ changeLagMillis: { p50: 300, p99: 2500 } }, { changeLagMillis: { p50: 200, p99: 900 } }, {});
    expect(wordsOfLag(lagLines(hour), true)).toBe(
      "Last: 200 ms for half of the changes, 900 ms for 99 of 100. In the last hour: at most 300 ms and 2.5 s.",
    );
    expect(wordsOfLag(lagLines(hour.slice(0, 2)), true)).toMatch(/^This minute: /);
    expect(wordsOfLag(lagLines(minutes({})), true)).toBe("No row change in the last hour.");
    expect(wordsOfLag(lagLines(minutes({})), false)).toBe("Not known yet.");
  });

  it("tell of the outbox", () => {
    expect(wordsOfOutbox(outboxLines(minutes({ outboxWaiting: 12 }, { outboxWaiting: 0 })))).toBe(
      "This minute: 0 events at most. In the last hour: 12 events at most.",
    );
    expect(wordsOfOutbox(outboxLines(minutes({})))).toBe("Not known yet.");
  });
});
