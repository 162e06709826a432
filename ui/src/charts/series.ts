import type { Schemas } from "../api/client";

export type Minute = Schemas["Minute"];
/** One value per minute; null when it is unknown. */
export type Values = (number | null)[];

export type Series = {
  /** The name of a table, which is untrusted, or a fixed label. */
  name: string;
  values: Values;
  style: SeriesStyle;
};

/** A colour of the style sheet and a dash pattern, so that nobody has to tell colours apart. */
export type SeriesStyle = "good" | "bad" | "one" | "two" | "three" | "four" | "five" | "rest";

/** The server's name for the tables beyond its limit. */
const OTHER = "other";
const TABLE_STYLES: SeriesStyle[] = ["one", "two", "three", "four", "five"];

export function loginSeries(minutes: Minute[]): Series[] {
  return [
    { name: "logins", values: minutes.map(({ logins }) => logins), style: "good" },
    { name: "failures", values: minutes.map(({ failures }) => failures), style: "bad" },
  ];
}

/** The tables with most changes, sorted by name so that each keeps its position and colour, and the sum of all others. */
export function tableSeries(minutes: Minute[]): Series[] {
  const sums = new Map<string, number>();
  for (const { rowChanges } of minutes) {
    for (const [table, changes] of Object.entries(rowChanges ?? {})) {
      sums.set(table, (sums.get(table) ?? 0) + changes);
    }
  }
  const named = [...sums]
    .filter(([table]) => table !== OTHER)
    .sort(([one, ofOne], [other, ofOther]) => ofOther - ofOne || compare(one, other))
    .slice(0, TABLE_STYLES.length)
    .map(([table]) => table)
    .sort(compare);
  const series = named.map((table, index): Series => ({
    name: table,
    values: minutes.map(({ rowChanges }) => rowChanges && (rowChanges[table] ?? 0)),
    style: TABLE_STYLES[index] ?? "rest",
  }));
  if (sums.size > named.length) {
    const values = minutes.map(({ rowChanges }) => rowChanges && changesOf(rowChanges) - changesOf(rowChanges, named));
    series.push({ name: "other tables", values, style: "rest" });
  }
  return series;
}

function changesOf(rowChanges: Record<string, number>, tables = Object.keys(rowChanges)): number {
  return tables.reduce((changes, table) => changes + (rowChanges[table] ?? 0), 0);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

export function lagSeries(minutes: Minute[]): Series[] {
  return [
    { name: "median (p50)", values: minutes.map(({ changeLagMillis: lag }) => lag?.p50 ?? null), style: "one" },
    { name: "99th percentile (p99)", values: minutes.map(({ changeLagMillis: lag }) => lag?.p99 ?? null), style: "two" },
  ];
}

export function outboxSeries(minutes: Minute[]): Series[] {
  return [{ name: "events waiting", values: minutes.map(({ outboxWaiting }) => outboxWaiting), style: "one" }];
}

const number = new Intl.NumberFormat();

export function formatCount(value: number): string {
  return number.format(value);
}

/** A duration: "250 ms", "1.2 s", "3 min". */
export function formatMillis(millis: number): string {
  if (millis < 1000) {
    return `${formatCount(millis)} ms`;
  }
  return millis < 120_000 ? `${formatCount(Math.round(millis / 100) / 10)} s` : `${formatCount(Math.round(millis / 60_000))} min`;
}

/** The value of the current minute. */
export function latest(values: Values): number | null {
  return values.at(-1) ?? null;
}

/** The largest known value; null when all are unknown. */
export function peak(values: Values): number | null {
  return values.reduce((largest, value) => (value === null || (largest !== null && largest >= value) ? largest : value), null);
}

export function sum(values: Values): number {
  return values.reduce<number>((all, value) => all + (value ?? 0), 0);
}

/** Cumulative values, series by series; null where one of them is unknown. */
export function stacked(series: Series[]): Values[] {
  const stack: Values[] = [];
  for (const { values } of series) {
    const below = stack.at(-1);
    stack.push(below === undefined ? values : values.map((value, minute) => plus(value, below[minute] ?? null)));
  }
  return stack;
}

function plus(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

/** The sum of all series, minute by minute. */
export function total(series: Series[]): Values {
  return stacked(series).at(-1) ?? [];
}
