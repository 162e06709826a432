import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { control, exhaustRateLimit, HARNESS, logIn, newAddress, ROUTES } from "./application";
import { expectAccessible, layoutShift, open, openLive, openSignedIn, openTab, overflow, signIn } from "./browser";

let names = 0;

/** A name that no other test or run uses. */
function newName(): string {
  return `${Date.now().toString(36)}-${++names}`;
}

const users = (page: Page): Locator => page.getByRole("region", { name: "User events" });
const changes = (page: Page): Locator => page.getByRole("region", { name: "Row changes" });
const search = (page: Page): Locator => page.getByLabel("User or any text");
/** The subjects of one side. Only the visible events are in the document. */
const subjectsIn = (side: Locator): Promise<string[]> => side.locator(".event-subject").allInnerTexts();

/** Waits until the side shows exactly these subjects, in any order. */
async function expectSubjects(side: Locator, expected: string[]): Promise<void> {
  await expect.poll(async () => (await subjectsIn(side)).sort()).toEqual([...expected].sort());
}

describe("the UI in a browser", () => {
  it("rejects a wrong password and sets a host cookie for the right one", async () => {
    const page = await open("/sessions");
    await signIn(page, "wrong");
    await page.getByRole("alert").getByText("Wrong user name or password").waitFor();
    await expectAccessible(page, "sign-in-wrong");
    await signIn(page);
    await page.getByRole("heading", { name: "Sessions", level: 1 }).waitFor();
    const cookies = await page.context().cookies();
    expect(cookies.map(({ name, httpOnly, secure, sameSite }) => ({ name, httpOnly, secure, sameSite }))).toEqual([
      { name: "__Host-tidewatch", httpOnly: true, secure: true, sameSite: "Strict" },
    ]);
  });

  it.skipIf(HARNESS === undefined)("reports a locked account and the waiting time of a rate limit", async () => {
    const name = newName();
    await control("user", name);
    const watcher = await openLive();
    await search(watcher).fill(name);
    const page = await open("/");
    for (const password of ["wrong 1", "wrong 2", "wrong 3", "admin123"]) {
      await signIn(page, password, name);
      // A new attempt clears the message.
      await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
      await page.getByRole("alert").getByText("or the account is locked after too many wrong passwords").waitFor();
    }
    await users(watcher).getByText("ACCOUNT_LOCKED").waitFor();
    await users(watcher).getByText("locked", { exact: true }).waitFor();

    const address = newAddress();
    const limited = await open("/", { address });
    await exhaustRateLimit(address);
    await signIn(limited);
    await limited
      .getByRole("alert")
      .getByText(/Too many sign-in attempts from your network\. Try again in [1-6] seconds?\./)
      .waitFor();
    await limited.getByRole("button", { name: /Try again in [1-6] second/ }).waitFor();
    await expectAccessible(limited, "sign-in-limited");
    await limited.getByRole("button", { name: "Sign in", exact: true }).click();
    await limited.getByRole("navigation").waitFor();
  });

  it.each([
    ["light", 1360],
    ["dark", 1360],
    ["light", 390],
    ["dark", 390],
  ] as const)("passes axe and loads without layout shifts: %s, %d pixels wide", async (theme, width) => {
    const page = await open("/sign-in", { theme, width });
    // Delay the system status, which must not move anything when it arrives.
    await page.route("**/health", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await route.continue().catch(() => undefined);
    });
    await page.getByLabel("Password").waitFor();
    await expectAccessible(page, `sign-in-${width}`, [theme]);
    await signIn(page);
    for (const name of ["Live", "Charts", "Routes", "Dead letters", "Sessions"]) {
      await page.getByRole("navigation").getByRole("link", { name }).click();
      await page.getByRole("heading", { name, level: 1 }).waitFor();
      await page.getByRole("status", { name: "Loading" }).waitFor({ state: "detached" });
      await expectAccessible(page, `${name.toLowerCase().replace(" ", "-")}-${width}`, [theme]);
      expect(await overflow(page), name).toBe(0);
    }
    expect(await layoutShift(page)).toBeLessThan(0.01);
  });

  it.skipIf(HARNESS === undefined)("shows a login and its row changes live, as one transaction", async () => {
    const name = newName();
    await control("user", name);
    const page = await openLive();
    await search(page).fill(name);
    expect(await logIn(name, "admin123")).toBe(200);
    await users(page)
      .getByRole("button", { name: `LOGIN_SUCCESS ${name}` })
      .click();
    const dialog = page.getByRole("dialog");
    const related = dialog.getByRole("region", { name: "In the same transaction" }).getByRole("listitem");
    await expect
      .poll(async () => (await related.allInnerTexts()).map((text) => text.split(" ", 2).join(" ")).sort())
      .toEqual(["INSERT access_tokens", `LOGIN_SUCCESS ${name}`, "UPDATE users"]);
    await expectAccessible(page, "event");
    await dialog.getByRole("button", { name: "UPDATE users" }).click();
    await dialog.getByRole("row", { name: /updated_at \(changed\)/ }).waitFor();
    await expectAccessible(page, "event-change");
    await dialog.getByRole("button", { name: "INSERT access_tokens" }).click();
    await dialog.getByRole("heading", { name: "INSERT access_tokens" }).waitFor();
    await dialog.getByRole("button", { name: `LOGIN_SUCCESS ${name}` }).click();
    await dialog.getByRole("heading", { name: `LOGIN_SUCCESS ${name}` }).waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  });

  it.skipIf(HARNESS === undefined)("filters by user, action, table, operation and address", async () => {
    const [one, other] = [newName(), newName()];
    const [near, far] = [newAddress(), newAddress()];
    await control("user", one);
    await control("user", other);
    const page = await openLive();
    await logIn(one, "admin123", near);
    await logIn(one, "wrong", near);
    await logIn(other, "admin123", far);
    const types = async () => (await users(page).locator(".event-type").allInnerTexts()).sort();
    const clear = () => page.getByRole("button", { name: "Clear" }).click();

    await search(page).fill(one);
    await expect.poll(types).toEqual(["LOGIN_FAILURE", "LOGIN_SUCCESS"]);
    await page.getByLabel("Action").selectOption("LOGIN_FAILURE");
    await expect.poll(types).toEqual(["LOGIN_FAILURE"]);
    await clear();
    await page.getByLabel("IP address").fill(far);
    await expectSubjects(users(page), [other]);
    await page.getByLabel("IP address").fill(near);
    await expectSubjects(users(page), [one, one]);
    await clear();
    await page.getByLabel("Table").selectOption("access_tokens");
    await expect.poll(async () => [...new Set(await subjectsIn(changes(page)))]).toEqual(["access_tokens"]);
    await clear();
    await page.getByLabel("Operation").selectOption("UPDATE");
    await expect.poll(async () => [...new Set(await changes(page).locator(".event-type").allInnerTexts())]).toEqual(["UPDATE"]);
    await clear();
    await users(page).getByText(other).waitFor();
    await users(page).getByText(one).first().waitFor();
  });

  it("shows the values of one minute of a chart by keyboard and by pointer", async () => {
    const page = await openSignedIn("/charts");
    const chart = page.getByRole("figure", { name: "Logins and failures per minute" });
    const time = chart.locator(".legend-time");
    await time.getByText("This minute").waitFor();
    await chart.getByRole("slider").press("ArrowLeft");
    await time.getByText(/^\d\d:\d\d$/).waitFor();
    await expectAccessible(page, "chart-minute");
    const minuteBefore = await time.innerText();
    await chart.getByRole("img").hover({ position: { x: 10, y: 10 } });
    await expect.poll(() => time.innerText()).not.toBe(minuteBefore);
    await page.getByRole("heading", { level: 1 }).hover();
    await time.getByText("This minute").waitFor();
  });

  it("holds back new events while paused", async () => {
    const [before, meanwhile] = [newName(), newName()];
    const page = await openLive();
    const running = await openTab(page.context(), "/live");
    await logIn(before, "no");
    await users(page).getByText(before).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    await logIn(meanwhile, "no");
    await users(running).getByText(meanwhile).waitFor();
    // The row changes of the sign-in may also be new.
    const resume = page.getByRole("button", { name: /^Resume \(\d+ new\)$/ });
    await resume.waitFor();
    expect(await users(page).getByText(meanwhile).count()).toBe(0);
    await expectAccessible(page, "paused");
    await resume.click();
    await users(page).getByText(meanwhile).waitFor();
  });

  it("bug19: opens seven tabs, which share one event stream until the last is closed", async () => {
    const first = await openLive();
    const context = first.context();
    const tabs = [first];
    while (tabs.length < 7) {
      const tab = await openTab(context, "/live");
      await tab.locator(".summary").getByText("connected since").waitFor();
      tabs.push(tab);
    }
    const name = newName();
    await logIn(name, "no");
    await Promise.all(tabs.map((tab) => users(tab).getByText(name).waitFor()));

    await first.close();
    const [second, ...others] = tabs.slice(1);
    await second?.reload();
    const next = newName();
    await logIn(next, "no");
    await Promise.all(tabs.slice(1).map((tab) => users(tab).getByText(next).waitFor()));

    await second?.getByRole("button", { name: "Sign out" }).click();
    await Promise.all(others.map((tab) => tab.getByText("Your session has ended. Sign in again.").waitFor()));
  });

  it.skipIf(HARNESS === undefined)("shows hostile names as text", async () => {
    const attack = `<img src=x onerror=alert(1)>"'</script>\u202e\u05d0 🦊${newName()}`;
    const name = attack + "x".repeat(256 - attack.length);
    // The UI shows the code point of a direction override.
    const seen = (text: string) => text.replaceAll("\u202e", "⟨U+202E⟩");
    await control("user", name);
    await control("unreadable-event", attack);
    const page = await open("/live", { userAgent: `<img src=x onerror=alert(2)>${attack.replace(/[^\x20-\x7e]/gu, "")}` });
    await signIn(page, "admin123", name);
    await page.locator(".summary").getByText("connected since").waitFor();
    await page.getByRole("link", { name: seen(name) }).waitFor();
    await logIn(name, "no");
    await users(page).getByText(seen(name)).first().waitFor();
    await logIn(name, "admin123");
    // Row changes of other users may be newer.
    await search(page).fill(name);
    await changes(page)
      .getByRole("button", { name: /UPDATE users/ })
      .first()
      .click();
    const dialog = page.getByRole("dialog");
    await dialog
      .getByRole("cell", { name: seen(name) })
      .first()
      .waitFor();
    await expectAccessible(page, "event-hostile");
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
        await expectAccessible(page, `hostile-${link.toLowerCase().replace(" ", "-")}-${width}`);
        expect(await overflow(page), `${link}, ${width} wide`).toBe(0);
      }
    }
  });

  it("says on every page which partitions are stalled, and folds the routes of Tidewatch", async () => {
    const page = await openSignedIn("/live");
    const stalled = { route: "log-user-events", topic: "user-events", partition: 0, offset: 7, cause: "retries after ConnectException" };
    await page.route("**/health", async (route) => {
      const response = await route.fetch();
      const health = (await response.json()) as object;
      await route.fulfill({ response, json: { ...health, stalledPartitions: [{ ...stalled, since: new Date().toISOString() }] } });
    });
    await page.getByRole("alert").getByText("Route log-user-events is stalled in user-events, partition 0, offset 7").waitFor();
    await page.getByRole("link", { name: "Routes , 1 stalled partition" }).click();
    await page.getByText("log-user-events.camel.yaml").waitFor({ state: "hidden" });
    await page.locator("summary").getByText("audit", { exact: true }).click();
    await page.getByRole("row", { name: "log-user-events.camel.yaml" }).waitFor();
    for (const width of [390, 1360]) {
      await page.setViewportSize({ width, height: 850 });
      await expectAccessible(page, `stalled-${width}`);
      expect(await overflow(page), `${width} wide`).toBe(0);
    }
  });

  it.skipIf(ROUTES === undefined)("shows why a route file is rejected, until it is fixed", async () => {
    const file = join(ROUTES ?? "", "e2e.camel.yaml");
    const route = (uri: string) => `- route:\n    id: e2e\n    from:\n      uri: ${uri}\n      steps:\n        - stop: {}\n`;
    try {
      const page = await openSignedIn("/routes");
      writeFileSync(file, route("tiemr:e2e"));
      const reason = page.getByText("Did you mean `timer`?");
      await reason.waitFor();
      await page.getByText("line 4, column 12").waitFor();
      await page.getByRole("link", { name: "Routes , 1 rejected file" }).waitFor();
      await expectAccessible(page, "rejected");
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

  it.skipIf(HARNESS === undefined)("replays a dead letter that fails again, and one whose cause is fixed", async () => {
    const name = newName();
    const file = join(ROUTES ?? "", "mail.camel.yaml");
    const route = (description: string, step: string) => `
- route:
    id: mail-${name}
    description: ${description}
    from:
      uri: kamelet:user-events-source
      steps:
        - filter:
            simple: \${body.username} == '${name}'
            steps:
              - ${step}
`;
    try {
      const page = await openSignedIn("/routes");
      const go = (link: string) => page.getByRole("navigation").getByRole("link", { name: link }).click();
      const mail = page.getByRole("row", { name: "mail.camel.yaml" });
      writeFileSync(
        file,
        route("No mail server", 'throwException: {exceptionType: java.lang.IllegalStateException, message: "no server"}'),
      );
      await mail.getByText("No mail server").waitFor();
      await control("unreadable-event", name);
      await logIn(name, "no");
      await go("Dead letters");
      const groupOf = (route: string, text: string) =>
        page.locator("details", { has: page.locator("summary").getByText(route, { exact: true }), hasText: text });
      const replay = (deadLetter: Locator) => deadLetter.getByRole("button", { name: /Replay the dead letter/ }).click();
      const confirm = (name: string) => page.getByRole("alertdialog").getByRole("button", { name }).click();

      // No route can read it: it fails again, and the replay is counted.
      const group = groupOf("log-user-events", name);
      const unreadable = group.getByRole("row", { name });
      await group.locator("summary").click();
      await unreadable.getByRole("link").click();
      await page.getByRole("heading", { name: "Cause" }).waitFor();
      await page.getByText(name).first().waitFor();
      for (const width of [390, 1360]) {
        await page.setViewportSize({ width, height: 850 });
        await expectAccessible(page, `dead-letter-${width}`);
        expect(await overflow(page), `dead letter, ${width} wide`).toBe(0);
      }
      await page.goBack();
      await group.locator("summary").click();
      await replay(unreadable);
      await expectAccessible(page, "replay");
      await confirm("Cancel");
      await unreadable.getByText("0 of 3").waitFor();
      await replay(unreadable);
      await confirm("Replay");
      await page.getByText("1 dead letter replayed").waitFor();
      writeFileSync(file, route("There is one", "stop: {}"));
      await unreadable.getByText("1 of 3").waitFor();
      expect(await unreadable.count()).toBe(1);

      await go("Routes");
      await mail.getByText("There is one").waitFor();
      await go("Dead letters");
      const failed = groupOf(`mail-${name}`, "IllegalStateException");
      await failed.locator("summary").click();
      await expectAccessible(page, "dead-letters-open");
      await replay(failed);
      await confirm("Replay");
      await failed.waitFor({ state: "detached" });
      await go("Routes");
      // The new version of the route has exchanges, also of other tests' events such as the end of a lock, and no failure.
      await expect.poll(async () => (await mail.getByRole("cell").allInnerTexts()).slice(5, 7).join()).toMatch(/^[1-9]\d*,0$/);
    } finally {
      rmSync(file, { force: true });
    }
  });

  it.each([1360, 390])("scrolls through a thousand sessions and keeps few in the document, %d pixels wide", async (width) => {
    const page = await openSignedIn("/routes", { width });
    const session = { createdAt: "2026-11-21T08:00:00.000Z", expiresAt: "2026-11-22T08:00:00.000Z", userAgent: "curl", current: false };
    const sessions = Array.from({ length: 1000 }, (_, index) => ({ ...session, id: index + 1, ipAddress: `10.0.0.${index + 1}` }));
    await page.route("**/api/sessions", (route) => route.fulfill({ json: { sessions } }));
    await page.getByRole("navigation").getByRole("link", { name: "Sessions" }).click();
    await page.getByText("10.0.0.1", { exact: true }).waitFor();
    expect(await page.getByRole("row").count()).toBeLessThan(80);
    const last = page.getByText("10.0.0.1000", { exact: true });
    await expect
      .poll(async () => {
        // The document grows while its rows are measured.
        await page.getByLabel("Current password").scrollIntoViewIfNeeded();
        return last.count();
      })
      .toBe(1);
    expect(await page.getByRole("row").count()).toBeLessThan(80);
  });

  it.skipIf(HARNESS === undefined)("signs out the browser whose session is ended", async () => {
    const address = newAddress();
    const other = await openLive({ address });
    const page = await openSignedIn("/sessions");
    const end = page.getByRole("button", { name: new RegExp(`at ${address}$`) });
    await end.click();
    await other.getByText("Your session has ended. Sign in again.").waitFor();
    await page.getByText("Ended the session of").waitFor();
    expect(await end.count()).toBe(0);
    await signIn(other);
    await other.getByRole("heading", { name: "Live", level: 1 }).waitFor();
  });

  it.skipIf(HARNESS === undefined)("changes the password and ends all other sessions", async () => {
    const name = newName();
    await control("user", name);
    const other = await openSignedIn("/live", {}, name);
    const page = await openSignedIn("/sessions", {}, name);
    const change = async (current: string, wanted: string) => {
      await page.getByLabel("Current password").fill(current);
      await page.getByLabel("New password").fill(wanted);
      await page.getByRole("button", { name: "Change password" }).click();
    };
    await change("wrong", "a new password of mine");
    await page.getByRole("alert").getByText("The current password is wrong").waitFor();
    await change("admin123", "password");
    await page.getByRole("alert").getByText(/./).waitFor();
    await expectAccessible(page, "password-refused");
    await change("admin123", "a new password of mine");
    await page.getByText("Password changed.").waitFor();
    await other.getByText("Your session has ended. Sign in again.").waitFor();
    await signIn(other, "admin123", name);
    await other.getByRole("alert").getByText("Wrong user name or password").waitFor();
    await signIn(other, "a new password of mine", name);
    await other.getByRole("navigation").waitFor();
  });

  it("signs out every browser when all sessions are ended", async () => {
    const other = await openSignedIn("/live");
    const page = await openSignedIn("/sessions");
    await page.getByRole("button", { name: "End all sessions" }).click();
    await expectAccessible(page, "end-all");
    await page.getByRole("button", { name: "End all", exact: true }).click();
    await page.getByRole("heading", { name: "Sign in to Tidewatch" }).waitFor();
    await other.getByText("Your session has ended. Sign in again.").waitFor();
  });

  it.skipIf(HARNESS === undefined)(
    "neither misses nor duplicates events when the server is killed and restarted",
    async () => {
      const mark = newName();
      const failed: string[] = [];
      const fail = async (when: string) => {
        failed.push(`${when} ${mark}`);
        expect(await logIn(`${when} ${mark}`, "no")).toBe(401);
      };
      const stranger = await open("/sign-in");
      const page = await openLive({ sharedStream: false });
      const sharing = await openLive();
      await search(page).fill(mark);
      await search(sharing).fill(mark);
      await fail("one");
      await fail("two");
      await expectSubjects(users(page), failed);
      expect(await page.locator(".status").innerText()).toContain("Database\nconnected");

      await fail("just before the kill");
      await control("kill");
      await page.getByRole("alert").getByText("Disconnected since").waitFor();
      await page.locator(".status").getByText("unknown").nth(2).waitFor();
      await expectAccessible(page, "disconnected");
      await signIn(stranger);
      await stranger.getByRole("alert").getByText("Tidewatch is unreachable.").waitFor();
      await control("user", `while it is down ${mark}`);
      failed.push(`at another instance ${mark}`);
      await control("user-event", `at another instance ${mark}`);

      // Keep it disconnected, so that it has events to catch up on.
      await page.route("**/api/events", (route) => route.abort());
      await control("start");
      await fail("before it reconnects");
      await fail("also before");
      await page.unroute("**/api/events");
      await page.locator(".summary").getByText("connected since").waitFor();
      await page.locator(".status").getByText("Database connected").waitFor({ state: "attached" });
      await fail("after");

      await expectSubjects(users(page), failed);
      await expectSubjects(changes(page), ["users"]);
      await fail("at last");
      for (const tab of [page, sharing]) {
        await expectSubjects(users(tab), failed);
        await expectSubjects(changes(tab), ["users"]);
        expect(await tab.getByText("the server no longer has them").count()).toBe(0);
      }
      await signIn(stranger);
      await stranger.getByRole("navigation").waitFor();
    },
    120_000,
  );
});
