// Fails if what a page needs before it can be used is too large, or if the host in memory is shipped.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

/** What is fetched before a page can be used, in the slowest case, and how much that may be, gzip. */
const PAGES = [
  {
    page: "index.html",
    modules: [
      "src/features/home/index.tsx",
      "src/features/surfaces/index.tsx",
      "src/app/locales/de/index.ts",
    ],
    mostBytes: 350 * 1024,
  },
  { page: "overlay.html", modules: [], mostBytes: 40 * 1024 },
];

const dist = new URL("../dist/", import.meta.url);
const read = async (name) => JSON.parse(await readFile(new URL(`.vite/${name}`, dist), "utf8"));

const manifests = {
  "index.html": await read("manifest.json"),
  "overlay.html": await read("overlay.json"),
};

const shippedFake = Object.values(manifests)
  .flatMap(Object.keys)
  .filter((name) => name.includes("client/fake"));
if (shippedFake.length > 0)
  throw new Error(`${shippedFake.join(", ")} is for tests: do not ship it`);

/** The parts of a build that a page needs at once. */
function neededBy(manifest, names) {
  const found = new Set();
  const add = (name) => {
    const chunk = manifest[name];
    if (!chunk) throw new Error(`the build has no ${name}: mend scripts/size.mjs`);
    if (found.has(chunk)) return;
    found.add(chunk);
    (chunk.imports ?? []).forEach(add);
  };
  names.forEach(add);
  return found;
}

for (const { page, modules, mostBytes } of PAGES) {
  const files = new Set([page]);
  for (const { file, css = [] } of neededBy(manifests[page], [page, ...modules])) {
    for (const needed of [file, ...css]) files.add(needed);
  }
  let total = 0;
  for (const file of files) {
    const bytes = gzipSync(await readFile(new URL(file, dist)), { level: 9 }).length;
    total += bytes;
    console.log(`${String(bytes).padStart(8)}  ${file}`);
  }
  console.log(`${String(total).padStart(8)}  bytes for ${page}, gzip, of ${mostBytes} allowed\n`);
  if (total > mostBytes) process.exitCode = 1;
}
