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
  DeviceView,
  Drawing,
  InspectionView,
  Layout,
  LayoutItem,
  LayoutPage,
  LoginView,
  LogLevel,
  LogLine,
  NetworkView,
  ObsView,
  OverlayScene,
  Placement,
  PluginMetrics,
  RequestView,
  Role,
  SecretView,
  Service,
  ServicesView,
  SettingDeclaration,
  SettingValue,
  SettingView,
} from "./generated/schemas";

export type ConnectionState = TopicPayloads["connector.status"]["state"];
export type PluginState = TopicPayloads["plugin.status"]["state"];

export type ConnectorView = Omit<host.ConnectorView, "state"> & { state: ConnectionState };
export type HostView = Omit<host.HostView, "connectors"> & { connectors: ConnectorView[] };
export type PluginView = Omit<host.PluginView, "state" | "metrics"> & {
  state: PluginState;
  metrics?: host.PluginMetrics | null;
};

/** Something that happened on the channel; a payload is always an object. */
export type ActivityView = Omit<host.ActivityView, "data"> & { data: JsonObject };

type SurfaceKind = { kind: "widget" | "page" | "overlay" };
/** A widget, page or overlay that a plugin declares. */
export type SurfaceView = Omit<host.SurfaceView, "kind"> & SurfaceKind;
export type OverlayView = Omit<host.OverlayView, "kind"> & SurfaceKind;

/** As the history has it, without what live events do not tell. */
export type Event = Omit<host.Event, "depth" | "stateful">;

/** In the order of the plugin's manifest. */
export type SettingsView = Record<string, host.SettingView>;

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
  /** Devices on the same network; a device itself is not told. */
  network: host.NetworkView;
  session: host.SessionView;
};

/** Every view of one thing, by its name. */
export type KeyedViews = {
  settings: SettingsView;
  login: host.LoginView;
  surface: host.Drawing;
  overlay: host.OverlayScene;
  log: host.LogLine[];
};
