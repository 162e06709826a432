import type { Schemas } from "../api/client";

export type Minute = Schemas["Minute"];
/** What is not known is null. */
type Values = (number | null)[];

export type Line = {
  /** The name of a table, which somebody else chose, or a word of this page. */
  name: string;
  values: Values;
  look: Look;
};

/** Names a colour of the style sheet; each has a dash of its own, so that nobody has to tell colours apart. */
export type Look = "good" | "bad" | "one" | "two" | "three" | "four" | "five" | "rest";

const OTHER = "other";
const TABLE_LOOKS: Look[] = ["one", "two", "three", "four", "five"];

export function loginLines(minutes: Minute[]): Line[] {
  return [
    { name: "logins", values: minutes.map(({ logins }) => logins), look: "good" },
    { name: "failures", values: minutes.map(({ failures }) => failures), look: "bad" },
  ];
}

/** The tables that changed most, and the others as one; in the order of their names, so that none takes another's place. */
export function tableLines(minutes: Minute[]): Line[] {
  const sums = new Map<string, number>();
  for (const { rowChanges } of minutes) {
    for (const [table, changes] of Object.entries(rowChanges ?? {})) {
      sums.set(table, (sums.get(table) ?? 0) + changes);
    }
  }
  const named = [...sums]
    .filter(([table]) => table !== OTHER)
    .sort(([one, ofOne], [other, ofOther]) => ofOther - ofOne || compare(one, other))
    .slice(0, TABLE_LOOKS.length)
    .map(([table]) => table)
    .sort(compare);
  const lines = named.map((table, index): Line => ({
    name: table,
    values: minutes.map(({ rowChanges }) => rowChanges && (rowChanges[table] ?? 0)),
    look: TABLE_LOOKS[index] ?? "rest",
  }));
  if (sums.size > named.length) {
    const values = minutes.map(({ rowChanges }) => rowChanges && total(rowChanges) - total(rowChanges, named));
    lines.push({ name: "other tables", values, look: "rest" });
  }
  return lines;
}

function total(changes: Record<string, number>, tables = Object.keys(changes)): number {
  return tables.reduce((sum, table) => sum + (changes[table] ?? 0), 0);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

export function lagLines(minutes: Minute[]): Line[] {
  return [
    { name: "half of them (p50)", values: minutes.map(({ changeLagMillis: lag }) => lag?.p50 ?? null), look: "one" },
    { name: "99 of 100 (p99)", values: minutes.map(({ changeLagMillis: lag }) => lag?.p99 ?? null), look: "two" },
  ];
}

export function outboxLines(minutes: Minute[]): Line[] {
  return [{ name: "events waiting", values: minutes.map(({ outboxWaiting }) => outboxWaiting), look: "one" }];
}

const count = new Intl.NumberFormat();

/** A number of things, in full. */
export function counted(value: number): string {
  return count.format(value);
}

/** A time as one says it: "250 ms", "1.2 s", "3 min". */
export function lasting(millis: number): string {
  if (millis < 1000) {
    return `${counted(millis)} ms`;
  }
  return millis < 120_000 ? `${counted(Math.round(millis / 100) / 10)} s` : `${counted(Math.round(millis / 60_000))} min`;
}

/** The newest of the values; null when that is not known. */
export function now(values: Values): number | null {
  return values.at(-1) ?? null;
}

/** The largest of the values that are known; null when none is. */
export function most(values: Values): number | null {
  return values.reduce((largest, value) => (value === null || (largest !== null && largest >= value) ? largest : value), null);
}

export function sum(values: Values): number {
  return values.reduce<number>((all, value) => all + (value ?? 0), 0);
}

/** Line by line the sum of it and those before; null where one is not known. */
export function stacked(lines: Line[]): Values[] {
  const below: Values[] = [];
  for (const { values } of lines) {
    const before = below.at(-1);
    below.push(before === undefined ? values : values.map((value, minute) => plus(value, before[minute] ?? null)));
  }
  return below;
}

function plus(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

/** Together, minute by minute. */
export function together(lines: Line[]): Values {
  return stacked(lines).at(-1) ?? [];
}

const MINUTE = 60;
/** Less than a pixel: where one minute ends, the next begins, and a chart's times have to grow. */
const ALMOST = 0.001;

/** Minutes as a chart draws them, each level from its beginning to its end; in seconds. The present one ends now. */
export function steps(minutes: Minute[], lines: Values[], at: number): [number[], ...Values[]] {
  const times = minutes.flatMap(({ minute }, index) => {
    const begin = Date.parse(minute) / 1000;
    const end = index === minutes.length - 1 ? Math.min(Math.max(at / 1000, begin + 1), begin + MINUTE) : begin + MINUTE;
    return [begin, end - ALMOST];
  });
  return [times, ...lines.map((values) => values.flatMap((value) => [value, value]))];
}

const WIDEST = 1.08;

/** The largest number of an axis that begins at 0: somewhat above the largest value, and at least `least`. */
export function top(largest: number | null, least: number): number {
  return Math.max((largest ?? 0) * WIDEST, least);
}
