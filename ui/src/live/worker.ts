/**
 * The shared worker of all tabs. Over HTTP/1.1 a browser opens six connections to a server: with a stream of its own in each tab, the
 * seventh tab could not load.
 */
import { Hub, type Tab } from "./hub";

export type WorkerRequest = "join" | "acknowledge" | "leave" | "end";

const hub = new Hub();

addEventListener("connect", (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port !== undefined) {
    const tab: Tab = (message) => port.postMessage(message);
    port.onmessage = ({ data }: MessageEvent<WorkerRequest>) => hub[data](tab);
  }
});
