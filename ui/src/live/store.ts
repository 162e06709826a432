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

/** Keeps the newest events of each side, and tells of new ones a few times a second, however many come. */
export class LiveStore {
  private users: LiveEvent[] = [];
  private changes: LiveEvent[] = [];
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
    if (event.side === "users") {
      this.users = this.keep(this.users, event);
    } else {
      this.changes = this.keep(this.changes, event);
    }
    this.publishSoon();
  }

  /** Notes that events are missing here. */
  missed(now: number): void {
    this.missedAt = now;
    this.publishSoon();
  }

  clear(): void {
    this.users = [];
    this.changes = [];
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

  private keep(events: LiveEvent[], event: LiveEvent): LiveEvent[] {
    events.push(event);
    // A good many at once, because each time all others move.
    if (events.length < this.limit * 1.2) {
      return events;
    }
    const leaving = events.length - this.limit;
    for (const old of events.slice(0, leaving)) {
      this.known.delete(old.id);
      this.logins.delete(old.id);
      const login = loginOf(old);
      if (login !== undefined) {
        this.commits.delete(login);
      }
    }
    return events.slice(leaving);
  }

  private publishSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.current = {
        users: this.users.slice(-this.limit),
        changes: this.changes.slice(-this.limit),
        total: this.total,
        missedAt: this.missedAt,
      };
      this.listeners.forEach((listener) => listener());
    }, this.pause);
  }
}
