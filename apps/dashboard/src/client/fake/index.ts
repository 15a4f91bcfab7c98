import type { Json } from "../frames";
import type { Line, LineListener, Transport } from "../transport";
import { addCalls } from "./calls";
import { addEvents, chatter } from "./chat";
import { FakeHost } from "./host";
import { addLibrary } from "./library";
import { addPlugins, countASecond, plugin } from "./plugins";
import { addNetwork } from "./network";
import { addSurfaces } from "./surfaces";
import { account, addServices, connector } from "./services";

/** `fresh`: a first start. `streamer`: in the middle of a stream. */
export type Scenario = "fresh" | "streamer";

export function fakeHost(scenario: Scenario): FakeHost {
  const host = new FakeHost();
  const now = Date.now();
  host.show("host", {
    version: "0.1.0",
    contract: "0.1",
    uptime_seconds: 4_271,
    events_published: 18_240,
    loops_refused: 0,
    plugins_running: 4,
    plugins_installed: 6,
    connectors: [],
  });
  addNetwork(host);
  if (scenario === "fresh") {
    host.show("surfaces", []);
    host.show("overlays", []);
    host.show("layout", { pages: [] });
    addServices(host, [], []);
    addPlugins(host, []);
    addCalls(host, false);
    addLibrary(host, false);
    addEvents(host, 0);
    return host;
  }
  addSurfaces(host);
  addServices(
    host,
    [
      connector("twitch", { last_heard: now - 1_500 }),
      connector("obs", {
        state: "waiting",
        reason: "OBS is not there: connection refused at 127.0.0.1:4455",
        last_heard: now - 240_000,
        next_try: now + 12_000,
      }),
      connector("discord", {
        state: "needs-user",
        reason: "Discord refused the token: log in anew",
        last_heard: null,
      }),
      connector("vtube", { state: "connecting", last_heard: null }),
    ],
    [
      account("twitch", { missing_scopes: ["moderator:read:followers"] }),
      account("twitch-bot", { role: "bot", login: "patobot", name: "PatoBot", remembered: false }),
      account("discord", { service: "discord", login: "pato#1", name: "Pato", unlocked: false }),
    ],
  );
  addPlugins(host, [
    plugin("alerts"),
    plugin("counter"),
    plugin("scenes", {
      state: "quarantined",
      reason: "it crashed 5 times within a minute: trap in handle-events: unreachable",
      metrics: null,
    }),
    plugin("guard"),
    plugin("commands", { paused: true }),
    plugin("analytics", { state: "stopped", enabled: false, metrics: null }),
  ]);
  addCalls(host, true);
  addLibrary(host, true);
  addEvents(host, 60);
  for (const count of [1, 2, 3]) {
    host.publish(
      "plugin.denied",
      {
        plugin: "guard",
        permission: "call:moderation.ban",
        declared: true,
        remedy: "pato plugin grant guard call:moderation.ban",
      },
      { source: "host", time: now - count * 50_000 },
    );
  }
  return host;
}

/** A transport to a host in memory, for development and tests; never shipped. */
export class FakeTransport implements Transport {
  readonly host: FakeHost;

  constructor(scenario: Scenario = "streamer") {
    this.host = fakeHost(scenario);
  }

  /** Lets time pass: plugins count, and people chat. */
  live(perSecond: number): () => void {
    const silence = chatter(this.host, perSecond);
    const counting = setInterval(() => countASecond(this.host), 1_000);
    return () => {
      silence();
      clearInterval(counting);
    };
  }

  open(listener: LineListener): Line {
    return this.host.open(listener);
  }

  upload(path: string): Promise<Json> {
    const { name, version, author, hash, requests, id } = plugin("analytics");
    if (path.startsWith("/api/modules/inspect")) {
      const asked = requests.map((request) => ({ ...request, granted: false }));
      return Promise.resolve({
        id,
        name,
        version,
        author,
        hash,
        requests: asked,
        warnings: [],
      } as Json);
    }
    return Promise.resolve({ id, name } as Json);
  }
}
