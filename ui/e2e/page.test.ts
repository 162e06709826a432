import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

const URL = process.env.TIDEWATCH_URL ?? "http://localhost:8080";
/** The folder of the user's routes that the application reads. */
const ROUTES = process.env.TIDEWATCH_ROUTES;
const SCREENSHOTS = "target/screenshots";

const CHROMIUM = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);
if (CHROMIUM === undefined) {
  console.log("No Chromium here: the page is not tried in a browser.");
}

let browser: Browser;
const contexts: BrowserContext[] = [];
/** What a browser complains of: errors in the page, and what its Content-Security-Policy forbids. */
const complaints: string[] = [];

beforeAll(async () => {
  if (CHROMIUM === undefined) {
    return;
  }
  mkdirSync(SCREENSHOTS, { recursive: true });
  browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}, 60_000);

afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  expect(complaints.splice(0)).toEqual([]);
});

afterAll(() => (CHROMIUM === undefined ? undefined : browser.close()));

type Look = { theme?: "light" | "dark"; width?: number };

async function visit(path: string, { theme = "light", width = 1360 }: Look = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL: URL, colorScheme: theme, viewport: { width, height: 850 }, locale: "en-GB" });
  contexts.push(context);
  const page = await context.newPage();
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    // A browser notes every answer that is no success; the page says these itself.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      complaints.push(message.text());
    }
  });
  await page.goto(path);
  return page;
}

async function signIn(page: Page, password = "admin123"): Promise<void> {
  await page.getByLabel("User name or e-mail address").fill("admin");
  await page.getByLabel("Password").fill(password);
  await page.keyboard.press("Enter");
}

async function visitSignedIn(path: string, look?: Look): Promise<Page> {
  const page = await visit(path, look);
  await signIn(page);
  await page.getByRole("navigation").waitFor();
  return page;
}

/** A login of somebody else, with curl's means. */
async function loginElsewhere(username: string, password: string): Promise<void> {
  await fetch(`${URL}/api/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
}

async function isAccessible(page: Page, name: string): Promise<void> {
  // What moves in has come to rest.
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const found = await (window as unknown as { axe: typeof axe }).axe.run();
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`);
  });
  expect(violations, name).toEqual([]);
}

