// Runs a program that is written in TypeScript: `node scripts/run.mjs e2e/measure.ts`.
import { runnerImport } from "vite";

const { module } = await runnerImport(new URL(`../${process.argv[2]}`, import.meta.url).pathname);
await module.default();
