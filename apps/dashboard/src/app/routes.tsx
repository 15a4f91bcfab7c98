import {
  Activity,
  Cable,
  House,
  LibraryBig,
  MonitorPlay,
  Puzzle,
  Radio,
  Settings,
  ShieldQuestion,
} from "lucide-react";
import { lazy, type ComponentType, type LazyExoticComponent } from "react";

type Page = LazyExoticComponent<ComponentType>;

export type RouteName =
  | "home"
  | "overlays"
  | "activity"
  | "events"
  | "connections"
  | "plugins"
  | "library"
  | "requests"
  | "settings";

export type Route = { name: RouteName; path: string; icon: typeof House; page: Page };

/** What the navigation leads to, in its order. */
export const ROUTES: readonly Route[] = [
  { name: "home", path: "/", icon: House, page: lazy(() => import("@/features/home")) },
  {
    name: "activity",
    path: "/activity",
    icon: Activity,
    page: lazy(() => import("@/features/activity")),
  },
  { name: "events", path: "/events", icon: Radio, page: lazy(() => import("@/features/events")) },
  {
    name: "connections",
    path: "/connections",
    icon: Cable,
    page: lazy(() => import("@/features/connections")),
  },
  {
    name: "plugins",
    path: "/plugins",
    icon: Puzzle,
    page: lazy(() => import("@/features/plugins")),
  },
  {
    name: "library",
    path: "/library",
    icon: LibraryBig,
    page: lazy(() => import("@/features/library")),
  },
  {
    name: "overlays",
    path: "/overlays",
    icon: MonitorPlay,
    page: lazy(() => import("@/features/surfaces/overlays/overlays-page")),
  },
  {
    name: "requests",
    path: "/requests",
    icon: ShieldQuestion,
    page: lazy(() => import("@/features/requests")),
  },
  {
    name: "settings",
    path: "/settings",
    icon: Settings,
    page: lazy(() => import("@/features/about")),
  },
];

/** Pages that other pages lead to. */
export const FURTHER_ROUTES: readonly { path: string; page: Page }[] = [
  {
    path: "/pages/:plugin/:surface",
    page: lazy(() => import("@/features/surfaces/pages/plugin-page")),
  },
  { path: "/install/:id", page: lazy(() => import("@/features/plugins/install-page")) },
  { path: "/plugins/:id", page: lazy(() => import("@/features/plugins/plugin-page")) },
];
