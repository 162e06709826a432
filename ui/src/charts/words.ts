import { counted, lasting, most, now, sum, together, type Line } from "./history";

const NOT_KNOWN = "not known";

function known(value: number | null, say: (value: number) => string): string {
  return value === null ? NOT_KNOWN : say(value);
}

function many(value: number, one: string, more: string): string {
  return `${counted(value)} ${value === 1 ? one : more}`;
}

const logins = (value: number) => many(value, "login", "logins");
const failures = (value: number) => many(value, "failure", "failures");
const changes = (value: number) => many(value, "change", "changes");
const events = (value: number) => many(value, "event", "events");

/** The numbers of a chart in words. */
export function wordsOfLogins([right, wrong]: Line[]): string {
  if (right === undefined || wrong === undefined || most(right.values) === null) {
    return "Not known yet.";
  }
  return (
    `This minute: ${known(now(right.values), logins)}, ${known(now(wrong.values), failures)}. ` +
    `In the last hour: ${counted(sum(right.values))} and ${counted(sum(wrong.values))}, ` +
    `at most ${known(most(right.values), counted)} and ${known(most(wrong.values), counted)} a minute.`
  );
}

export function wordsOfChanges(lines: Line[], isKnown: boolean): string {
  if (!isKnown) {
    return "Not known yet.";
  }
  const all = together(lines);
  if (all.length === 0) {
    return "None in the last hour.";
  }
  return (
    `This minute: ${known(now(all), changes)}. ` + `In the last hour: ${changes(sum(all))}, at most ${known(most(all), counted)} a minute.`
  );
}

export function wordsOfLag([half, most99]: Line[], isKnown: boolean): string {
  if (!isKnown) {
    return "Not known yet.";
  }
  if (half === undefined || most99 === undefined || most(half.values) === null) {
    return "No row change in the last hour.";
  }
  const last = half.values.findLastIndex((value) => value !== null);
  return (
    `${last === half.values.length - 1 ? "This minute" : "Last"}: ${lasting(half.values[last] ?? 0)} for half of the changes, ` +
    `${lasting(most99.values[last] ?? 0)} for 99 of 100. ` +
    `In the last hour: at most ${known(most(half.values), lasting)} and ${known(most(most99.values), lasting)}.`
  );
}

export function wordsOfOutbox([waiting]: Line[]): string {
  if (waiting === undefined || most(waiting.values) === null) {
    return "Not known yet.";
  }
  return `This minute: ${known(now(waiting.values), events)} at most. In the last hour: ${known(most(waiting.values), events)} at most.`;
}
