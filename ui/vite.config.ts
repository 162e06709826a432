import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { firstLoad } from "./first-load.ts";

// Where the application answers, for `npm run dev`.
const application = process.env.TIDEWATCH_URL ?? "http://localhost:8080";

export default defineConfig({
  plugins: [react(), firstLoad({ limit: 200_000 })],
  build: {
    outDir: "target/classes/ui",
    // Every browser that the page supports knows <link rel=modulepreload>.
    modulePreload: { polyfill: false },
    // A data: URL would need a Content-Security-Policy that allows it.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: { "/api": application, "/health": application },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    // Milliseconds; a busy machine is no failure.
    testTimeout: 30_000,
    restoreMocks: true,
    unstubGlobals: true,
  },
});
