import { useView } from "@/client/hooks";
import type { Service } from "@/client/views";

/** Proper names, the same in every language. */
export const SERVICE_NAMES: Record<Service, string> = {
  twitch: "Twitch",
  discord: "Discord",
  kick: "Kick",
  vtube: "VTube Studio",
};

const CONNECTOR_NAMES: Record<string, string> = {
  ...SERVICE_NAMES,
  midi: "MIDI",
  simulator: "Simulator",
};

/** What people call a connector: each OBS has an id of the user's own. */
export function useConnectorName(): (id: string) => string {
  const obs = useView("services")?.obs ?? [];
  return (id) => {
    if (obs.some(({ name }) => name === id)) return id === "obs" ? "OBS" : `OBS (${id})`;
    return CONNECTOR_NAMES[id] ?? id;
  };
}
