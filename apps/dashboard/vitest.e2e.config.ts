import { defineConfig } from "vitest/config";

/** The ways that a person goes, with the real host; see `e2e/host.ts` for what has to be built first. */
export default defineConfig({
  test: {
    include: ["e2e/**/*.test.ts"],
    testTimeout: 180_000,
    hookTimeout: 90_000,
    maxWorkers: 2,
  },
});
