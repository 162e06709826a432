import { render, screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { Schemas } from "../api/client";
import { App } from "../App";
import { serve } from "../test/server";

const drawn = vi.hoisted(() => [] as { data: unknown[][]; options: { series: unknown[] } }[]);

// It draws on a canvas, of which jsdom has none.
vi.mock("uplot", () => ({
  default: class {
    readonly plot: (typeof drawn)[number];
    constructor(options: { series: unknown[] }) {
      this.plot = { options, data: [] };
      drawn.push(this.plot);
    }
    setData(data: unknown[][]) {
      this.plot.data = data;
    }
    setSize = () => undefined;
    redraw = () => undefined;
    destroy = () => drawn.splice(drawn.indexOf(this.plot), 1);
  },
}));

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

function open(history: Schemas["History"]) {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe = () => undefined;
      disconnect = () => undefined;
    },
  );
  vi.stubGlobal("matchMedia", () => ({ addEventListener: () => undefined, removeEventListener: () => undefined }));
  const server = serve({ "GET /api/history": { body: history } });
  window.history.replaceState(null, "", "/charts");
  render(<App />);
  return server;
}

describe("charts", () => {
  it("draw the hour, and say it in words and as a table", async () => {
    open(hour((index) => (index < 50 ? {} : { logins: index, failures: 1, rowChanges: { [HOSTILE]: 2 }, outboxWaiting: 0 })));
    const user = userEvent.setup();
    const logins = await screen.findByRole("figure", { name: "Logins and failures a minute" });
    expect(within(logins).getByText(/^This minute: 59 logins, 1 failure\. In the last hour: 545 and 10, at most/)).toBeVisible();
    expect(within(logins).getByRole("img")).toHaveAccessibleDescription(/^This minute/);
    await waitFor(() => expect(drawn).toHaveLength(4));
    expect(drawn[0]?.data[1]?.slice(98, 102)).toEqual([null, null, 50, 50]);

    await user.click(within(logins).getByRole("button", { name: "Show as table: Logins and failures a minute" }));
    const rows = within(within(logins).getByRole("table")).getAllByRole("row");
    expect(rows).toHaveLength(61);
    expect(rows[1]).toHaveTextContent(/59.*1$/);
    expect(rows[60]).toHaveTextContent(/not knownnot known$/);
    await user.click(screen.getByRole("button", { name: "Show as table: Change lag, from commit to Kafka" }));
    const lags = within(screen.getByRole("region", { name: /^Change lag/ })).getAllByRole("row");
    expect(lags[1]).toHaveTextContent(/no changeno change$/);
    expect(lags[60]).toHaveTextContent(/not knownnot known$/);
    expect(within(logins).queryByRole("img")).toBeNull();

    const changes = screen.getByRole("figure", { name: "Row changes a minute, by table" });
    expect(within(changes).getByText("shop.<b>⟨U+202E⟩🦊").tagName).toBe("BDI");
  });

  it("say that there is nothing, or that nobody knows", async () => {
    open(hour(() => ({ logins: 0, failures: 0, rowChanges: {} })));
    expect(await screen.findByText("Nobody has tried to log in in the last hour.")).toBeVisible();
    expect(screen.getAllByText("No row has changed in the last hour.")).toHaveLength(2);
    expect(screen.getByText(/^Not counted yet/)).toBeVisible();
  });

  it("follow what the server says", async () => {
    const server = open(hour(() => ({})));
    expect(await screen.findAllByText(/^Not known yet: the past is being read/)).toHaveLength(3);
    server.handlers["GET /api/history"] = { body: hour(() => ({ logins: 1, failures: 0, rowChanges: {}, outboxWaiting: 3 })) };
    expect(await screen.findByText(/^This minute: 1 login, 0 failures/, {}, { timeout: 5_000 })).toBeVisible();
  });
});
