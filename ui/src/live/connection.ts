import { createParser } from "eventsource-parser";
import { LiveStore } from "./store";

/** So many events of the past are there when the page is opened. */
const RECENT = 200;

export type Link = { state: "off" | "connecting" | "open" | "broken"; since: number };

type Settings = {
  store?: LiveStore;
  /** The session is over. */
  onEnded: () => void;
  /** Milliseconds until another try. */
  again?: number;
  /** Milliseconds of silence after which the connection is taken for dead; the server says something every 15 seconds. */
  silence?: number;
};

/**
 * Reads `GET /api/events` for as long as it is open, and comes back with the id of the last event when it breaks. It is no EventSource,
 * because that one ends for good at the first 503 of a server that starts again, and does not tell 401 from it.
 */
export class LiveConnection {
  readonly store: LiveStore;
  private readonly onEnded: () => void;
  private readonly again: number;
  private readonly silence: number;

  private abort: AbortController | undefined;
  private lastId: string | undefined;
  private link: Link = { state: "off", since: 0 };
  private readonly listeners = new Set<() => void>();

  constructor({ store = new LiveStore(), onEnded, again = 2_000, silence = 40_000 }: Settings) {
    this.store = store;
    this.onEnded = onEnded;
    this.again = again;
    this.silence = silence;
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly state = (): Link => this.link;

  /** Begins to read, unless it does already. */
  open(): void {
    if (this.abort === undefined) {
      this.abort = new AbortController();
      void this.read(this.abort.signal);
    }
  }

  /** Ends, and forgets what came: it was for somebody who is no longer signed in. */
  close(): void {
    this.abort?.abort();
    this.abort = undefined;
    this.lastId = undefined;
    this.store.clear();
    this.become("off");
  }

  private async read(closed: AbortSignal): Promise<void> {
    this.become("connecting");
    const isClosed = () => closed.aborted;
    while (!isClosed()) {
      try {
        if ((await this.readOnce(closed)) === "ended") {
          this.close();
          this.onEnded();
        }
      } catch {
        // Whatever broke it: the next try tells.
      }
      if (!isClosed()) {
        this.become("broken");
        await sleep(this.again, closed);
      }
    }
  }

  private async readOnce(closed: AbortSignal): Promise<"broken" | "ended"> {
    const silent = new AbortController();
    let watch = setTimeout(() => silent.abort(), this.silence);
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
            this.store.missed(Date.now());
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
        clearTimeout(watch);
        watch = setTimeout(() => silent.abort(), this.silence);
        parser.feed(value);
      }
    } finally {
      clearTimeout(watch);
    }
  }

  private become(state: Link["state"]): void {
    if (this.link.state !== state) {
      this.link = { state, since: Date.now() };
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
