import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { newAddress, URL } from "./application";

const SCREENSHOTS = "target/screenshots";

let browser: Browser;
const contexts: BrowserContext[] = [];
/** Uncaught errors, violations of the Content-Security-Policy, and dialogs that an injected script would open. */
const errors: string[] = [];

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
  expect(errors.splice(0)).toEqual([]);
});

afterAll(() => browser.close());

type Theme = "light" | "dark";
type BrowserOptions = {
  theme?: Theme;
  width?: number;
  address?: string;
  userAgent?: string;
  /** Whether all tabs share one event stream. Playwright sees no requests of shared workers. */
  sharedStream?: boolean;
};

export async function open(
  path: string,
  { theme = "light", width = 1360, address = newAddress(), userAgent, sharedStream = true }: BrowserOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: URL,
    colorScheme: theme,
    reducedMotion: "reduce",
    viewport: { width, height: 850 },
    locale: "en-GB",
    extraHTTPHeaders: { "X-Forwarded-For": address },
    ...(userAgent === undefined ? {} : { userAgent }),
  });
  contexts.push(context);
  if (!sharedStream) {
    await context.addInitScript("delete window.SharedWorker");
  }
  return openTab(context, path);
}

/** Opens another tab of a browser. */
export async function openTab(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("pageerror", ({ message }) => errors.push(message));
  page.on("dialog", (dialog) => {
    errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    // The browser logs every error response; the UI shows them itself.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      errors.push(message.text());
    }
  });
  await page.goto(path);
  return page;
}

export async function signIn(page: Page, password = "admin123", username = "admin"): Promise<void> {
  await page.getByLabel("User name or email address").fill(username);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.keyboard.press("Enter");
}

export async function openSignedIn(path: string, options?: BrowserOptions, username?: string): Promise<Page> {
  const page = await open(path, options);
  await signIn(page, "admin123", username);
  await page.getByRole("navigation").waitFor();
  return page;
}

/** Opens the Live page and waits until it is connected. */
export async function openLive(options?: BrowserOptions): Promise<Page> {
  const page = await openSignedIn("/live", options);
  await page.locator(".summary").getByText("connected since").waitFor();
  return page;
}

/** Takes a screenshot and runs axe in each theme. The browser's own theme comes last and stays. */
export async function expectAccessible(page: Page, name: string, themes?: Theme[]): Promise<void> {
  const own: Theme = (await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches)) ? "dark" : "light";
  await page.evaluate(axe.source);
  for (const theme of themes ?? [own === "light" ? "dark" : "light", own]) {
    await page.emulateMedia({ colorScheme: theme });
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${theme}.png`) });
    const violations = await page.evaluate(async () => {
      const found = await (window as unknown as { axe: typeof axe }).axe.run();
      return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
    });
    expect(violations, `${name}, ${theme}`).toEqual([]);
  }
}

/** Pixels by which the document is wider than the window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** The sum of all layout shifts since the page load. */
export function layoutShift(page: Page): Promise<number> {
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
