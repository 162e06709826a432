/*
 * Measures how smoothly the Live page renders. A mock server repeats the recorded events of a real login with new ids: the application
 * cannot produce this many events on the same machine.
 */
import console from "node:console";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { chromium } from "playwright-core";

const UI = new URL("../target/classes/ui", import.meta.url).pathname;
const RECORDED = JSON.parse(readFileSync(new URL("login.json", import.meta.url), "utf8"));
const RATE = 500;
const SECONDS = 30;
const MANY = 1_000_000;
const HEAP_LIMIT = 50_000_000;
const FRAMES = 60;

let number = 0;

/** The events of the next login, as server-sent events. */
function nextLogin() {
  number++;
  const eventId = randomUUID();
  const commitTs = String(470626607562752293n + BigInt(number));
  return RECORDED.map(({ event, data }, index) => {
    const next = { ...data, timestamp: new Date().toISOString(), offset: data.offset + number * RECORDED.length + index };
    if (event === "user-event") {
      next.eventId = eventId;
      next.username = `user-${number % 1000}`;
    } else {
      next.commitTs = commitTs;
      if (data.table === "access_tokens") {
        next.key = { id: number };
        next.data = { ...data.data, id: number, event_id: eventId };
      }
    }
    return `id: ${number}.${index}\nevent: ${event}\ndata: ${JSON.stringify(next)}\n\n`;
  });
}

/** A stream sends `speed` events per second, or `left` events as fast as the UI reads them. */
let speed = 0;
let left = 0;

async function stream(response) {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.write("id: 0\nevent: ready\ndata: {}\n\n");
  let due = 0;
  let last = performance.now();
  for (;;) {
    const now = performance.now();
    due = left > 0 ? left : due + ((now - last) * speed) / 1000;
    last = now;
    let text = "";
    for (let events = Math.min(Math.floor(due), 3000); events >= RECORDED.length; events -= RECORDED.length) {
      text += nextLogin().join("");
      due -= RECORDED.length;
      left -= left > 0 ? RECORDED.length : 0;
    }
    if (text !== "" && !response.write(text)) {
      await new Promise((resolve) => {
        const resume = () => {
          response.off("drain", resume).off("close", resume);
          resolve();
        };
        response.on("drain", resume).on("close", resume);
      });
    } else {
      await setTimeout(left > 0 ? 0 : 10);
    }
    if (response.destroyed) {
      return;
    }
  }
}

const NOW = new Date().toISOString();
const SINCE = { database: NOW, kafka: NOW, changefeed: NOW };
const ANSWERS = {
  "/api/profile": { userId: 1, username: "admin", email: "admin@tidewatch.local", tokenExpiresAt: "2099-01-01T00:00:00.000Z" },
  "/health": {
    status: "healthy",
    database: "connected",
    kafka: true,
    changefeed: "normal",
    rejectedRouteFiles: 0,
    stalledPartitions: [],
    since: SINCE,
  },
  "/api/changefeeds": { changefeeds: [] },
};
const TYPES = { js: "text/javascript", css: "text/css", svg: "image/svg+xml" };

const server = createServer((request, response) => {
  const path = request.url.split("?")[0];
  const file = `${UI}${path}`;
  if (path === "/api/events") {
    void stream(response);
  } else if (path in ANSWERS) {
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(ANSWERS[path]));
  } else {
    const type = TYPES[path.split(".").pop()];
    const found = type !== undefined && existsSync(file);
    response.writeHead(200, { "Content-Type": found ? type : "text/html" }).end(readFileSync(found ? file : `${UI}/index.html`));
  }
});

/** Counts the frames of some seconds and measures the longest. */
function framesOf(page, seconds) {
  return page.evaluate(
    (milliseconds) =>
      new Promise((resolve) => {
        const begin = performance.now();
        let [frames, last, longest] = [0, begin, 0];
        const frame = (now) => {
          frames++;
          longest = Math.max(longest, now - last);
          last = now;
          if (now - begin < milliseconds) {
            requestAnimationFrame(frame);
          } else {
            resolve({ perSecond: (frames * 1000) / (now - begin), longest });
          }
        };
        requestAnimationFrame(frame);
      }),
    seconds * 1000,
  );
}

const describe = ({ perSecond, longest }) =>
  `${perSecond.toFixed(1)} frames per second; ratio ${(perSecond / FRAMES).toFixed(2)} of ${FRAMES}; the longest frame took ${longest.toFixed(0)} ms`;

async function heapOf(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const load = () => loadavg()[0].toFixed(1);

server.listen(0, "127.0.0.1");
await once(server, "listening");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
try {
  const page = await browser.newPage({ viewport: { width: 1360, height: 850 }, locale: "en-US" });
  await page.goto(`http://127.0.0.1:${server.address().port}/live`);
  await page.getByText("connected since").waitFor();
  console.log(`Chromium ${browser.version()}, ${cpus().length} cores, load ${load()}; recorded events from a mock server`);
  await setTimeout(1000);
  console.log(`no events: ${describe(await framesOf(page, 5))}; heap ${megabytes(await heapOf(page))}`);

  speed = RATE;
  const sentBefore = number;
  const steady = await framesOf(page, SECONDS);
  const sent = (number - sentBefore) * RECORDED.length;
  speed = 0;
  console.log(`${(sent / SECONDS).toFixed(0)} events per second for ${SECONDS} s: ${describe(steady)}; load ${load()}`);

  const begin = performance.now();
  left = MANY - (MANY % RECORDED.length);
  const flooded = framesOf(page, 10);
  const all = (number * RECORDED.length + left).toLocaleString("en-US");
  await page.getByText(`${all} events`).waitFor({ timeout: 600_000 });
  const seconds = (performance.now() - begin) / 1000;
  console.log(
    `${MANY.toLocaleString("en-US")} more, as fast as the UI reads them (${(MANY / seconds).toFixed(0)} per second): first 10 s ${describe(await flooded)}`,
  );
  const heap = await heapOf(page);
  console.log(`afterwards: heap ${megabytes(heap)}; ratio ${(heap / HEAP_LIMIT).toFixed(2)} of the limit of ${megabytes(HEAP_LIMIT)}`);
  speed = RATE;
  console.log(`${RATE} events per second again: ${describe(await framesOf(page, 10))}; load ${load()}`);
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}
