import { createParser } from "eventsource-parser";

/** Past events to fetch on the first connection. */
const RECENT = 200;

export type ConnectionStatus = { state: "closed" | "connecting" | "open" | "broken"; since: number };

/** What has changed; the rest is absent. */
export type StreamMessage = {
  status?: ConnectionStatus;
  /** The JSON of each event, oldest first. */
  events?: string[];
  /** When the server reported that events are missing. */
  gapAt?: number;
  /** The stream is closed, because the session has ended. */
  sessionEnded?: true;
};

export type StreamSettings = {
  /** Milliseconds between two attempts. */
  retryDelay?: number;
  /** Milliseconds of silence after which the connection counts as dead; the server sends a heartbeat every 15 seconds. */
  idleTimeout?: number;
};

/**
 * Reads `GET /api/events` and reconnects with the id of the last event. An EventSource gives up at the first 503 of a restarting server,
 * and does not distinguish it from a 401.
 */
export class LiveStream {
  private readonly retryDelay: number;
  private readonly idleTimeout: number;

  private abort: AbortController | undefined;
  private lastId: string | undefined;
  private state: ConnectionStatus["state"] = "closed";

  /** @param send the stream reads on when its promise is resolved */
  constructor(
    private readonly send: (message: StreamMessage) => void | Promise<void>,
    { retryDelay = 2_000, idleTimeout = 40_000 }: StreamSettings = {},
  ) {
    this.retryDelay = retryDelay;
    this.idleTimeout = idleTimeout;
  }

  /** Does nothing if it is open already. */
  open(): void {
    if (this.abort === undefined) {
      this.abort = new AbortController();
      void this.run(this.abort.signal);
    }
  }

  close(): void {
    this.abort?.abort();
    this.abort = undefined;
    this.lastId = undefined;
    this.become("closed");
  }

  private async run(closed: AbortSignal): Promise<void> {
    this.become("connecting");
    const isClosed = () => closed.aborted;
    while (!isClosed()) {
      try {
        if ((await this.connect(closed)) === "ended" && !isClosed()) {
          this.close();
          void this.send({ sessionEnded: true });
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
      let events: string[] = [];
      const parser = createParser({
        onEvent: ({ id, event, data }) => {
          if (id !== undefined) {
            this.lastId = id;
          }
          if (event === "reset") {
            void this.send({ gapAt: Date.now() });
          } else if (event !== "ready") {
            events.push(data);
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
        if (events.length > 0) {
          await this.send({ events });
          events = [];
        }
      }
    } finally {
      clearTimeout(timer);
    }
  }

  private become(state: ConnectionStatus["state"]): void {
    if (this.state !== state) {
      this.state = state;
      void this.send({ status: { state, since: Date.now() } });
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
