import { formatCount, formatMillis, type Minute, type Values } from "./series";

/** How to format values, in full and on the axis; the least upper end of the axis; and its possible tick distances. */
export type Unit = { format: (value: number) => string; tick: (value: number) => string; least: number; steps: number[] };

const compact = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const POWERS = Array.from({ length: 12 }, (_, power) => 10 ** power);

export const COUNTS: Unit = {
  format: formatCount,
  tick: (value) => compact.format(value),
  least: 5,
  steps: POWERS.flatMap((power) => [power, 2 * power, 5 * power]),
};
/** In milliseconds. */
export const TIMES: Unit = {
  format: formatMillis,
  tick: formatMillis,
  least: 100,
  steps: [20, 50, 100, 200, 500, ...[1, 2, 5, 10, 20, 60, 120, 300, 600, 1200].map((seconds) => seconds * 1000)],
};

/** Five ticks at most, from 0 to a value that no other exceeds. */
export function ticks(largest: number, { least, steps }: Unit): number[] {
  const upper = Math.max(largest, least);
  const step = steps.find((each) => upper / each <= 5) ?? upper / 5;
  return Array.from({ length: Math.ceil(upper / step) + 1 }, (_, index) => index * step);
}

/** Height of the plot in the units of its paths; its width is the number of minutes. */
export const HEIGHT = 100;

/** Where the current minute ends so far: between its start and its end, whatever the clock of this machine says. */
export function currentEnd(minutes: Minute[], now: number): number {
  const start = Date.parse(minutes.at(-1)?.minute ?? "");
  return minutes.length - 1 + Math.min(Math.max((now - start) / 60_000, 0.02), 1);
}

/** The path of a line that is level within a minute and has a gap where a value is unknown. */
export function linePath(values: Values, top: number, end: number): string {
  return draw(values, end, (value, from, to) => {
    const before = values[from - 1] ?? null;
    return `${before === null ? `M${from} ` : "V"}${y(value, top)}H${to}`;
  });
}

/** The path of the area between the values and those below, or 0. */
export function areaPath(values: Values, below: Values | undefined, top: number, end: number): string {
  return draw(values, end, (value, from, to) => `M${from} ${y(value, top)}H${to}V${y(below?.[from] ?? 0, top)}H${from}Z`);
}

function draw(values: Values, end: number, path: (value: number, from: number, to: number) => string): string {
  return values.map((value, minute) => (value === null ? "" : path(value, minute, Math.min(minute + 1, end)))).join("");
}

function y(value: number, top: number): number {
  return Math.round(HEIGHT * 100 * (1 - value / top)) / 100;
}
