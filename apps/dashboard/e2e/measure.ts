import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import type { Browser, Page } from "playwright-core";

import { launch } from "../tests/browser/chromium";
import { go, openContext, signIn } from "./browser";
import { Host } from "./host";

const SECONDS = 10;
const FRAME_MILLISECONDS = 1_000 / 60;

/** Ticks a second of the times in `/proc`: the same on every Linux that Node runs on. */
const TICKS = 100;

/** A row of the table that `cargo xtask bench` prints. */
type Row = { row: string; value: string; must: string; held: boolean };

/** Measures the pages with the real host, and prints one JSON object a line. */
export default async function measure(): Promise<void> {
  const browser = await launch();
  try {
    for (const figure of [busyPage, overlay]) {
      for (const row of await figure(browser)) console.log(JSON.stringify(row));
    }
  } finally {
    await browser.close();
  }
  console.log(JSON.stringify(await firstView()));
}

async function busyPage(browser: Browser): Promise<Row[]> {
  const host = await Host.start("--simulate", "1000");
  try {
    await sleep(3_000);
    const without = await busy(host);
    const page = await openDashboard(browser, host, "/events");
    await page.getByText("5,000 of 5,000 events kept").waitFor({ timeout: 60_000 });
    const [frames, load] = await Promise.all([framesOf(page), busy(host)]);
    await page.context().close();
    const more = load - without;
    return [
      {
        row: "frames a second of the event page, 1,000 events a second",
        value: frames.toFixed(1),
        must: "over 50",
        held: frames > 50,
      },
      {
        row: "processor time of the host with that page, beyond that without it",
        value: `${(more * 100).toFixed(1)} % of one core (${(without * 100).toFixed(1)} % without)`,
        must: "under 10 % of one core",
        held: more < 0.1,
      },
    ];
  } finally {
    await host.remove();
  }
}

/** How many frames a second the page draws. */
async function framesOf(page: Page): Promise<number> {
  const drawn = await page.evaluate(
    (milliseconds) =>
      new Promise<number>((resolve) => {
        const begin = performance.now();
        let frames = 0;
        const tick = (now: number) => {
          frames += 1;
          if (now - begin < milliseconds) requestAnimationFrame(tick);
          else resolve(frames);
        };
        requestAnimationFrame(tick);
      }),
    SECONDS * 1_000,
  );
  return drawn / SECONDS;
}

/** How many cores the host keeps busy. */
async function busy(host: Host): Promise<number> {
  const before = await ticks(host.pid);
  await sleep(SECONDS * 1_000);
  return ((await ticks(host.pid)) - before) / TICKS / SECONDS;
}

async function ticks(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  // What follows the name, which may hold blanks: the 14th and 15th fields of all.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

async function overlay(browser: Browser): Promise<Row[]> {
  const host = await Host.start();
  try {
    await host.install("plugins/chat-overlay");
    const page = await openDashboard(browser, host, "/overlays");
    await page.getByRole("button", { name: "Copy address" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const address = await page.evaluate(() => navigator.clipboard.readText());
    await go(page, "/settings");
    const stream = await (await openContext(browser)).newPage();
    await stream.goto(address);
    await stream.locator(".overlay").waitFor({ state: "attached" });
    await stream.evaluate(watchPaints);
    const { sent, roundTrips } = await page.evaluate(sendMessages);
    await stream.getByText("message 49").waitFor();
    const painted = await stream.evaluate(
      () => (window as unknown as { painted: Record<string, number> }).painted,
    );
    const ways = Object.entries(sent).map(([text, time]) => (painted[text] ?? Infinity) - time);
    const [way, roundTrip] = [median(ways), median(roundTrips)];
    const frames = (way - roundTrip) / FRAME_MILLISECONDS;
    return [
      {
        row: "event on the bus to overlay painted, beyond the WebSocket's round trip, median of 50",
        value: `${frames.toFixed(2)} frames (${way.toFixed(1)} ms, round trip ${roundTrip.toFixed(1)} ms)`,
        must: "under 2 frames",
        held: frames < 2,
      },
    ];
  } finally {
    await host.remove();
  }
}

/** In the overlay: when each message was painted, in milliseconds since the epoch. */
function watchPaints(): void {
  const painted: Record<string, number> = {};
  Object.assign(window, { painted });
  const look = () => {
    const found = document.body.innerText.match(/message \d+/g) ?? [];
    const fresh = found.filter((text) => !(text in painted));
    if (fresh.length === 0) return;
    for (const text of fresh) painted[text] = Infinity;
    requestAnimationFrame(() => {
      // A task that follows the frame: what the frame drew is painted.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        for (const text of fresh) painted[text] = performance.timeOrigin + performance.now();
      };
      port2.postMessage(null);
    });
  };
  new MutationObserver(look).observe(document.body, {
    subtree: true,
    childList: true,
    characterData: true,
  });
}

/** In the dashboard: lets messages be written, and measures how long an empty call takes between. */
async function sendMessages(): Promise<{ sent: Record<string, number>; roundTrips: number[] }> {
  const line = new WebSocket(`ws://${location.host}/ws`);
  await new Promise((resolve) => (line.onopen = resolve));
  let last = 0;
  const call = (name: string, params: object) => {
    last += 1;
    const request_id = last;
    const answered = new Promise<void>((resolve) => {
      line.onmessage = ({ data }: MessageEvent<string>) => {
        const frame = JSON.parse(data) as { type: string; request_id?: number };
        if (frame.type === "response" && frame.request_id === request_id) resolve();
      };
    });
    line.send(JSON.stringify({ type: "call", request_id, module: "host", name, params }));
    return answered;
  };
  const pause = () => new Promise((resolve) => setTimeout(resolve, 150 + Math.random() * 50));
  const sent: Record<string, number> = {};
  const roundTrips: number[] = [];
  for (let number = 0; number < 50; number += 1) {
    await pause();
    const begin = performance.now();
    await call("status", {});
    roundTrips.push(performance.now() - begin);
    await pause();
    const text = `message ${number}`;
    sent[text] = performance.timeOrigin + performance.now();
    await call("simulate", { topic: "chat.message", set: { text } });
  }
  line.close();
  return { sent, roundTrips };
}

async function firstView(): Promise<Row> {
  const script = fileURLToPath(new URL("../scripts/size.mjs", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script]).catch(
    // It fails if that is too much, and prints it all the same.
    (failure: unknown) => failure as { stdout: string },
  );
  const bytes = Number(/^ *(\d+) {2}bytes in all/m.exec(stdout)?.[1]);
  return {
    row: "the dashboard's first view, gzip",
    value: `${(bytes / 1024).toFixed(0)} KB`,
    must: "under 350 KB",
    held: bytes < 350 * 1024,
  };
}

async function openDashboard(browser: Browser, host: Host, path: string): Promise<Page> {
  const page = await (await openContext(browser)).newPage();
  await signIn(page, host);
  await go(page, path);
  return page;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
