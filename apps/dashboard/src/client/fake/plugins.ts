import type { JsonObject } from "../frames";
import type {
  InspectionView,
  LogLine,
  PluginMetrics,
  PluginState,
  PluginView,
  RequestView,
  SecretView,
  SettingsView,
  SettingValue,
} from "../views";
import type { FakeHost } from "./host";

const MEANINGS: Record<string, string> = {
  "subscribe:chat.message": "is told when: someone wrote in chat",
  "subscribe:channel.follow": "is told when: someone follows the channel",
  "subscribe:channel.raid": "is told when: another channel brought its viewers",
  "subscribe:channel.reward-redeemed": "is told when: someone redeemed a reward for channel points",
  "subscribe:stream.status": "is told when: the stream began or ended",
  "call:chat.send": "writes a chat message",
  "call:obs.set-current-program-scene": "shows another scene",
  "call:moderation.delete-message": "deletes a chat message",
  "call:moderation.ban": "bans someone from the channel",
  "storage:1MiB": "keeps up to 1MiB of its own data",
  timers: "does things at times it chooses",
};

const DANGERS: Record<string, string> = {
  "call:moderation.ban": "It can shut viewers out for good.",
};

type Asked = [permission: string, reason: string | null, optional?: "optional"];

/** What a plugin asks for; what can do harm is not granted. */
export function requests(asked: Asked[], granted: boolean): RequestView[] {
  return asked.map(([permission, reason, optional]) => {
    const danger = DANGERS[permission] ?? null;
    const words = MEANINGS[permission] ?? `announces events of its own (${permission.slice(8)})`;
    return {
      permission,
      meaning: danger ? `${words}. ${danger}` : words,
      reason,
      optional: optional !== undefined,
      granted: granted && danger === null,
      danger,
    };
  });
}

type Sheet = {
  name: string;
  version?: string;
  description: string;
  asked: Asked[];
  commands: string[];
  secrets?: SecretView[];
};

const SHEETS: Record<string, Sheet> = {
  alerts: {
    name: "Alerts",
    description:
      "Shows follows, subscriptions, gifts, cheers, raids and rewards one at a time; none is lost.",
    asked: [
      ["subscribe:channel.follow", "to show who follows", "optional"],
      ["subscribe:channel.raid", "to show who raids", "optional"],
      ["publish:alerts.show", "to tell overlays what to show"],
      ["storage:1MiB", "to keep the alerts that wait, so that a restart loses none"],
      ["timers", "to show each alert for its time"],
    ],
    commands: ["skip", "pause", "resume", "test", "replay", "clear", "queue"],
  },
  counter: {
    name: "Counter",
    description: "Counts chat messages, chatters and words.",
    asked: [
      ["subscribe:chat.message", "to count"],
      ["publish:counter.stats", "to tell the counts"],
      ["storage:1MiB", "to keep the counts over restarts"],
      ["timers", "to publish at most once a second"],
    ],
    commands: ["stats", "reset"],
  },
  scenes: {
    name: "Scenes",
    description: "Changes the OBS scene when a moderator writes `!scene NAME`.",
    asked: [
      ["subscribe:chat.message", "to see the commands"],
      ["call:obs.set-current-program-scene", "to change the scene"],
      ["subscribe:channel.reward-redeemed", "to change the scene for a reward", "optional"],
      ["call:chat.send", "to say what happened", "optional"],
    ],
    commands: [],
  },
  guard: {
    name: "Moderation",
    description:
      "Deletes messages with links, capitals, repeats or banned words, and times out who goes on.",
    asked: [
      ["subscribe:chat.message", "to read what is written"],
      ["call:moderation.delete-message", "to delete messages that break a rule"],
      ["call:moderation.ban", "to ban who never stops", "optional"],
      ["call:chat.send", "to say why", "optional"],
    ],
    commands: [],
  },
  commands: {
    name: "Commands",
    description:
      "Answers chat commands such as `!discord`. Moderators add, edit and remove them in chat.",
    asked: [
      ["subscribe:chat.message", "to see the commands"],
      ["call:chat.send", "to answer"],
      ["storage:1MiB", "to keep the commands made in chat"],
    ],
    commands: ["list", "set", "remove"],
  },
  analytics: {
    name: "Analytics",
    description:
      "Counts viewers, chat and support over a stream, and keeps a history of each minute.",
    asked: [
      ["subscribe:stream.status", "to begin anew when a stream begins", "optional"],
      ["subscribe:chat.message", "to count messages and who writes them", "optional"],
      ["publish:analytics.totals", "to tell what was given"],
      ["storage:1MiB", "to keep the counts over restarts, and the history"],
      ["timers", "to publish every few seconds"],
    ],
    secrets: [
      {
        name: "token",
        label: "Your token of the statistics service",
        hosts: ["stats.example", "api.stats.example"],
        is_set: false,
      },
    ],
    commands: ["stats", "history", "reset"],
  },
};

