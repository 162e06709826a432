import { describe, expect, it } from "vitest";
import { ApiError, UnreachableError } from "./client";
import { errorMessage, formatSeconds, signInErrorMessage } from "./messages";

it.each([
  [1, "1 second"],
  [59, "59 seconds"],
  [60, "1 minute"],
  [61, "2 minutes"],
  [7140, "119 minutes"],
  [7200, "2 hours"],
])("formats %d seconds as %s", (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

describe("errorMessage", () => {
  it("hides the text of an unexpected error", () => {
    expect(errorMessage(new TypeError("secret"))).toBe("The UI failed. Reload it and try again.");
  });

  it("prefers the detail of the first invalid field", () => {
    expect(errorMessage(new ApiError(400, "Bad request.", [{ field: "limit", detail: "must be positive" }]))).toBe("must be positive");
  });

  it("says when to retry", () => {
    expect(errorMessage(new ApiError(503, "Kafka is unreachable.", [], 5))).toBe(
      "Tidewatch is temporarily unable to do this: Kafka is unreachable. Try again in 5 seconds.",
    );
  });

  it("says only once when to retry", () => {
    expect(errorMessage(new ApiError(503, "Kafka is unavailable. Try again in a few seconds.", [], 5))).toBe(
      "Tidewatch is temporarily unable to do this: Kafka is unavailable. Try again in 5 seconds.",
    );
  });
});

describe("signInErrorMessage", () => {
  it("distinguishes the rate limit, an unavailable database and an unreachable server", () => {
    expect(signInErrorMessage(new ApiError(429, "", [], 90))).toMatch(/your network.*2 minutes/);
    expect(signInErrorMessage(new ApiError(503, "", [], 5))).toMatch(/database is unreachable.*5 seconds/);
    expect(signInErrorMessage(new UnreachableError())).toMatch(/Tidewatch is unreachable/);
  });

  it("does not invent a waiting time", () => {
    expect(signInErrorMessage(new ApiError(429, ""))).toMatch(/Try again in a moment\.$/);
  });
});
