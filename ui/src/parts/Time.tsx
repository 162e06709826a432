import { useState } from "react";

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const dayOnly = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

/** A point in time on the reader's clock; its day only when that is not today, and then, when it is to be short, nothing else. */
export function Time({ at, short = false }: { at: string | number; short?: boolean }) {
  const [now] = useState(Date.now);
  const time = new Date(at);
  return (
    <time dateTime={time.toISOString()} title={exact.format(time)}>
      {day.format(time) === day.format(now)
        ? clock.format(time)
        : short
          ? dayOnly.format(time)
          : `${day.format(time)}, ${clock.format(time)}`}
    </time>
  );
}
