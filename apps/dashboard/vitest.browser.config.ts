import { defineConfig } from "vitest/config";

/** The tests that need a real browser: Debian's Chromium, or what `PATO_CHROMIUM` names. */
export default defineConfig({
  test: {
    include: ["tests/browser/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
