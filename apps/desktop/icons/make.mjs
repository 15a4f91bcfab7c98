// Makes the sizes and kinds that installers want out of pato.svg: `npm run icons`.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const own = (name) => fileURLToPath(new URL(name, import.meta.url));
/** What is kept of the many that Tauri's tool makes; they are named in tauri.conf.json. */
const KEPT = ["32x32.png", "128x128.png", "128x128@2x.png", "icon.icns", "icon.ico"];

const folder = mkdtempSync(join(tmpdir(), "pato-icons-"));
try {
  const tauri = own("../node_modules/.bin/tauri");
  execFileSync(tauri, ["icon", own("pato.svg"), "--output", folder], { stdio: "inherit" });
  for (const name of KEPT) copyFileSync(join(folder, name), own(name));
} finally {
  rmSync(folder, { recursive: true });
}
