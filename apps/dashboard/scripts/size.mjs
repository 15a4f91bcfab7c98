// Fails if what the first view needs is too large, or if the host in memory is among what is shipped.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const MOST_BYTES = 350 * 1024;

/** What is fetched before the first view can be used, in the slowest case. */
const FIRST_VIEW = [
  "index.html",
  "src/features/home/index.tsx",
  "src/features/surfaces/index.tsx",
  "src/app/locales/de/index.ts",
];

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(await readFile(new URL(".vite/manifest.json", dist), "utf8"));

const shippedFake = Object.keys(manifest).filter((name) => name.includes("client/fake"));
if (shippedFake.length > 0)
  throw new Error(`${shippedFake.join(", ")} is for tests: do not ship it`);

const files = new Set(["index.html"]);
const add = (name) => {
  const chunk = manifest[name];
  if (!chunk) throw new Error(`the build has no ${name}: mend FIRST_VIEW in scripts/size.mjs`);
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const style of chunk.css ?? []) files.add(style);
  for (const imported of chunk.imports ?? []) add(imported);
};
FIRST_VIEW.forEach(add);

let total = 0;
for (const file of files) {
  const bytes = gzipSync(await readFile(new URL(file, dist)), { level: 9 }).length;
  total += bytes;
  console.log(`${String(bytes).padStart(8)}  ${file}`);
}
console.log(`${String(total).padStart(8)}  bytes in all, gzip, of ${MOST_BYTES} allowed`);
if (total > MOST_BYTES) process.exit(1);