describe.skipIf(CHROMIUM === undefined)("the page in a browser", () => {
  it("says that the password is wrong, and lets one in with the right one", async () => {
    const page = await visit("/sessions");
    await signIn(page, "wrong");
    await page.getByRole("alert").getByText("The name or the password is wrong").waitFor();
    await isAccessible(page, "sign-in-wrong");
    await signIn(page);
    await page.getByRole("heading", { name: "Sessions", level: 1 }).waitFor();
    const cookies = await page.context().cookies();
    expect(cookies.map(({ name, httpOnly, secure, sameSite }) => ({ name, httpOnly, secure, sameSite }))).toEqual([
      { name: "__Host-tidewatch", httpOnly: true, secure: true, sameSite: "Strict" },
    ]);
  });

  it.each([
    ["light", 1360],
    ["dark", 1360],
    ["light", 390],
    ["dark", 390],
  ] as const)("has nothing that axe finds, %s and %d wide, and does not move while it loads", async (theme, width) => {
    const page = await visit("/sign-in", { theme, width });
    // The state of the system comes late: room is kept for it.
    await page.route("**/health", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await route.continue().catch(() => undefined);
    });
    await page.getByLabel("Password").waitFor();
    await isAccessible(page, `sign-in-${theme}-${width}`);
    await signIn(page);
    for (const name of ["Live", "Charts", "Routes", "Dead letters", "Sessions"]) {
      await page.getByRole("navigation").getByRole("link", { name }).click();
      await page.getByRole("heading", { name, level: 1 }).waitFor();
      await page.getByRole("status", { name: "Loading" }).waitFor({ state: "detached" });
      await isAccessible(page, `${name.toLowerCase().replace(" ", "-")}-${theme}-${width}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), name).toBe(0);
    }
    const shift = await page.evaluate(
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
    expect(shift).toBeLessThan(0.01);
  });

  it("shows a login and its row changes as they happen, and as one thing", async () => {
    const page = await visitSignedIn("/live");
    await page.locator(".summary").getByText("connected since").waitFor();
    await loginElsewhere("admin", "admin123");
    const changes = page.getByRole("region", { name: "Row changes" });
    await changes
      .getByRole("button", { name: /INSERT access_tokens/ })
      .first()
      .click();
    const dialog = page.getByRole("dialog");
    await isAccessible(page, "event");
    await dialog.getByRole("button", { name: "UPDATE users" }).click();
    await dialog.getByRole("row", { name: /updated_at \(changed\)/ }).waitFor();
    await dialog.getByRole("button", { name: "LOGIN_SUCCESS admin" }).click();
    await dialog.getByRole("heading", { name: "LOGIN_SUCCESS admin" }).waitFor();
  });

  it("shows a name as text, whatever it is made of, filters, and holds still", async () => {
    const page = await visitSignedIn("/live");
    await page.locator(".summary").getByText("connected since").waitFor();
    const mark = Date.now();
    const name = `<img src=x onerror=alert(1)>\u202e\u05d0 🦊${mark}${"x".repeat(200)}`;
    await loginElsewhere(name, "no");
    const users = page.getByRole("region", { name: "User events" });
    await users.getByText(name).waitFor();
    await page.getByLabel("User, or any text").fill(String(mark));
    await users.getByRole("button").nth(1).waitFor({ state: "detached" });
    expect(await users.getByRole("button").count()).toBe(1);
    await page.getByRole("button", { name: "Pause" }).click();
    await loginElsewhere(`second ${mark}`, "no");
    await page.getByRole("button", { name: "Go on (1 new)" }).click();
    await users.getByText(`second ${mark}`).waitFor();
    expect(await page.locator("img[src=x]").count()).toBe(0);
  });

  it.skipIf(ROUTES === undefined)("shows why a file is rejected, and that it is mended", async () => {
    const file = join(ROUTES ?? "", "e2e.camel.yaml");
    const route = (uri: string) => `- route:\n    id: e2e\n    from:\n      uri: ${uri}\n      steps:\n        - stop: {}\n`;
    try {
      const page = await visitSignedIn("/routes");
      writeFileSync(file, route("tiemr:e2e"));
      const reason = page.getByText("Did you mean `timer`?");
      await reason.waitFor();
      await isAccessible(page, "rejected");
      writeFileSync(file, route("timer:e2e"));
      await reason.waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Stop e2e" }).click();
      await page.getByRole("button", { name: "Start e2e" }).click();
      await page.getByRole("button", { name: "Stop e2e" }).waitFor();
    } finally {
      rmSync(file, { force: true });
    }
  });

  it.each([1360, 390])("scrolls through a thousand sessions with few of them in the document, %d wide", async (width) => {
    const page = await visitSignedIn("/routes", { width });
    const session = { createdAt: "2026-11-21T08:00:00.000Z", expiresAt: "2026-11-22T08:00:00.000Z", userAgent: "curl", current: false };
    const sessions = Array.from({ length: 1000 }, (_, index) => ({ ...session, id: index + 1, ipAddress: `10.0.0.${index + 1}` }));
    await page.route("**/api/sessions", (route) => route.fulfill({ json: { sessions } }));
    await page.getByRole("navigation").getByRole("link", { name: "Sessions" }).click();
    await page.getByText("10.0.0.1", { exact: true }).waitFor();
    expect(await page.getByRole("row").count()).toBeLessThan(80);
    for (let turn = 0; turn < 3; turn++) {
      await page.getByLabel("Current password").scrollIntoViewIfNeeded();
      await page.waitForTimeout(200);
    }
    await page.getByText("10.0.0.1000", { exact: true }).waitFor();
    expect(await page.getByRole("row").count()).toBeLessThan(80);
  });

  it("throws another browser out whose session is ended", async () => {
    const other = await visitSignedIn("/live");
    const page = await visitSignedIn("/sessions");
    await page.getByRole("button", { name: "End all sessions" }).click();
    await isAccessible(page, "end-all");
    await page.getByRole("button", { name: "End all", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in to Tidewatch" }).waitFor();
    await other.getByText("Your session has ended. Sign in again.").waitFor();
  });
});
