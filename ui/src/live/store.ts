import { loginEventId, parseEvent, type LiveEvent } from "./events";

export type Snapshot = {
  /** Oldest first. */
  users: readonly LiveEvent[];
  changes: readonly LiveEvent[];
  /** All events received, including the past ones of the first connection. */
  total: number;
  /** When the server last reported that events are missing. */
  gapAt: number | undefined;
};

const EMPTY: Snapshot = { users: [], changes: [], total: 0, gapAt: undefined };

type Side = { events: LiveEvent[]; size: number };

/** Keeps the newest events of each side, limited by number and by size, and notifies listeners at most once per `pause`. */
export class LiveStore {
  private users: Side = { events: [], size: 0 };
  private changes: Side = { events: [], size: 0 };
  private total = 0;
  private gapAt: number | undefined;
  private readonly known = new Set<string>();
  /** Either one may arrive first: a login, or the row change with its commit. */
  private readonly logins = new Map<string, LiveEvent>();
  private readonly commits = new Map<string, string>();

  private current = EMPTY;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  /**
   * @param limit events per side
   * @param pause milliseconds
   * @param sizeLimit characters of JSON per side
   */
  constructor(
    private readonly limit = 5_000,
    private readonly pause = 100,
    private readonly sizeLimit = 16_000_000,
  ) {}

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly snapshot = (): Snapshot => this.current;

  /** Ignores duplicates and data that is no event. */
  add(json: string): void {
    const event = parseEvent(json);
    if (event === undefined || this.known.has(event.id)) {
      return;
    }
    this.known.add(event.id);
    this.total++;
    this.join(event);
    this.keep(event.side === "users" ? this.users : this.changes, event);
    this.publishSoon();
  }

  markGap(now: number): void {
    this.gapAt = now;
    this.publishSoon();
  }

  clear(): void {
    this.users = { events: [], size: 0 };
    this.changes = { events: [], size: 0 };
    this.total = 0;
    this.gapAt = undefined;
    this.known.clear();
    this.logins.clear();
    this.commits.clear();
    this.publishSoon();
  }

  private join(event: LiveEvent): void {
    if (event.side === "users") {
      this.logins.set(event.id, event);
      event.commit = this.commits.get(event.id);
      return;
    }
    const login = loginEventId(event);
    if (login !== undefined && event.commit !== undefined) {
      this.commits.set(login, event.commit);
      const known = this.logins.get(login);
      if (known !== undefined) {
        known.commit = event.commit;
      }
    }
  }

  private keep(side: Side, event: LiveEvent): void {
    side.events.push(event);
    side.size += event.size;
    // Remove many at once: each removal moves all remaining events.
    if (side.events.length < this.limit * 1.2 && side.size < this.sizeLimit * 1.2) {
      return;
    }
    let removed = 0;
    for (const old of side.events.slice(0, -1)) {
      if (side.events.length - removed <= this.limit && side.size <= this.sizeLimit) {
        break;
      }
      removed++;
      side.size -= old.size;
      this.forget(old);
    }
    side.events.splice(0, removed);
  }

  private forget(old: LiveEvent): void {
    this.known.delete(old.id);
    this.logins.delete(old.id);
    const login = loginEventId(old);
    if (login !== undefined) {
      this.commits.delete(login);
    }
  }

  private publishSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.current = {
        users: this.users.events.slice(-this.limit),
        changes: this.changes.events.slice(-this.limit),
        total: this.total,
        gapAt: this.gapAt,
      };
      this.listeners.forEach((listener) => listener());
    }, this.pause);
  }
}
