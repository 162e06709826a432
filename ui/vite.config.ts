import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { firstLoad } from "./first-load.ts";

// The application that `npm run dev` forwards requests to.
const application = process.env.TIDEWATCH_URL ?? "http://localhost:8080";

export default defineConfig({
  plugins: [react(), firstLoad({ limit: 200_000 })],
  build: {
    outDir: "target/classes/ui",
    // All supported browsers know <link rel=modulepreload>.
    modulePreload: { polyfill: false },
    // The Content-Security-Policy allows no data: URLs.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: { "/api": application, "/health": application },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    // Milliseconds: generous, for a busy machine.
    testTimeout: 30_000,
    restoreMocks: true,
    unstubGlobals: true,
  },
});
