import { expect, it } from "vitest";
import { Refused, Unreachable } from "./client";
import { signInWordsOf, wait, wordsOf } from "./words";

it.each([
  [1, "1 second"],
  [59, "59 seconds"],
  [60, "1 minute"],
  [61, "2 minutes"],
  [7200, "2 hours"],
])("%d seconds are %s", (seconds, words) => {
  expect(wait(seconds)).toBe(words);
});

it("says nothing of an error that it does not know", () => {
  expect(wordsOf(new TypeError("secret"))).not.toContain("secret");
});

it("tells a network's limit from a database that is away", () => {
  expect(signInWordsOf(new Refused(429, "", [], 90))).toMatch(/your network.*2 minutes/);
  expect(signInWordsOf(new Refused(503, "", [], 5))).toMatch(/database is away.*5 seconds/);
  expect(signInWordsOf(new Unreachable())).toMatch(/cannot be reached/);
});
