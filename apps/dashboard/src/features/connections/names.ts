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
  obs: "OBS",
  midi: "MIDI",
  simulator: "Simulator",
};

export function connectorName(id: string): string {
  return CONNECTOR_NAMES[id] ?? id;
}
