import type { JsonObject } from "./frames";
import type * as host from "./generated/schemas";
import type { TopicPayloads } from "./generated/topics";

/**
 * The views that the host shows, as its descriptions have them; here stands what those leave open, and
 * what they have no word of.
 */

export type {
  AccountView,
  Alert,
  Animation,
  CommandView,
  Drawing,
  InspectionView,
  Layout,
  LayoutItem,
  LayoutPage,
  LoginView,
  ObsView,
  OverlayScene,
  Placement,
  RequestView,
  Role,
  SecretView,
  Service,
  ServicesView,
} from "./generated/schemas";

export type ConnectionState = TopicPayloads["connector.status"]["state"];
export type PluginState = TopicPayloads["plugin.status"]["state"];

export type ConnectorView = Omit<host.ConnectorView, "state"> & { state: ConnectionState };
export type HostView = Omit<host.HostView, "connectors"> & { connectors: ConnectorView[] };
export type PluginView = Omit<host.PluginView, "state" | "metrics"> & {
  state: PluginState;
  metrics?: PluginMetrics | null;
};

/** Something that happened on the channel; a payload is always an object. */
export type ActivityView = Omit<host.ActivityView, "data"> & { data: JsonObject };

type SurfaceKind = { kind: "widget" | "page" | "overlay" };
/** A widget, page or overlay that a plugin declares. */
export type SurfaceView = Omit<host.SurfaceView, "kind"> & SurfaceKind;
export type OverlayView = Omit<host.OverlayView, "kind"> & SurfaceKind;

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
  accounts: host.AccountView[];
  surfaces: SurfaceView[];
  overlays: OverlayView[];
  layout: host.Layout;
  bundled: host.InspectionView[];
  activity: ActivityView[];
  services: host.ServicesView;
  /** Invented events a second; none while it is off. */
  simulator: number | null;
};

/** Every view of one thing, by its name. */
export type KeyedViews = {
  settings: SettingsView;
  login: host.LoginView;
  surface: host.Drawing;
  overlay: host.OverlayScene;
  log: LogLine[];
};
