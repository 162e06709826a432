import { formatCount, formatMillis, latest, peak, sum, total, type Series } from "./series";

const NO_DATA = "No data yet.";

function count(value: number | null, one: string, many = `${one}s`): string {
  return value === null ? "unknown" : `${formatCount(value)} ${value === 1 ? one : many}`;
}

/** The text alternative of a chart. */
export function summarizeLogins([logins, failures]: Series[]): string {
  if (logins === undefined || failures === undefined || peak(logins.values) === null) {
    return NO_DATA;
  }
  return (
    `This minute: ${count(latest(logins.values), "login")}, ${count(latest(failures.values), "failure")}. ` +
    `Last hour: ${count(sum(logins.values), "login")} and ${count(sum(failures.values), "failure")}, ` +
    `peak ${formatCount(peak(logins.values) ?? 0)} and ${formatCount(peak(failures.values) ?? 0)} per minute.`
  );
}

export function summarizeChanges(tables: Series[], isKnown: boolean): string {
  if (!isKnown) {
    return NO_DATA;
  }
  const all = total(tables);
  if (all.length === 0) {
    return "No row changes in the last hour.";
  }
  return `This minute: ${count(latest(all), "change")}. Last hour: ${count(sum(all), "change")}, peak ${formatCount(peak(all) ?? 0)} per minute.`;
}

export function summarizeLag([median, p99]: Series[], isKnown: boolean): string {
  if (!isKnown) {
    return NO_DATA;
  }
  if (median === undefined || p99 === undefined || peak(median.values) === null) {
    return "No row changes in the last hour.";
  }
  const last = median.values.findLastIndex((value) => value !== null);
  return (
    `${last === median.values.length - 1 ? "This minute" : "Latest"}: median ${formatMillis(median.values[last] ?? 0)}, ` +
    `p99 ${formatMillis(p99.values[last] ?? 0)}. ` +
    `Peak in the last hour: median ${formatMillis(peak(median.values) ?? 0)}, p99 ${formatMillis(peak(p99.values) ?? 0)}.`
  );
}

export function summarizeOutbox([waiting]: Series[]): string {
  if (waiting === undefined || peak(waiting.values) === null) {
    return NO_DATA;
  }
  return `Peak this minute: ${count(latest(waiting.values), "event")}. Peak in the last hour: ${count(peak(waiting.values), "event")}.`;
}
