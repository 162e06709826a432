import { useSyncExternalStore } from "react";

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const dayOnly = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const minute = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

/** A time in the browser's time zone. The day appears only if it is not today; a short form drops the time of day on narrow screens. */
export function Time({ at, short = false }: { at: string | number; short?: boolean }) {
  const today = useSyncExternalStore(onTick, () => new Date().toDateString());
  const time = new Date(at);
  return (
    <time dateTime={time.toISOString()} title={exact.format(time)}>
      {time.toDateString() === today ? (
        clock.format(time)
      ) : short ? (
        <>
          {dayOnly.format(time)}
          <span className="roomy">, {minute.format(time)}</span>
        </>
      ) : (
        `${day.format(time)}, ${clock.format(time)}`
      )}
    </time>
  );
}

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One timer for all instances. */
function onTick(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach((each) => each()), 60_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}
