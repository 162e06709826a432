import { Hub, type Tab } from "./hub";
import { LiveStore } from "./store";
import type { ConnectionStatus, StreamMessage } from "./stream";
import type { WorkerRequest } from "./worker";

type Link = {
  /** Tells all tabs that the session has ended. */
  end: () => void;
};

type Settings = {
  store?: LiveStore;
  sessionEnded: () => void;
  /** Joins the stream that all tabs share. */
  join?: (tab: Tab) => Link;
};

/** The events of this tab and the status of the stream. */
export class LiveConnection {
  readonly store: LiveStore;
  private readonly sessionEnded: () => void;
  private readonly join: (tab: Tab) => Link;

  private link: Link | undefined;
  private current: ConnectionStatus = { state: "closed", since: 0 };
  private readonly listeners = new Set<() => void>();

  constructor({ store = new LiveStore(), sessionEnded, join = joinWorker }: Settings) {
    this.store = store;
    this.sessionEnded = sessionEnded;
    this.join = join;
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly status = (): ConnectionStatus => this.current;

  /** Does nothing if it is open already. */
  open(): void {
    if (this.link === undefined) {
      this.become({ state: "connecting", since: Date.now() });
      this.link = this.join((message) => this.receive(message));
    }
  }

  /** Discards all events, too: the next user must not see them. Closes the stream of the other tabs, which share the session. */
  close(): void {
    this.link?.end();
    this.clear();
  }

  private receive({ events = [], gapAt, status, sessionEnded }: StreamMessage): void {
    events.forEach((event) => this.store.add(event));
    if (gapAt !== undefined) {
      this.store.markGap(gapAt);
    }
    if (status !== undefined) {
      this.become(status);
    }
    if (sessionEnded) {
      this.clear();
      this.sessionEnded();
    }
  }

  private clear(): void {
    this.link = undefined;
    this.store.clear();
    this.become({ state: "closed", since: Date.now() });
  }

  private become(status: ConnectionStatus): void {
    this.current = status;
    this.listeners.forEach((listener) => listener());
  }
}

/** Joins the hub of the shared worker; a hub of this tab in a browser without shared workers. */
function joinWorker(tab: Tab): Link {
  if (typeof SharedWorker === "undefined") {
    return joinHub(new Hub(), tab);
  }
  const worker = new SharedWorker(new URL("./worker.ts", import.meta.url), { type: "module", name: "tidewatch-live" });
  const { port } = worker;
  const send = (request: WorkerRequest) => port.postMessage(request);
  const listeners = new AbortController();
  const { signal } = listeners;
  const stop = () => {
    listeners.abort();
    port.close();
  };
  let link: Link = {
    end: () => {
      send("end");
      stop();
    },
  };
  port.onmessage = ({ data }: MessageEvent<StreamMessage>) => {
    if (data.sessionEnded) {
      stop();
    }
    tab(data);
    if (data.events !== undefined) {
      send("acknowledge");
    }
  };
  // The worker does not notice that a tab is closed. A tab that the browser restores from its cache joins again.
  addEventListener("pagehide", () => send("leave"), { signal });
  addEventListener("pageshow", ({ persisted }) => persisted && send("join"), { signal });
  worker.addEventListener("error", () => {
    // Its file could not be loaded.
    stop();
    link = joinHub(new Hub(), tab);
  });
  send("join");
  return { end: () => link.end() };
}

export function joinHub(hub: Hub, tab: Tab): Link {
  const member: Tab = (message) => {
    tab(message);
    hub.acknowledge(member);
  };
  hub.join(member);
  return { end: () => hub.end(member) };
}
