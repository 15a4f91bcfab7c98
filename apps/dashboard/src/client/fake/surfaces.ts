import type { Json, JsonObject } from "../frames";
import type { Kind, Node, Source } from "../nodes";
import type { Alert, OverlayScene, OverlayView, Placement, SurfaceView } from "../views";
import type { FakeHost } from "./host";

export function node(parent: number | null, kind: Kind, rest: Partial<Node> = {}): Node {
  return { ...(parent === null ? {} : { parent }), kind, ...rest };
}

export const bound = (name: string): { value: Source } => ({ value: { bound: name } });
export const constant = (value: Json): { value: Source } => ({ value: { constant: value } });

const COLUMN: Kind = { type: "column", align: "stretch", gap: 3 };
const ROW: Kind = { type: "row", align: "center", gap: 3 };
const HOURS = ["18:00", "18:15", "18:30", "18:45", "19:00", "19:15", "19:30", "19:45", "20:00"];
const VIEWERS = [142, 198, 231, 260, 254, 301, 347, 338, 372];
const MESSAGES = [41, 63, 88, 72, 95, 120, 133, 101, 140];

/** A table with one node of every kind. */
export function everyKind(): { nodes: Node[]; values: JsonObject } {
  const nodes = [
    node(null, COLUMN),
    node(0, { type: "tabs" }, { id: "tabs" }),
    node(1, { type: "tab", label: "Shown" }),
    node(1, { type: "tab", label: "Used" }),
    node(2, { type: "text", style: "heading", tone: "normal" }, constant("Tonight's stream")),
    node(2, { type: "markdown" }, bound("notes")),
    node(2, ROW),
    node(6, { type: "stat", label: "Viewers", unit: "" }, bound("viewers")),
    node(6, { type: "stat", label: "Uptime", unit: "h" }, constant(2.5)),
    node(6, { type: "icon", name: "radio", tone: "danger" }),
    node(2, { type: "progress", label: "Sub goal", maximum: 50 }, bound("subs")),
    node(2, { type: "chart", label: "Viewers", shape: "line", unit: "viewers" }, bound("chart")),
    node(2, { type: "divider" }),
    node(2, { type: "grid", columns: 2 }),
    node(13, { type: "card", title: "Top chatters" }),
    node(14, { type: "items" }, bound("chatters")),
    node(13, { type: "card", title: "Sources" }),
    node(
      16,
      { type: "chart", label: "Where viewers come from", shape: "pie", unit: "" },
      bound("pie"),
    ),
    node(2, { type: "image", alt: "A duck", width: 64, height: 64 }, constant("asset:duck.png")),
    node(3, { type: "form", label: "Add command" }, { id: "add" }),
    node(
      19,
      { type: "text-input", label: "Name", placeholder: "!hello", lines: 1, "max-length": 40 },
      { id: "name" },
    ),
    node(
      19,
      { type: "text-input", label: "Answer", placeholder: "", lines: 3, "max-length": 400 },
      { id: "answer" },
    ),
    node(
      19,
      { type: "number-input", label: "Cooldown in seconds", minimum: 0, maximum: 600, step: 5 },
      { id: "cooldown", ...constant(30) },
    ),
    node(3, { type: "toggle", label: "Only for subscribers" }, { id: "only", ...bound("only") }),
    node(
      3,
      { type: "slider", label: "Music volume", minimum: 0, maximum: 100, step: 1 },
      { id: "volume", ...bound("volume") },
    ),
    node(
      3,
      {
        type: "select",
        label: "Scene",
        choices: [
          { value: "game", label: "Game" },
          { value: "pause", label: "Be right back" },
        ],
      },
      { id: "scene", ...bound("scene") },
    ),
    node(
      3,
      {
        type: "table",
        empty: "No commands yet.",
        columns: [
          { key: "id", label: "Command", kind: "text", editable: false },
          { key: "answer", label: "Answer", kind: "text", editable: true },
          { key: "uses", label: "Uses", kind: "number", editable: false },
          { key: "last", label: "Last", kind: "moment", editable: false },
          { key: "on", label: "On", kind: "toggle", editable: false },
          { key: "try", label: "", kind: "button", editable: false },
        ],
      },
      { id: "commands", ...bound("commands") },
    ),
    node(3, ROW),
    node(
      27,
      { type: "button", label: "Say hello", tone: "accent", icon: "hand", confirm: "" },
      { id: "hello" },
    ),
    node(
      27,
      {
        type: "button",
        label: "Clear all",
        tone: "danger",
        icon: "trash-2",
        confirm: "This deletes every command and how often it was used.",
      },
      { id: "clear" },
    ),
    node(3, { type: "log", lines: 50 }, bound("log")),
  ];
  const values = {
    viewers: 372,
    subs: 34,
    only: true,
    volume: 65,
    scene: "game",
    notes: {
      blocks: [
        {
          type: "paragraph",
          content: [
            { type: "text", text: "Raid " },
            { type: "strong", content: [{ type: "text", text: "Lumen" }] },
            { type: "text", text: " afterwards; rules are " },
            {
              type: "link",
              href: "https://example.com/rules",
              content: [{ type: "text", text: "here" }],
            },
            { type: "text", text: "." },
          ],
        },
      ],
    },
    chart: { labels: HOURS, series: [{ name: "Viewers", values: VIEWERS }] },
    pie: {
      labels: ["Browse", "Raids", "Search", "Other"],
      series: [{ name: "Viewers", values: [180, 96, 60, 36] }],
    },
    chatters: [
      { id: "mika", text: "mika", detail: "214", icon: "crown" },
      { id: "lumen", text: "lumen_live", detail: "173", icon: "heart" },
      "someone else",
    ],
    commands: ["!discord", "!hello", "!lurk", "!so", "!uptime"].map((id, index) => ({
      id,
      answer: `Answer ${index + 1}`,
      uses: 7 * (5 - index),
      last: 1_790_000_000_000 - index * 86_400_000,
      on: index % 2 === 0,
      try: "Try",
    })),
    log: ["18:02 started", "18:05 !hello by mika", "18:09 !so lumen_live"],
  };
  return { nodes, values };
}

