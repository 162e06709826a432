import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import {
  isAccessible,
  loginElsewhere,
  newAddress,
  onStage,
  overhang,
  ROUTES,
  shift,
  signIn,
  STAGE,
  visit,
  visitLive,
  visitSignedIn,
} from "./browser";

let names = 0;

/** A name that no other test and no other run has. */
function newName(): string {
  return `${Date.now().toString(36)}-${++names}`;
}

const users = (page: Page): Locator => page.getByRole("region", { name: "User events" });
const changes = (page: Page): Locator => page.getByRole("region", { name: "Row changes" });
const search = (page: Page): Locator => page.getByLabel("User, or any text");
/** What is live of one side: in the document are the newest only. */
const shownIn = (side: Locator): Promise<string[]> => side.locator(".event-whom").allInnerTexts();

/** Waits until exactly these are shown, in whatever order. */
async function showsExactly(side: Locator, wanted: string[]): Promise<void> {
  await expect.poll(async () => (await shownIn(side)).sort(), { timeout: 20_000 }).toEqual([...wanted].sort());
}

describe("the page in a browser", () => {
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

  it.skipIf(STAGE === undefined)("says that an account may be locked, and how long a network has to wait", async () => {
    const name = newName();
    await onStage("user", name);
    const watcher = await visitLive();
    await search(watcher).fill(name);
    const page = await visit("/");
    for (const password of ["wrong 1", "wrong 2", "wrong 3", "admin123"]) {
      await signIn(page, password, name);
      // The words leave with the next try.
      await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
      await page.getByRole("alert").getByText("or the account is locked after too many wrong passwords").waitFor();
    }
    await users(watcher).getByText("ACCOUNT_LOCKED").waitFor();
    await users(watcher).getByText("locked", { exact: true }).waitFor();

    const address = newAddress();
    const limited = await visit("/", { address });
    await expect.poll(() => loginElsewhere(newName(), "no", address), { timeout: 20_000, interval: 0 }).toBe(429);
    await signIn(limited);
    await limited
      .getByRole("alert")
      .getByText(/Too many sign-ins came from your network. Try again in [1-6] seconds?\./)
      .waitFor();
    await limited.getByRole("button", { name: /Sign in again in [1-6] second/ }).waitFor();
    await isAccessible(limited, "sign-in-limited");
    await limited.getByRole("button", { name: "Sign in", exact: true }).click();
    await limited.getByRole("navigation").waitFor();
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
    await isAccessible(page, `sign-in-${width}`, [theme]);
    await signIn(page);
    for (const name of ["Live", "Charts", "Routes", "Dead letters", "Sessions"]) {
      await page.getByRole("navigation").getByRole("link", { name }).click();
      await page.getByRole("heading", { name, level: 1 }).waitFor();
      await page.getByRole("status", { name: "Loading" }).waitFor({ state: "detached" });
      await isAccessible(page, `${name.toLowerCase().replace(" ", "-")}-${width}`, [theme]);
      expect(await overhang(page), name).toBe(0);
    }
    expect(await shift(page)).toBeLessThan(0.01);
  });

  it.skipIf(STAGE === undefined)("shows a login and its row changes as they happen, and as one thing", async () => {
    const name = newName();
    await onStage("user", name);
    const page = await visitLive();
    await search(page).fill(name);
    expect(await loginElsewhere(name, "admin123")).toBe(200);
    await users(page)
      .getByRole("button", { name: `LOGIN_SUCCESS ${name}` })
      .click();
    const dialog = page.getByRole("dialog");
    const related = dialog.getByRole("region", { name: "In the same transaction" }).getByRole("listitem");
    await expect
      .poll(async () => (await related.allInnerTexts()).map((text) => text.split(" ", 2).join(" ")).sort())
      .toEqual(["INSERT access_tokens", `LOGIN_SUCCESS ${name}`, "UPDATE users"]);
    await isAccessible(page, "event");
    await dialog.getByRole("button", { name: "UPDATE users" }).click();
    await dialog.getByRole("row", { name: /updated_at \(changed\)/ }).waitFor();
    await isAccessible(page, "event-change");
    await dialog.getByRole("button", { name: "INSERT access_tokens" }).click();
    await dialog.getByRole("heading", { name: "INSERT access_tokens" }).waitFor();
    await dialog.getByRole("button", { name: `LOGIN_SUCCESS ${name}` }).click();
    await dialog.getByRole("heading", { name: `LOGIN_SUCCESS ${name}` }).waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  });

  it.skipIf(STAGE === undefined)("filters by user, action, table, operation and address", async () => {
    const [one, other] = [newName(), newName()];
    const [near, far] = [newAddress(), newAddress()];
    await onStage("user", one);
    await onStage("user", other);
    const page = await visitLive();
    await loginElsewhere(one, "admin123", near);
    await loginElsewhere(one, "wrong", near);
    await loginElsewhere(other, "admin123", far);
    const whats = async () => (await users(page).locator(".event-what").allInnerTexts()).sort();
    const clear = () => page.getByRole("button", { name: "Clear" }).click();

    await search(page).fill(one);
    await expect.poll(whats).toEqual(["LOGIN_FAILURE", "LOGIN_SUCCESS"]);
    await page.getByLabel("Action").selectOption("LOGIN_FAILURE");
    await expect.poll(whats).toEqual(["LOGIN_FAILURE"]);
    await clear();
    await page.getByLabel("Address").fill(far);
    await showsExactly(users(page), [other]);
    await page.getByLabel("Address").fill(near);
    await showsExactly(users(page), [one, one]);
    await clear();
    await page.getByLabel("Table").selectOption("access_tokens");
    await expect.poll(async () => [...new Set(await shownIn(changes(page)))]).toEqual(["access_tokens"]);
    await clear();
    await page.getByLabel("Operation").selectOption("UPDATE");
    await expect.poll(async () => [...new Set(await changes(page).locator(".event-what").allInnerTexts())]).toEqual(["UPDATE"]);
    await clear();
    await users(page).getByText(other).waitFor();
    await users(page).getByText(one).first().waitFor();
  });

  it("holds still while it is paused, and shows what came meanwhile", async () => {
    const [before, meanwhile] = [newName(), newName()];
    const page = await visitLive();
    await loginElsewhere(before, "no");
    await users(page).getByText(before).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await loginElsewhere(meanwhile, "no");
    const goOn = page.getByRole("button", { name: "Go on (1 new)" });
    await goOn.waitFor();
    expect(await users(page).getByText(meanwhile).count()).toBe(0);
    await isAccessible(page, "paused");
    await goOn.click();
    await users(page).getByText(meanwhile).waitFor();
  });

  it.skipIf(STAGE === undefined)("shows as text whatever others are called", async () => {
    const attack = `<img src=x onerror=alert(1)>"'</script>\u202e\u05d0 🦊${newName()}`;
    const name = attack + "x".repeat(256 - attack.length);
    // What turns the direction has its name.
    const seen = (text: string) => text.replaceAll("\u202e", "⟨U+202E⟩");
    await onStage("user", name);
    await onStage("unreadable-event", attack);
    const page = await visit("/live", { userAgent: `<img src=x onerror=alert(2)>${attack.replace(/[^\x20-\x7e]/gu, "")}` });
    await signIn(page, "admin123", name);
    await page.locator(".summary").getByText("connected since").waitFor();
    await page.getByRole("link", { name: seen(name) }).waitFor();
    await loginElsewhere(name, "no");
    await users(page).getByText(seen(name)).first().waitFor();
    await loginElsewhere(name, "admin123");
    await changes(page)
      .getByRole("button", { name: /UPDATE users/ })
      .first()
      .click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByRole("cell", { name: seen(name) })
      .first()
      .waitFor();
    await isAccessible(page, "event-hostile");
    await page.keyboard.press("Escape");
    for (const link of ["Dead letters", "Sessions", "Live"]) {
      await page.getByRole("navigation").getByRole("link", { name: link }).click();
      await page.getByRole("heading", { name: link, level: 1 }).waitFor();
      await page.getByRole("status", { name: "Loading" }).waitFor({ state: "detached" });
      if (link === "Dead letters") {
        await page.locator("summary").first().click();
        await page.getByText(seen(attack)).first().waitFor();
      }
      expect(await page.locator("img[src=x]").count(), link).toBe(0);
      for (const width of [390, 1360]) {
        await page.setViewportSize({ width, height: 850 });
        await isAccessible(page, `hostile-${link.toLowerCase().replace(" ", "-")}-${width}`);
        expect(await overhang(page), `${link}, ${width} wide`).toBe(0);
      }
    }
  });

  it.skipIf(ROUTES === undefined)("shows why a file is rejected, and that it is mended", async () => {
    const file = join(ROUTES ?? "", "e2e.camel.yaml");
    const route = (uri: string) => `- route:\n    id: e2e\n    from:\n      uri: ${uri}\n      steps:\n        - stop: {}\n`;
    try {
      const page = await visitSignedIn("/routes");
      writeFileSync(file, route("tiemr:e2e"));
      const reason = page.getByText("Did you mean `timer`?");
      await reason.waitFor();
      await page.getByText("line 4, column 12").waitFor();
      await page.getByRole("link", { name: "Routes , 1 rejected file" }).waitFor();
      await isAccessible(page, "rejected");
      writeFileSync(file, route("timer:e2e"));
      await reason.waitFor({ state: "detached" });
      const row = page.getByRole("row", { name: "e2e.camel.yaml" });
      await row.getByText("started").waitFor();
      await page.getByRole("button", { name: "Stop e2e" }).click();
      await row.getByText("stopped").waitFor();
      await page.getByRole("button", { name: "Start e2e" }).click();
      await row.getByText("started").waitFor();
    } finally {
      rmSync(file, { force: true });
    }
  });

  it.skipIf(STAGE === undefined)("sends a dead letter back: one that fails again, and one whose cause is mended", async () => {
    const name = newName();
    const file = join(ROUTES ?? "", "mail.camel.yaml");
    const route = (description: string, step: string) => `
- route:
    id: mail-${name}
    description: ${description}
    from:
      uri: kamelet:user-events-source
      parameters: {startFrom: latest}
      steps:
        - filter:
            simple: \${body.username} == '${name}'
            steps:
              - ${step}
`;
    try {
      const page = await visitSignedIn("/routes");
      const go = (link: string) => page.getByRole("navigation").getByRole("link", { name: link }).click();
      const mail = page.getByRole("row", { name: "mail.camel.yaml" });
      writeFileSync(
        file,
        route("No mail server", 'throwException: {exceptionType: java.lang.IllegalStateException, message: "no server"}'),
      );
      await mail.getByText("No mail server").waitFor();
      await onStage("unreadable-event", name);
      await loginElsewhere(name, "no");
      await go("Dead letters");
      const lettersOf = (route: string, text: string) =>
        page.locator("details", { has: page.locator("summary").getByText(route, { exact: true }), hasText: text });
      const replay = (letter: Locator) => letter.getByRole("button", { name: /Replay the letter/ }).click();
      const confirm = (name: string) => page.getByRole("alertdialog").getByRole("button", { name }).click();

      // Nothing can read it, now or later: it comes again, and is counted.
      const letters = lettersOf("log-user-events", name);
      const unreadable = letters.getByRole("row", { name });
      await letters.locator("summary").click();
      await unreadable.getByRole("link").click();
      await page.getByRole("heading", { name: "Cause" }).waitFor();
      await page.getByText(name).first().waitFor();
      for (const width of [390, 1360]) {
        await page.setViewportSize({ width, height: 850 });
        await isAccessible(page, `dead-letter-${width}`);
        expect(await overhang(page), `dead letter, ${width} wide`).toBe(0);
      }
      await page.goBack();
      await letters.locator("summary").click();
      await replay(unreadable);
      await isAccessible(page, "replay");
      await confirm("Cancel");
      await unreadable.getByText("0 of 3").waitFor();
      await replay(unreadable);
      await confirm("Replay");
      await page.getByText("1 letter was sent back.").waitFor();
      writeFileSync(file, route("There is one", "stop: {}"));
      await unreadable.getByText("1 of 3").waitFor();
      expect(await unreadable.count()).toBe(1);

      await go("Routes");
      await mail.getByText("There is one").waitFor();
      await go("Dead letters");
      const failed = lettersOf(`mail-${name}`, "IllegalStateException");
      await failed.locator("summary").click();
      await isAccessible(page, "dead-letters-open");
      await replay(failed);
      await confirm("Replay");
      await failed.waitFor({ state: "detached" });
      await go("Routes");
      // The new route has had one exchange, and no failure.
      await expect.poll(async () => (await mail.getByRole("cell").allInnerTexts()).slice(3, 5), { timeout: 20_000 }).toEqual(["1", "0"]);
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

  it.skipIf(STAGE === undefined)("throws another browser out whose session is ended", async () => {
    const address = newAddress();
    const other = await visitLive({ address });
    const page = await visitSignedIn("/sessions");
    const end = page.getByRole("button", { name: new RegExp(`at ${address}$`) });
    await end.click();
    await other.getByText("Your session has ended. Sign in again.").waitFor();
    await page.getByText("is over").waitFor();
    expect(await end.count()).toBe(0);
    await signIn(other);
    await other.getByRole("heading", { name: "Live", level: 1 }).waitFor();
  });

  it.skipIf(STAGE === undefined)("changes the password, which ends one's other sessions", async () => {
    const name = newName();
    await onStage("user", name);
    const other = await visitSignedIn("/live", {}, name);
    const page = await visitSignedIn("/sessions", {}, name);
    const change = async (current: string, wanted: string) => {
      await page.getByLabel("Current password").fill(current);
      await page.getByLabel("New password").fill(wanted);
      await page.getByRole("button", { name: "Change password" }).click();
    };
    await change("wrong", "a new password of mine");
    await page.getByRole("alert").getByText("The current password is wrong").waitFor();
    await change("admin123", "password");
    await page.getByRole("alert").getByText(/./).waitFor();
    await isAccessible(page, "password-refused");
    await change("admin123", "a new password of mine");
    await page.getByText("The new password holds.").waitFor();
    await other.getByText("Your session has ended. Sign in again.").waitFor();
    await signIn(other, "admin123", name);
    await other.getByRole("alert").getByText("The name or the password is wrong").waitFor();
    await signIn(other, "a new password of mine", name);
    await other.getByRole("navigation").waitFor();
  });

  it("throws every browser out when all sessions are ended", async () => {
    const other = await visitSignedIn("/live");
    const page = await visitSignedIn("/sessions");
    await page.getByRole("button", { name: "End all sessions" }).click();
    await isAccessible(page, "end-all");
    await page.getByRole("button", { name: "End all", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in to Tidewatch" }).waitFor();
    await other.getByText("Your session has ended. Sign in again.").waitFor();
  });

  it.skipIf(STAGE === undefined)(
    "misses nothing and shows nothing twice when the server is killed and starts again",
    async () => {
      const mark = newName();
      const failed: string[] = [];
      const fail = async (when: string) => {
        failed.push(`${when} ${mark}`);
        expect(await loginElsewhere(`${when} ${mark}`, "no")).toBe(401);
      };
      const stranger = await visit("/sign-in");
      const page = await visitLive();
      await search(page).fill(mark);
      await fail("one");
      await fail("two");
      await showsExactly(users(page), failed);
      expect(await page.locator(".state").innerText()).toContain("Database\nconnected");

      await fail("just before the end");
      await onStage("kill");
      await page.getByRole("alert").getByText("Not connected since").waitFor();
      await page.locator(".state").getByText("not known").nth(2).waitFor();
      await isAccessible(page, "not-connected");
      await signIn(stranger);
      await stranger.getByRole("alert").getByText("Tidewatch cannot be reached.").waitFor();
      await onStage("user", `while nobody is there ${mark}`);
      failed.push(`at another instance ${mark}`);
      await onStage("user-event", `at another instance ${mark}`);

      // It may not come back yet: it has to catch up on what happens meanwhile.
      await page.route("**/api/events", (route) => route.abort());
      await onStage("start");
      await fail("before it comes back");
      await fail("also before");
      await page.unroute("**/api/events");
      await page.locator(".summary").getByText("connected since").waitFor();
      await page.locator(".state").getByText("Database connected").waitFor({ state: "attached" });
      await fail("after");

      await showsExactly(users(page), failed);
      await showsExactly(changes(page), ["users"]);
      await fail("at last");
      await showsExactly(users(page), failed);
      await showsExactly(changes(page), ["users"]);
      expect(await page.getByText("the server no longer has them").count()).toBe(0);
      await signIn(stranger);
      await stranger.getByRole("navigation").waitFor();
    },
    120_000,
  );
});
