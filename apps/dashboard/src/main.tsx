import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { App } from "./app/app";
import { startI18n } from "./app/i18n";
import "./app/theme.css";
import { Connection } from "./client/connection";
import { isDesktop, TauriTransport } from "./client/tauri";
import type { Transport } from "./client/transport";
import { signIn, WebSocketTransport } from "./client/websocket";
import { applyPreferences } from "./ui/preferences";

async function transport(): Promise<Transport> {
  // Built away from what is shipped: the mode is a constant while building.
  if (import.meta.env.MODE === "fake") {
    const { FakeTransport } = await import("./client/fake");
    const wanted = new URLSearchParams(location.search);
    const fake = new FakeTransport(wanted.get("fake") === "fresh" ? "fresh" : "streamer");
    fake.live(Number(wanted.get("rate") ?? 3));
    // So that whoever tests a page in a browser can do to the host what a host can suffer.
    Object.assign(window, { fakeHost: fake.host });
    return fake;
  }
  if (isDesktop()) return new TauriTransport();
  await signIn();
  return new WebSocketTransport();
}

async function start() {
  applyPreferences();
  const [line] = await Promise.all([transport(), startI18n()]);
  const root = document.getElementById("root");
  if (!root) throw new Error("index.html has no element `root`");
  createRoot(root).render(
    <StrictMode>
      <App connection={new Connection(line)} />
    </StrictMode>,
  );
}

void start();