function surface(rest: Partial<SurfaceView> & Pick<SurfaceView, "plugin" | "id">): SurfaceView {
  return {
    plugin_name: rest.plugin.charAt(0).toUpperCase() + rest.plugin.slice(1),
    kind: "widget",
    title: rest.id,
    description: null,
    icon: null,
    width: 4,
    height: 6,
    granted: true,
    running: true,
    ...rest,
  };
}

export const PLACEMENT: Placement = {
  x: 460,
  y: 90,
  width: 1000,
  height: 420,
  scale: 1,
  font: "",
  color: "#ffffff",
  background: "#12141bd9",
  accent: "#ffb800",
  radius: 28,
  volume: 0.8,
  enter: null,
  leave: null,
};

export const ALERT: Alert = {
  nodes: [
    node(null, { type: "column", align: "center", gap: 3 }),
    node(0, { type: "icon", name: "heart", tone: "accent" }),
    node(0, { type: "text", style: "display", tone: "normal" }, constant("mika_plays")),
    node(
      0,
      { type: "text", style: "heading", tone: "accent" },
      constant("subscribed for 7 months"),
    ),
    node(
      0,
      { type: "text", style: "body", tone: "muted" },
      constant("“best stream on the whole platform, quack!”"),
    ),
  ],
  duration: 8_000,
  priority: 1,
  sound: { source: "chime", volume: 0.8 },
  enter: "bounce",
  leave: "fade",
};

