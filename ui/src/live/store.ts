import { eventOf, loginOf, type LiveEvent } from "./events";

export type Snapshot = {
  /** The oldest first. */
  users: readonly LiveEvent[];
  changes: readonly LiveEvent[];
  /** How many came, those of the past that came first among them. */
  total: number;
  /** When events were missed that the server no longer had. */
  missedAt: number | undefined;
};

const EMPTY: Snapshot = { users: [], changes: [], total: 0, missedAt: undefined };

type Side = { events: LiveEvent[]; size: number };

/** Keeps the newest events of each side, so many and of so many characters, and tells of new ones a few times a second, however many come. */
export class LiveStore {
  private users: Side = { events: [], size: 0 };
  private changes: Side = { events: [], size: 0 };
  private total = 0;
  private missedAt: number | undefined;
  private readonly known = new Set<string>();
  /** User events by their ids, and the commits that hold them, whichever comes first. */
  private readonly logins = new Map<string, LiveEvent>();
  private readonly commits = new Map<string, string>();

  private current = EMPTY;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

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

  /** Takes an event as it was sent; one that has come before is passed over. */
  add(json: string): void {
    const event = eventOf(json);
    if (event === undefined || this.known.has(event.id)) {
      return;
    }
    this.known.add(event.id);
    this.total++;
    this.join(event);
    this.keep(event.side === "users" ? this.users : this.changes, event);
    this.publishSoon();
  }

  /** Notes that events are missing here. */
  missed(now: number): void {
    this.missedAt = now;
    this.publishSoon();
  }

  clear(): void {
    this.users = { events: [], size: 0 };
    this.changes = { events: [], size: 0 };
    this.total = 0;
    this.missedAt = undefined;
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
    const login = loginOf(event);
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
    // A good many at once, because each time all others move.
    if (side.events.length < this.limit * 1.2 && side.size < this.sizeLimit * 1.2) {
      return;
    }
    let leaving = 0;
    for (const old of side.events.slice(0, -1)) {
      if (side.events.length - leaving <= this.limit && side.size <= this.sizeLimit) {
        break;
      }
      leaving++;
      side.size -= old.size;
      this.forget(old);
    }
    side.events.splice(0, leaving);
  }

  private forget(old: LiveEvent): void {
    this.known.delete(old.id);
    this.logins.delete(old.id);
    const login = loginOf(old);
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
        missedAt: this.missedAt,
      };
      this.listeners.forEach((listener) => listener());
    }, this.pause);
  }
}
