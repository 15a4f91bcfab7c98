import type { components } from "./generated/views";
import type { TopicPayloads } from "./generated/topics";
import type { Json, JsonObject } from "./frames";
import type { Node } from "./nodes";

/**
 * The views that the host shows. What the host's OpenAPI description has comes from there; the
 * others are written here.
 */

type Schemas = components["schemas"];

export type ConnectionState = TopicPayloads["connector.status"]["state"];
export type PluginState = TopicPayloads["plugin.status"]["state"];

export type ConnectorView = Omit<Schemas["ConnectorView"], "state"> & { state: ConnectionState };
export type HostView = Omit<Schemas["HostView"], "connectors"> & { connectors: ConnectorView[] };
/** `danger`: what to know before granting it, if it can do harm. */
export type RequestView = Schemas["RequestView"] & { danger?: string | null };
export type PluginView = Omit<Schemas["PluginView"], "state" | "metrics" | "requests"> & {
  state: PluginState;
  /** Whether events wait for it because the user paused it. */
  paused?: boolean;
  metrics?: PluginMetrics | null;
  requests: RequestView[];
};
export type InspectionView = Omit<Schemas["InspectionView"], "requests"> & {
  description?: string | null;
  requests: RequestView[];
};
export type AccountView = Schemas["AccountView"];
export type LoginView = Schemas["LoginView"];
export type Service = Schemas["Service"];
export type Role = Schemas["Role"];

/** `crates/runtime/src/metrics.rs`: counted since the plugin was loaded. */
export type PluginMetrics = {
  processor_milliseconds: number;
  /** Bytes. */
  memory: number;
  /** Bytes. */
  memory_peak: number;
  memory_refused: number;
  calls: number;
  events: number;
  dropped: number;
  /** Events given up because it trapped twice on each. */
  poisoned: number;
  restarts: number;
  traps: number;
  queued: number;
  denials: number;
  published: number;
  last_error?: string | null;
};

/** `crates/permissions/src/manifest/setting.rs` */
export type SettingDeclaration = {
  default: SettingValue;
  label?: string;
  description?: string;
} & (
  | { type: "integer" | "number"; minimum?: number; maximum?: number }
  | { type: "boolean" | "string" | "list" }
  | { type: "choice"; choices: string[] }
);
export type SettingValue = boolean | number | string | string[];
export type SettingView = {
  value: SettingValue;
  is_default: boolean;
  declaration: SettingDeclaration;
};
export type SettingsView = Record<string, SettingView>;

/** `crates/runtime/src/log.rs` */
export type LogLine = { number: number; time: number; level: LogLevel; text: string };
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

/** A widget, page or overlay that a plugin declares. */
export type SurfaceView = {
  plugin: string;
  plugin_name: string;
  id: string;
  kind: "widget" | "page" | "overlay";
  title: string;
  description: string | null;
  icon: string | null;
  /** Widget: columns, 1 to 12; overlay: pixels. */
  width: number;
  /** Widget: rows of 40 px; overlay: pixels. */
  height: number;
  granted: boolean;
  running: boolean;
};

export type Drawing = {
  nodes: Node[];
  values: Record<string, Json>;
  /** Why nothing is drawn. */
  problem: string | null;
};

export type Animation =
  "none" | "fade" | "slide-up" | "slide-down" | "slide-left" | "slide-right" | "zoom" | "bounce";

/** `crates/surfaces/src/alert.rs` */
export type Alert = {
  nodes: Node[];
  /** Milliseconds. */
  duration: number;
  priority: number;
  sound?: { source: string; volume: number };
  enter: Animation;
  leave: Animation;
};

/** Pixels of a stage of 1920 by 1080. */
export type Placement = {
  x: number;
  y: number;
  width: number;
  height: number;
  scale: number;
  font: string;
  color: string;
  background: string;
  accent: string;
  radius: number;
  /** 0 to 1. */
  volume: number;
  /** None: as the plugin says. */
  enter: Animation | null;
  leave: Animation | null;
};

export type OverlayView = SurfaceView & {
  placement: Placement;
  /** How many pages show it now. */
  connected: number;
  waiting: number;
  /** The address for OBS, with its narrow token in the fragment. */
  address: string;
};

export type OverlayScene = Drawing & {
  placement: Placement;
  alert: {
    id: string;
    alert: Alert;
    /** Milliseconds since the epoch, by the host's clock. */
    began: number;
    /** The host's clock when this was sent. */
    now: number;
    values: Record<string, Json>;
  } | null;
};

export type LayoutItem = { surface: string; x: number; y: number; w: number; h: number };
export type LayoutPage = { id: string; title: string; items: LayoutItem[] };
export type Layout = { pages: LayoutPage[] };

export type ActivityEntry = {
  id: string;
  topic: string;
  time: number;
  source: string;
  account: string | null;
  simulated: boolean;
  replayed: boolean;
  data: JsonObject;
};

export type DeviceView = {
  id: string;
  name: string;
  paired_at: number;
  last_seen: number | null;
  connected: boolean;
};

/** An event as the host's history has it. */
export type Event = {
  id: string;
  topic: string;
  source: string;
  account?: string | null;
  time: number;
  cause?: string | null;
  simulated?: boolean;
  replayed?: boolean;
  own?: boolean;
  data: JsonObject;
};

/** Every view without a key, by its name. */
export type Views = {
  host: HostView;
  connectors: ConnectorView[];
  plugins: PluginView[];
  accounts: AccountView[];
  surfaces: SurfaceView[];
  overlays: OverlayView[];
  layout: Layout;
  bundled: InspectionView[];
  activity: ActivityEntry[];
  devices: DeviceView[];
};

/** Every view of one thing, by its name. */
export type KeyedViews = {
  settings: SettingsView;
  login: LoginView;
  surface: Drawing;
  overlay: OverlayScene;
  log: LogLine[];
};
