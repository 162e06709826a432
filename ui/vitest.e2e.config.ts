import { defineConfig } from "vitest/config";

/** Runs the UI in Chromium against the application at TIDEWATCH_URL. */
export default defineConfig({
  test: {
    include: ["e2e/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    fileParallelism: false,
  },
});
