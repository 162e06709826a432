import { act, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Time } from "./Time";

describe("Time", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("adds the day after midnight", () => {
    vi.useFakeTimers({ now: new Date(2026, 10, 21, 23, 59, 30) });
    render(
      <>
        <Time at={Date.now()} />
        <Time at={Date.now()} short />
      </>,
    );
    expect(screen.getAllByText("23:59:30")).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(1);
    act(() => void vi.advanceTimersByTime(60_000));
    const [long, short] = screen.getAllByRole("time");
    expect(long).toHaveTextContent(/^(Nov 21|21 Nov).*2026, 23:59:30$/);
    expect(short).toHaveTextContent(/^(Nov 21|21 Nov), 23:59$/);
  });
});
