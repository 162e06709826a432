import { LiveStream, type StreamMessage, type StreamSettings } from "./stream";

/** Receives the messages of the stream for one tab, and acknowledges those with events. */
export type Tab = (message: StreamMessage) => void;

type Reader = {
  /** The number of the next event to send. */
  next: number;
  /** Whether it has not acknowledged the last events yet. */
  busy: boolean;
  /** Whether the stream no longer waits for it: the browser can freeze a hidden tab. */
  slow: boolean;
};

type Settings = StreamSettings & {
  /** The number of the newest events that a new or slow tab gets. */
  limit?: number;
  /** Their characters of JSON. */
  sizeLimit?: number;
  /** Milliseconds that the stream waits for a tab. */
  patience?: number;
};

/** Reads one stream for all tabs, and keeps its newest events for tabs that join later. */
export class Hub {
  private readonly limit: number;
  private readonly sizeLimit: number;
  private readonly patience: number;

  private readonly readers = new Map<Tab, Reader>();
  private readonly stream: LiveStream;
  private events: string[] = [];
  private size = 0;
  /** The number of the first of the events. */
  private first = 0;
  /** The last status and gap. */
  private current: StreamMessage = {};
  private checkIdle: (() => void) | undefined;

  constructor({ limit = 5_000, sizeLimit = 8_000_000, patience = 1_000, ...settings }: Settings = {}) {
    this.limit = limit;
    this.sizeLimit = sizeLimit;
    this.patience = patience;
    this.stream = new LiveStream((message) => this.receive(message), settings);
  }

  /** Sends the past events to the tab, and each message from now on. The first tab opens the stream. */
  join(tab: Tab): void {
    if (!this.readers.has(tab)) {
      this.stream.open();
      const reader = { next: this.first, busy: false, slow: false };
      this.readers.set(tab, reader);
      tab(this.current);
      this.sendEvents(tab, reader);
    }
  }

  /** The tab has read the events that it was sent last. */
  acknowledge(tab: Tab): void {
    const reader = this.readers.get(tab);
    if (reader !== undefined) {
      reader.busy = false;
      reader.slow = false;
      this.sendEvents(tab, reader);
      this.checkIdle?.();
    }
  }

  /** The tab is closed. The stream stays open: if this was the last tab, the browser ends it. */
  leave(tab: Tab): void {
    this.readers.delete(tab);
    this.checkIdle?.();
  }

  /** The session has ended in this tab. Closes the stream and tells all other tabs; the next user must not see the events. */
  end(tab: Tab): void {
    // A tab that has left already must not end the next session.
    if (this.readers.delete(tab)) {
      this.stream.close();
      void this.receive({ sessionEnded: true });
    }
  }

  /** Resolves when every tab has read the events, except slow ones. */
  private async receive({ events, ...message }: StreamMessage): Promise<void> {
    if (events === undefined) {
      this.sendToAll(message);
    } else {
      this.keep(events);
      this.readers.forEach((reader, tab) => this.sendEvents(tab, reader));
      await this.idle();
    }
  }

  private sendToAll(message: StreamMessage): void {
    this.current = { ...this.current, ...message };
    const tabs = [...this.readers.keys()];
    if (message.sessionEnded) {
      this.readers.clear();
      this.first += this.events.length;
      this.events = [];
      this.size = 0;
      this.current = {};
      this.checkIdle?.();
    }
    tabs.forEach((tab) => tab(message));
  }

  private sendEvents(tab: Tab, reader: Reader): void {
    const end = this.first + this.events.length;
    if (!reader.busy && reader.next < end) {
      const missed = reader.next < this.first;
      const events = this.events.slice(Math.max(0, reader.next - this.first));
      reader.next = end;
      reader.busy = true;
      tab(missed ? { events, gapAt: Date.now() } : { events });
    }
  }

  private keep(events: string[]): void {
    this.events.push(...events);
    events.forEach(({ length }) => (this.size += length));
    // Remove many at once: each removal moves all remaining events.
    if (this.events.length > this.limit * 1.2 || this.size > this.sizeLimit * 1.2) {
      let removed = 0;
      while (this.events.length - removed > this.limit || this.size > this.sizeLimit) {
        this.size -= this.events[removed++]?.length ?? 0;
      }
      this.events.splice(0, removed);
      this.first += removed;
    }
  }

  private idle(): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.checkIdle = undefined;
        resolve();
      };
      const timer = setTimeout(() => {
        this.readers.forEach((reader) => (reader.slow = reader.busy));
        end();
      }, this.patience);
      this.checkIdle = () => {
        if ([...this.readers.values()].every(({ busy, slow }) => !busy || slow)) {
          end();
        }
      };
      this.checkIdle();
    });
  }
}