const hash = (id: string) => id.padEnd(8, "0").repeat(8).slice(0, 64);

function metrics(seed: number): PluginMetrics {
  return {
    processor_milliseconds: seed * 130,
    memory: (2 + (seed % 5)) * 1_048_576 + seed * 4_096,
    memory_peak: (4 + (seed % 5)) * 1_048_576,
    memory_refused: 0,
    calls: seed * 40,
    events: seed * 1_234,
    dropped: 0,
    poisoned: 0,
    restarts: 0,
    traps: 0,
    queued: 0,
    denials: 0,
    published: seed * 12,
    last_error: null,
  };
}

/** A bundled plugin as it is once installed. */
export function plugin(id: string, changes: Partial<PluginView> = {}): PluginView {
  const sheet = SHEETS[id];
  if (!sheet) throw new Error(`there is no bundled plugin \`${id}\``);
  const asked = requests(sheet.asked, true);
  return {
    id,
    name: sheet.name,
    version: sheet.version ?? "0.1.0",
    description: sheet.description,
    author: "Pato",
    hash: hash(id),
    source: null,
    publisher: null,
    pinned: false,
    trial: null,
    enabled: true,
    state: "running",
    reason: null,
    requests: asked,
    subscriptions: asked
      .filter(({ permission, granted }) => granted && permission.startsWith("subscribe:"))
      .map(({ permission }) => permission.slice("subscribe:".length)),
    paused: false,
    commands: sheet.commands.map((name) => ({
      name,
      description: name === "stats" ? "The counts now" : null,
    })),
    secrets: sheet.secrets ?? [],
    metrics: metrics(id.length),
    ...changes,
  };
}

function inspection(id: string): InspectionView {
  const { name, version, description, author, hash, requests } = plugin(id);
  return {
    id,
    name,
    version,
    description,
    author,
    hash,
    installed_version: null,
    requests: requests.map((request) => ({ ...request, granted: false })),
    warnings: [],
  };
}

const SETTINGS: Record<string, SettingsView> = {
  alerts: {
    seconds: {
      value: 7,
      is_default: true,
      declaration: {
        type: "integer",
        default: 7,
        minimum: 1,
        maximum: 120,
        label: "Seconds that an alert is shown",
      },
    },
    least_donation: {
      value: 0,
      is_default: true,
      declaration: {
        type: "number",
        default: 0,
        minimum: 0,
        label: "The least donation that makes an alert",
      },
    },
    quiet: {
      value: false,
      is_default: true,
      declaration: {
        type: "boolean",
        default: false,
        label: "Quiet",
        description: "Alerts are marked `quiet`, so that overlays show them without a sound.",
      },
    },
    kinds: {
      value: ["follow", "subscribe", "gift", "cheer", "raid", "reward"],
      is_default: false,
      declaration: {
        type: "list",
        default: ["follow", "subscribe", "gift", "cheer", "raid", "reward", "donation"],
        label: "What makes an alert",
        description: "One per line. There are also `streak` and `shoutout`.",
      },
    },
    text_follow: {
      value: "{user} follows!",
      is_default: true,
      declaration: { type: "string", default: "{user} follows!", label: "Text for a follow" },
    },
    audience: {
      value: "moderators",
      is_default: true,
      declaration: {
        type: "choice",
        choices: ["everyone", "moderators", "broadcaster"],
        default: "moderators",
        label: "Who may skip an alert in chat",
      },
    },
  },
};

function log(id: string, state: PluginState): LogLine[] {
  const begun = Date.now() - 600_000;
  const lines: Omit<LogLine, "number">[] = [
    { time: begun, level: "info", text: `${id} begins` },
    { time: begun + 40, level: "debug", text: "3 values read from the storage" },
    { time: begun + 90_000, level: "warn", text: "an event had no user; left out" },
  ];
  if (state === "quarantined") {
    lines.push({
      time: begun + 300_000,
      level: "error",
      text: "trap in handle-events: unreachable",
    });
  }
  return lines.map((line, number) => ({ ...line, number }));
}

