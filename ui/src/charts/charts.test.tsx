import { fireEvent, render, screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Schemas } from "../api/client";
import { App } from "../App";
import { serve } from "../test/server";

const HOSTILE = "shop.<b>\u202e🦊";

function hour(of: (index: number) => Partial<Schemas["Minute"]>): Schemas["History"] {
  const first = Math.floor(Date.now() / 60_000) * 60_000 - 59 * 60_000;
  return {
    minutes: Array.from({ length: 60 }, (_, index) => ({
      minute: new Date(first + index * 60_000).toISOString(),
      logins: null,
      failures: null,
      rowChanges: null,
      changeLagMillis: null,
      outboxWaiting: null,
      ...of(index),
    })),
  };
}

function openCharts(history: Schemas["History"]) {
  const server = serve({ "GET /api/history": { body: history } });
  window.history.replaceState(null, "", "/charts");
  render(<App />);
  return server;
}

const lastTenMinutes = (index: number): Partial<Schemas["Minute"]> =>
  index < 50 ? {} : { logins: index, failures: 1, rowChanges: { [HOSTILE]: 2 }, outboxWaiting: 0 };

describe("charts", () => {
  it("draw only known minutes, next to a summary", async () => {
    openCharts(hour(lastTenMinutes));
    const logins = await screen.findByRole("figure", { name: "Logins and failures per minute" });
    expect(within(logins).getByText(/^This minute: 59 logins, 1 failure\. Last hour: 545 logins and 10 failures, peak/)).toBeVisible();
    const drawing = within(logins).getByRole("img", { name: "Logins and failures per minute" });
    expect(drawing).toHaveAccessibleDescription(/^This minute/);
    // 50 of an axis up to 60 logins.
    expect(drawing.querySelector(".series-good .plot-line")).toHaveAttribute("d", expect.stringMatching(/^M50 16\.67H51V15H52/));
    const changes = screen.getByRole("figure", { name: "Row changes per minute, by table" });
    expect(within(changes).getByText("shop.<b>⟨U+202E⟩🦊").tagName).toBe("BDI");
  });

  it("show the values of the minute under the keyboard or the pointer", async () => {
    openCharts(hour(lastTenMinutes));
    const logins = within(await screen.findByRole("figure", { name: "Logins and failures per minute" }));
    const values = () => logins.getAllByRole("listitem").map(({ textContent }) => textContent);
    expect(values()).toEqual(["logins59", "failures1"]);
    const slider = logins.getByRole("slider", { name: "Logins and failures per minute: minute" });
    fireEvent.change(slider, { target: { value: "50" } });
    expect(slider).toHaveAttribute("aria-valuetext", expect.stringMatching(/^\d\d:\d\d, logins 50, failures 1$/));
    expect(values()).toEqual(["logins50", "failures1"]);
    fireEvent.blur(slider);
    expect(values()).toEqual(["logins59", "failures1"]);

    const frame = logins.getByRole("img").parentElement ?? document.body;
    vi.spyOn(frame, "getBoundingClientRect").mockReturnValue(new DOMRect(100, 0, 600, 200));
    fireEvent.pointerMove(frame, { clientX: 125 });
    expect(values()).toEqual(["logins–", "failures–"]);
    fireEvent.pointerMove(frame, { clientX: 619 });
    expect(values()).toEqual(["logins51", "failures1"]);
    fireEvent.pointerLeave(frame);
    expect(values()).toEqual(["logins59", "failures1"]);
  });

  it("show a table on request, newest minute first", async () => {
    openCharts(hour(lastTenMinutes));
    const user = userEvent.setup();
    const logins = within(await screen.findByRole("figure", { name: "Logins and failures per minute" }));
    await user.click(logins.getByRole("button", { name: "Show as table: Logins and failures per minute" }));
    const rows = within(logins.getByRole("table")).getAllByRole("row");
    expect(rows).toHaveLength(61);
    expect(rows[1]).toHaveTextContent(/^\d\d:\d\d591$/);
    expect(rows[60]).toHaveTextContent(/unknownunknown$/);
    expect(logins.queryByRole("img")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Show as table: Change lag, from commit to Kafka" }));
    const lags = within(screen.getByRole("region", { name: /^Change lag/ })).getAllByRole("row");
    expect(lags[1]).toHaveTextContent(/no changesno changes$/);
    expect(lags[60]).toHaveTextContent(/unknownunknown$/);
  });

  it("distinguish no events from no data", async () => {
    openCharts(hour(() => ({ logins: 0, failures: 0, rowChanges: {} })));
    expect(await screen.findByText("No login attempts in the last hour.")).toBeVisible();
    for (const name of ["Row changes per minute, by table", "Change lag, from commit to Kafka"]) {
      const chart = within(screen.getByRole("figure", { name }));
      expect(chart.getAllByText("No row changes in the last hour.")).toHaveLength(2);
    }
    expect(screen.getByText("No data yet: the database is unreachable.")).toBeVisible();
  });

  it("refresh by themselves", async () => {
    const server = openCharts(hour(() => ({})));
    expect(await screen.findAllByText(/^No data yet: the history is loading/)).toHaveLength(3);
    server.handlers["GET /api/history"] = { body: hour(() => ({ logins: 1, failures: 0, rowChanges: {}, outboxWaiting: 3 })) };
    expect(await screen.findByText(/^This minute: 1 login, 0 failures/)).toBeVisible();
  });
});
