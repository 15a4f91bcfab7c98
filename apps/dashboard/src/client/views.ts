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
  CallEdge,
  CommandView,
  DeviceView,
  Drawing,
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

/** A permission that a plugin asks for. */
export type RequestView = host.RequestView & {
  /** Whether the version before did not ask for it. */
  is_new?: boolean;
};

/** Who signed a plugin. */
export type PublisherView = {
  /** The key, as minisign writes it. */
  key: string;
  /** The same in words, for people to compare. */
  words: string;
  /** Whether a plugin of this name came with this key before. */
  known: boolean;
};

export type PluginView = Omit<host.PluginView, "state" | "metrics" | "requests"> & {
  state: PluginState;
  metrics?: host.PluginMetrics | null;
  requests: RequestView[];
  /** Where it came from: an address, or an id in a list of plugins. */
  source?: string | null;
  /** Who signed it; nobody if it is unsigned. */
  publisher?: PublisherView | null;
  /** Whether it stays at its version. */
  pinned: boolean;
  /** The version that has taken its place on trial; this one stands by. */
  trial?: string | null;
};

/** A plugin before it is installed: what the user is asked to agree to. */
export type InspectionView = Omit<host.InspectionView, "requests"> & {
  requests: RequestView[];
  /** Its licence, as an SPDX expression. */
  license?: string | null;
  /** Where to read more. */
  homepage?: string | null;
  /** Who signed it; nobody if it is unsigned. */
  publisher?: PublisherView | null;
};

/** How far a plugin on its way in has come. */
export type OfferStage =
  | "resolving"
  | "fetching"
  | "asking"
  | "installing"
  | "trial"
  | "installed"
  | "up-to-date"
  | "declined"
  | "failed";

/** A plugin on its way in. */
export type OfferView = {
  id: number;
  /** What was asked for, as the user wrote it. */
  reference: string;
  stage: OfferStage;
  /** How many bytes have come. */
  received: number;
  /** How many there are, if that is known. */
  total?: number | null;
  /** What it is and asks for, as soon as that is known, often before the last byte has come. */
  inspection?: InspectionView | null;
  /** Whether there is something to decide. An update that asks for nothing new goes on by itself. */
  needs_answer: boolean;
  /** The installed plugin, at the end. */
  plugin?: string | null;
  /** Why it failed, and what to do. */
  problem?: string | null;
};

/** An earlier version of an installed plugin. */
export type VersionView = {
  version: string;
  /** SHA-256 of the component, hexadecimal. */
  hash: string;
  /** When another took its place, in milliseconds since the epoch. */
  replaced_at: number;
  /** Why it was given up, if it failed. */
  reason?: string | null;
};

/** A list of plugins that the user added. */
export type IndexView = {
  url: string;
  /** Its name, once it was fetched. */
  name?: string | null;
  description?: string | null;
  /** Which comes first where several have the same plugin: the smallest. */
  priority: number;
  /** The key that signs it; none if it is unsigned. */
  key?: string | null;
  /** How many plugins are in it. */
  plugins: number;
  /** When it was last fetched, in milliseconds since the epoch. */
  fetched_at?: number | null;
  /** Why it could not be fetched the last time. */
  problem?: string | null;
};

/** One version of a plugin in a list. */
export type ListedVersionView = {
  version: string;
  /** In bytes. */
  size: number;
  /** When it was published, as RFC 3339 has it. */
  published?: string | null;
  /** What is different in it. */
  changes?: string | null;
  /** Why it was withdrawn, if it was. */
  yanked?: string | null;
  /** What people are asked to grant. */
  requests: RequestView[];
};

/** A plugin in a list. */
export type ListingView = {
  id: string;
  name: string;
  description: string;
  author: string;
  license?: string | null;
  homepage?: string | null;
  /** Addresses of pictures. */
  pictures: string[];
  publisher?: PublisherView | null;
  /** The newest first. */
  versions: ListedVersionView[];
  /** The name of the list that it is in. */
  index: string;
  installed_version?: string | null;
  /** Why it should not be installed, if the list says so. */
  revoked?: string | null;
};

/** A newer version of an installed plugin. */
export type UpdateView = {
  plugin: string;
  name: string;
  /** The version that is installed. */
  from: string;
  /** The newer one. */
  to: string;
  changes?: string | null;
  /** Whether the user wants the installed version to stay. */
  pinned: boolean;
};

/** Something that a plugin wanted to do, asks for in its manifest, and was not granted. */
export type QuestionView = {
  plugin: string;
  plugin_name: string;
  permission: string;
  /** What it means, in plain words. */
  meaning: string;
  /** What to know before granting it, if it can do harm. */
  danger?: string | null;
  /** The plugin's own reason. */
  reason?: string | null;
  /** When it wanted that first, in milliseconds since the epoch. */
  since: number;
};

/** Something that was granted, refused or used. */
export type AuditView = {
  /** Later ones are larger. */
  id: number;
  /** In milliseconds since the epoch. */
  time: number;
  plugin: string;
  /** What happened: `installed`, `granted`, `denied`, … */
  what: string;
  /** The permission that it is about. */
  permission?: string | null;
  /** More, where there is more to say. */
  detail?: string | null;
  /** How often, where it happened over and over within some seconds. */
  times: number;
};

/** A copy of the database. */
export type BackupView = {
  /** When it was made, and why. */
  name: string;
  /** In milliseconds since the epoch. */
  made_at: number;
  bytes: number;
};

/** What came of an import. */
export type ImportView = {
  /** The plugins that are installed now as the set-up has them. */
  installed: string[];
  /** The plugins that could not be had, and why. */
  missing: { id: string; reason: string }[];
  /** What else could not be taken over, and why. */
  remarks: string[];
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
  /** What plugins call in each other. */
  calls: host.CallEdge[];
  accounts: host.AccountView[];
  surfaces: SurfaceView[];
  overlays: OverlayView[];
  layout: host.Layout;
  bundled: InspectionView[];
  activity: ActivityView[];
  services: host.ServicesView;
  /** Invented events a second; none while it is off. */
  simulator: number | null;
  /** Devices on the same network; a device itself is not told. */
  network: host.NetworkView;
  session: host.SessionView;
  /** Plugins on their way in, and those that came since the host started; the latest first. */
  offers: OfferView[];
  /** The lists of plugins, the most important first. */
  indexes: IndexView[];
  /** What all lists have. */
  listings: ListingView[];
  updates: UpdateView[];
  /** What plugins wanted and wait for, the oldest first. */
  questions: QuestionView[];
  /** The latest that was granted, refused and used; the latest first. */
  audit: AuditView[];
  backups: BackupView[];
};

/** Every view of one thing, by its name. */
export type KeyedViews = {
  settings: SettingsView;
  login: host.LoginView;
  surface: host.Drawing;
  overlay: host.OverlayScene;
  log: host.LogLine[];
  /** The earlier versions of a plugin that can be gone back to, the latest first. */
  versions: VersionView[];
};