/** The widgets, pages and overlays of a host in the middle of a stream. */
export function addSurfaces(host: FakeHost): void {
  const widgets = [
    surface({
      plugin: "analytics",
      id: "viewers",
      title: "Viewers",
      icon: "chart-line",
      width: 6,
      height: 7,
    }),
    surface({
      plugin: "analytics",
      id: "chat",
      title: "Chat activity",
      icon: "chart-column",
      width: 6,
      height: 7,
    }),
    surface({
      plugin: "counter",
      id: "deaths",
      title: "Deaths",
      icon: "skull",
      width: 3,
      height: 4,
    }),
    surface({
      plugin: "scenes",
      id: "buttons",
      title: "Scenes",
      icon: "clapperboard",
      width: 5,
      height: 4,
    }),
    surface({
      plugin: "moderation",
      id: "queue",
      title: "Held messages",
      icon: "shield",
      width: 4,
      height: 4,
      running: false,
    }),
  ];
  host.show("surfaces", [
    ...widgets,
    surface({
      plugin: "commands",
      id: "editor",
      title: "Commands",
      icon: "terminal",
      kind: "page",
    }),
  ]);
  const chart = (shape: "line" | "bar", label: string, name: string) => [
    node(null, COLUMN),
    node(0, { type: "chart", label, shape, unit: "" }, bound(name)),
  ];
  host.show(
    "surface",
    {
      nodes: chart("line", "Viewers over the stream", "viewers"),
      values: { viewers: { labels: HOURS, series: [{ name: "Viewers", values: VIEWERS }] } },
      problem: null,
    },
    "analytics/viewers",
  );
  const platforms = [
    { name: "Twitch", values: MESSAGES },
    { name: "Kick", values: MESSAGES.map((count) => Math.round(count / 3)) },
  ];
  host.show(
    "surface",
    {
      nodes: chart("bar", "Messages by platform", "messages"),
      values: { messages: { labels: HOURS, series: platforms } },
      problem: null,
    },
    "analytics/chat",
  );
  host.show(
    "surface",
    {
      nodes: [
        node(null, COLUMN),
        node(0, { type: "stat", label: "Today", unit: "deaths" }, bound("count")),
        node(0, ROW),
        node(
          2,
          { type: "button", label: "One more", tone: "accent", icon: "plus", confirm: "" },
          { id: "more" },
        ),
        node(
          2,
          {
            type: "button",
            label: "Reset",
            tone: "muted",
            icon: "rotate-ccw",
            confirm: "The count begins at 0 again.",
          },
          { id: "reset" },
        ),
      ],
      values: { count: 17 },
      problem: null,
    },
    "counter/deaths",
  );
  const scenes = ["Game", "Just chatting", "Be right back", "Starting soon"];
  host.show(
    "surface",
    {
      nodes: [
        node(null, { type: "grid", columns: 2 }),
        ...scenes.map((label, index) =>
          node(
            0,
            {
              type: "button",
              label,
              tone: index === 0 ? "accent" : "normal",
              icon: "",
              confirm: "",
            },
            { id: `scene-${index}` },
          ),
        ),
      ],
      values: {},
      problem: null,
    },
    "scenes/buttons",
  );
  host.show("surface", { ...everyKind(), problem: null }, "commands/editor");
  host.show("surface", { nodes: [], values: {}, problem: null }, "moderation/queue");
  host.show("layout", {
    pages: [
      {
        id: "main",
        title: "My stream",
        items: [
          { surface: "analytics/viewers", x: 0, y: 0, w: 6, h: 7 },
          { surface: "analytics/chat", x: 6, y: 0, w: 6, h: 7 },
          { surface: "counter/deaths", x: 0, y: 7, w: 3, h: 4 },
          { surface: "scenes/buttons", x: 3, y: 7, w: 5, h: 4 },
          { surface: "moderation/queue", x: 8, y: 7, w: 4, h: 4 },
        ],
      },
    ],
  });
  host.actions.set("host.layout.set", ({ layout }) => host.show("layout", layout));
  host.actions.set("host.surface.act", ({ plugin, what }) => {
    const count = host.view<{ values: { count: number } }>("surface", "counter/deaths").values
      .count;
    if (plugin === "counter" && "pressed" in (what as JsonObject)) {
      host.change("surface", "counter/deaths", { count: count + 1 });
    }
  });
  addOverlays(host);
}

function addOverlays(host: FakeHost): void {
  const views: OverlayView[] = [
    {
      ...surface({
        plugin: "alerts",
        id: "main",
        title: "Alerts",
        icon: "bell-ring",
        kind: "overlay",
      }),
      placement: PLACEMENT,
      connected: 1,
      waiting: 0,
      address: "http://127.0.0.1:7286/overlay/alerts/main#mPz3qT9rW1xY5bK7",
    },
    {
      ...surface({
        plugin: "counter",
        id: "goal",
        title: "Sub goal",
        icon: "goal",
        kind: "overlay",
      }),
      placement: {
        ...PLACEMENT,
        x: 40,
        y: 940,
        width: 560,
        height: 110,
        background: "#00000000",
        scale: 1,
      },
      connected: 0,
      waiting: 0,
      address: "http://127.0.0.1:7286/overlay/counter/goal#aQx8Lk2Vn0sD4fG6",
    },
  ];
  const scenes: Record<string, OverlayScene> = {
    "alerts/main": {
      nodes: [node(null, COLUMN)],
      values: {},
      problem: null,
      placement: PLACEMENT,
      alert: null,
    },
    "counter/goal": {
      nodes: [
        node(null, COLUMN),
        node(0, { type: "progress", label: "Sub goal", maximum: 50 }, bound("subs")),
      ],
      values: { subs: 34 },
      problem: null,
      placement: views[1]?.placement ?? PLACEMENT,
      alert: null,
    },
  };
  host.show("overlays", views);
  for (const [key, scene] of Object.entries(scenes)) host.show("overlay", scene, key);

  const keyOf = ({ plugin, surface: id }: JsonObject) => `${String(plugin)}/${String(id)}`;
  const change = (key: string, changed: Partial<OverlayScene>) =>
    host.show("overlay", { ...host.view<OverlayScene>("overlay", key), ...changed }, key);
  let tests = 0;
  host.actions.set("host.overlay.test", (params) => {
    const now = Date.now();
    tests += 1;
    change(keyOf(params), {
      alert: { id: `test-${tests}`, alert: ALERT, began: now, now },
    });
  });
  host.actions.set("host.overlay.skip", (params) => change(keyOf(params), { alert: null }));
  host.actions.set("host.overlay.clear", () => ({}));
  host.actions.set("host.overlay.renew", () => ({}));
  host.actions.set("host.overlay.place", (params) => {
    const placement = params.placement as Placement;
    const key = keyOf(params);
    change(key, { placement });
    const all = host.view<OverlayView[]>("overlays");
    host.show(
      "overlays",
      all.map((view) => (`${view.plugin}/${view.id}` === key ? { ...view, placement } : view)),
    );
  });
}
