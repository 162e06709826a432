import { defineConfig } from "vitest/config";

/** In a real Chromium, against the application that runs at TIDEWATCH_URL. */
export default defineConfig({
  test: {
    include: ["e2e/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
