import { lazy, useState } from "react";

import { useView } from "@/client/hooks";

import { FirstStart } from "./first-start";

const Surfaces = lazy(() => import("@/features/surfaces"));

/**
 * The way to a first reaction as long as nothing is connected or no plugin is there; then the
 * dashboard. Who is on the way stays on it until its end.
 */
export default function HomePage() {
  const connectors = useView("connectors");
  const plugins = useView("plugins");
  const [way, setWay] = useState<"unknown" | "first-start" | "dashboard">("unknown");
  if (way === "unknown" && connectors && plugins) {
    const begun = connectors.some(({ state }) => state !== "off") && plugins.length > 0;
    setWay(begun ? "dashboard" : "first-start");
  }
  if (way === "unknown") return null;
  if (way === "dashboard") return <Surfaces />;
  return <FirstStart onDone={() => setWay("dashboard")} />;
}