/** Gives the host plugins, and all that one can do to them. */
export function addPlugins(host: FakeHost, installed: PluginView[]): void {
  const all = () => host.view<PluginView[]>("plugins");
  const show = (plugins: PluginView[]) => {
    host.show("plugins", plugins);
    const missing = Object.keys(SHEETS).filter((id) => !plugins.some((known) => known.id === id));
    host.show("bundled", missing.map(inspection));
    for (const { id, state } of plugins) {
      host.show("settings", host.view("settings", id) ?? SETTINGS[id] ?? {}, id);
      host.show("log", host.view("log", id) ?? log(id, state), id);
    }
  };
  const change = (params: JsonObject, changed: (plugin: PluginView) => Partial<PluginView>) => {
    const { id } = params;
    const before = all();
    if (!before.some((known) => known.id === id))
      throw new Error(`no plugin \`${String(id)}\` is installed`);
    show(before.map((known) => (known.id === id ? { ...known, ...changed(known) } : known)));
  };
  const running = { state: "running", reason: null, paused: false } as const;
  const grant = (params: JsonObject, granted: boolean) =>
    change(params, ({ requests }) => ({
      requests: requests.map((request) =>
        (params.permissions as string[]).includes(request.permission)
          ? { ...request, granted }
          : request,
      ),
    }));
  const actions: Record<string, (params: JsonObject) => unknown> = {
    enable: (params) =>
      change(params, ({ id }) => ({ ...running, enabled: true, metrics: metrics(id.length) })),
    disable: (params) =>
      change(params, () => ({ state: "stopped", enabled: false, metrics: null })),
    restart: (params) => change(params, ({ id }) => ({ ...running, metrics: metrics(id.length) })),
    pause: (params) => change(params, () => ({ paused: true })),
    resume: (params) => change(params, () => ({ paused: false })),
    "pause-all": () => show(all().map((known) => ({ ...known, paused: known.enabled }))),
    "resume-all": () => show(all().map((known) => ({ ...known, paused: false }))),
    remove: ({ id }) => show(all().filter((known) => known.id !== id)),
    grant: (params) => grant(params, true),
    revoke: (params) => grant(params, false),
    secret: (params) =>
      change(params, ({ secrets }) => ({
        secrets: secrets.map((secret) =>
          secret.name === params.name ? { ...secret, is_set: true } : secret,
        ),
      })),
    "set-settings": ({ id, values }) => {
      const settings = { ...host.view<SettingsView>("settings", String(id)) };
      for (const [key, value] of Object.entries(values as JsonObject)) {
        const setting = settings[key];
        if (!setting) throw new Error(`there is no setting \`${key}\``);
        settings[key] = {
          ...setting,
          value: (value ?? setting.declaration.default) as SettingValue,
          is_default: value === null,
        };
      }
      host.show("settings", settings, String(id));
    },
    "install-bundled": ({ id, grant }) => {
      const added = plugin(String(id));
      const requests = added.requests.map((request) => ({
        ...request,
        granted: (grant as string[]).includes(request.permission),
      }));
      show([...all(), { ...added, requests }]);
    },
  };
  for (const [name, action] of Object.entries(actions))
    host.actions.set(`host.plugin.${name}`, action);
  for (const { id, commands } of Object.values(SHEETS).map((sheet, index) => ({
    id: Object.keys(SHEETS)[index] ?? "",
    ...sheet,
  }))) {
    for (const command of commands) {
      host.actions.set(`${id}.${command}`, (params) => ({ command, params, done: true }));
    }
  }
  show(installed);
}

/** What a second of a busy stream does to the plugins' numbers. */
export function countASecond(host: FakeHost): void {
  const plugins = host.view<PluginView[]>("plugins").map((plugin) => {
    const { metrics, id } = plugin;
    if (!metrics || plugin.state !== "running") return plugin;
    const events = plugin.paused ? 0 : 3 + (id.length % 7);
    return {
      ...plugin,
      metrics: {
        ...metrics,
        events: metrics.events + events,
        queued: plugin.paused ? metrics.queued + 4 : 0,
        processor_milliseconds: metrics.processor_milliseconds + events * 0.4,
      },
    };
  });
  host.show("plugins", plugins);
}
