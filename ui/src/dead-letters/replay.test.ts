import { expect, it } from "vitest";
import { replayMessage } from "./replay";

it.each([
  [{ replayed: 1, stayed: 0, waiting: 1 }, "1 dead letter replayed, 1 remaining."],
  [{ replayed: 2000, stayed: 0, waiting: 0 }, "2,000 dead letters replayed."],
  [{ replayed: 0, stayed: 2, waiting: 2 }, "No dead letters replayed, 2 skipped (replay limit reached or record too large), 2 remaining."],
])("summarizes the replay %j", (result, message) => {
  expect(replayMessage(result)).toBe(message);
});
