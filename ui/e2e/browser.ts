import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";

/** The application. */
export const URL = process.env.TIDEWATCH_URL ?? "http://localhost:8080";
/** The folder of the user's routes that the application reads. */
export const ROUTES = process.env.TIDEWATCH_ROUTES;
/** Who does what no page and no request can: PageIT of integration/. */
export const STAGE = process.env.TIDEWATCH_STAGE;
const SCREENSHOTS = "target/screenshots";

let browser: Browser;
let visitor = Date.now() % 2 ** 24;
const contexts: BrowserContext[] = [];
/** What a browser complains of: errors in the page, what its Content-Security-Policy forbids, and scripts of others that run. */
const complaints: string[] = [];

beforeAll(async () => {
  mkdirSync(SCREENSHOTS, { recursive: true });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
});

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") {
    const pages = contexts.flatMap((context) => context.pages());
    await Promise.all(pages.map((page, index) => page.screenshot({ path: join(SCREENSHOTS, `failed-${index}.png`) })));
  }
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  expect(complaints.splice(0)).toEqual([]);
});

afterAll(() => browser.close());

type Theme = "light" | "dark";
type Look = { theme?: Theme; width?: number; address?: string; userAgent?: string };

/** An address that nobody has had; the application believes it from the stage. */
export function newAddress(): string {
  visitor = (visitor + 1) % 2 ** 24;
  return `10.${visitor >> 16}.${(visitor >> 8) % 256}.${visitor % 256}`;
}

export async function visit(path: string, { theme = "light", width = 1360, address = newAddress(), userAgent }: Look = {}): Promise<Page> {
  const context = await browser.newContext({
    baseURL: URL,
    colorScheme: theme,
    viewport: { width, height: 850 },
    locale: "en-GB",
    extraHTTPHeaders: { "X-Forwarded-For": address },
    ...(userAgent === undefined ? {} : { userAgent }),
  });
  contexts.push(context);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    // A browser notes every answer that is no success; the page says these itself.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      complaints.push(message.text());
    }
  });
  await page.goto(path);
  return page;
}

export async function signIn(page: Page, password = "admin123", username = "admin"): Promise<void> {
  await page.getByLabel("User name or e-mail address").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
}

export async function visitSignedIn(path: string, look?: Look, username?: string): Promise<Page> {
  const page = await visit(path, look);
  await signIn(page, "admin123", username);
  await page.getByRole("navigation").waitFor();
  return page;
}

/** The page Live, which has begun to hear. */
export async function visitLive(look?: Look): Promise<Page> {
  const page = await visitSignedIn("/live", look);
  await page.locator(".summary").getByText("connected since").waitFor();
  return page;
}

/** A login of somebody else, with curl's means. */
export async function loginElsewhere(username: string, password: string, address = newAddress()): Promise<number> {
  const answer = await fetch(`${URL}/api/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Forwarded-For": address },
    body: JSON.stringify({ username, password }),
  });
  return answer.status;
}

/** Has something done off the page. */
export async function onStage(deed: "kill" | "start" | "user" | "user-event" | "unreadable-event", text = ""): Promise<void> {
  const answer = await fetch(`${STAGE}/${deed}`, { method: "POST", body: text });
  expect(answer.status, deed).toBe(204);
}

/** In each of the themes; the browser's own comes last, and stays. */
export async function isAccessible(page: Page, name: string, themes?: Theme[]): Promise<void> {
  const own: Theme = (await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches)) ? "dark" : "light";
  await page.evaluate(axe.source);
  for (const theme of themes ?? [own === "light" ? "dark" : "light", own]) {
    await page.emulateMedia({ colorScheme: theme });
    // What moves in, or takes on other colours, is there.
    await page.evaluate(() => document.getAnimations().forEach((animation) => animation.finish()));
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${theme}.png`) });
    const violations = await page.evaluate(async () => {
      const found = await (window as unknown as { axe: typeof axe }).axe.run();
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
    });
    expect(violations, `${name}, ${theme}`).toEqual([]);
  }
}

/** By how much the page is wider than the window. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** How much has moved by itself since the page was loaded: the sum of the layout shifts. */
export function shift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[]) {
            sum += entry.hadRecentInput ? 0 : entry.value;
          }
        }).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(sum), 200);
      }),
  );
}
