import { createParser } from "eventsource-parser";
import { LiveStore } from "./store";

/** Past events to fetch on the first connection. */
const RECENT = 200;

export type ConnectionStatus = { state: "closed" | "connecting" | "open" | "broken"; since: number };

type Settings = {
  store?: LiveStore;
  sessionEnded: () => void;
  /** Milliseconds between two attempts. */
  retryDelay?: number;
  /** Milliseconds of silence after which the connection counts as dead; the server sends a heartbeat every 15 seconds. */
  idleTimeout?: number;
};

/**
 * Reads `GET /api/events` and reconnects with the id of the last event. An EventSource gives up at the first 503 of a restarting server,
 * and does not distinguish it from a 401.
 */
export class LiveConnection {
  readonly store: LiveStore;
  private readonly sessionEnded: () => void;
  private readonly retryDelay: number;
  private readonly idleTimeout: number;

  private abort: AbortController | undefined;
  private lastId: string | undefined;
  private current: ConnectionStatus = { state: "closed", since: 0 };
  private readonly listeners = new Set<() => void>();

  constructor({ store = new LiveStore(), sessionEnded, retryDelay = 2_000, idleTimeout = 40_000 }: Settings) {
    this.store = store;
    this.sessionEnded = sessionEnded;
    this.retryDelay = retryDelay;
    this.idleTimeout = idleTimeout;
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly status = (): ConnectionStatus => this.current;

  /** Does nothing if it is open already. */
  open(): void {
    if (this.abort === undefined) {
      this.abort = new AbortController();
      void this.run(this.abort.signal);
    }
  }

  /** Discards all events, too: the next user must not see them. */
  close(): void {
    this.abort?.abort();
    this.abort = undefined;
    this.lastId = undefined;
    this.store.clear();
    this.become("closed");
  }

  private async run(closed: AbortSignal): Promise<void> {
    this.become("connecting");
    const isClosed = () => closed.aborted;
    while (!isClosed()) {
      try {
        if ((await this.connect(closed)) === "ended") {
          this.close();
          this.sessionEnded();
        }
      } catch {
        // The next attempt shows whether the cause persists.
      }
      if (!isClosed()) {
        this.become("broken");
        await sleep(this.retryDelay, closed);
      }
    }
  }

  private async connect(closed: AbortSignal): Promise<"broken" | "ended"> {
    const silent = new AbortController();
    let timer = setTimeout(() => silent.abort(), this.idleTimeout);
    try {
      const response = await fetch(
        new Request(new URL(this.lastId === undefined ? `/api/events?recent=${RECENT}` : "/api/events", location.origin), {
          headers: { Accept: "text/event-stream", ...(this.lastId === undefined ? {} : { "Last-Event-ID": this.lastId }) },
          signal: AbortSignal.any([closed, silent.signal]),
        }),
      );
      if (response.status === 401) {
        return "ended";
      }
      if (!response.ok || response.body === null) {
        return "broken";
      }
      const parser = createParser({
        onEvent: ({ id, event, data }) => {
          if (id !== undefined) {
            this.lastId = id;
          }
          if (event === "reset") {
            this.store.markGap(Date.now());
          } else if (event !== "ready") {
            this.store.add(data);
          }
          this.become("open");
        },
      });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) {
          return "broken";
        }
        clearTimeout(timer);
        timer = setTimeout(() => silent.abort(), this.idleTimeout);
        parser.feed(value);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  private become(state: ConnectionStatus["state"]): void {
    if (this.current.state !== state) {
      this.current = { state, since: Date.now() };
      this.listeners.forEach((listener) => listener());
    }
  }
}

function sleep(milliseconds: number, until: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      until.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    until.addEventListener("abort", end);
  });
}
