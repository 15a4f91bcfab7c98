import { useTranslation } from "react-i18next";

import type { ConnectionState, PluginState, PluginView } from "@/client/views";
import { State, type Tone } from "@/ui/badge";

const CONNECTION_TONES: Record<ConnectionState, Tone> = {
  off: "neutral",
  connecting: "info",
  connected: "good",
  waiting: "warning",
  "needs-user": "danger",
};

export function ConnectionStateLabel({ state }: { state: ConnectionState }) {
  const { t } = useTranslation();
  return (
    <State tone={CONNECTION_TONES[state]} active={state === "connecting"}>
      {t(`connectionState.${state}`)}
    </State>
  );
}

const PLUGIN_TONES: Record<PluginState, Tone> = {
  loading: "info",
  running: "good",
  restarting: "warning",
  quarantined: "danger",
  failed: "danger",
  stopped: "neutral",
};

export function PluginStateLabel({ plugin }: { plugin: Pick<PluginView, "state" | "paused"> }) {
  const { t } = useTranslation();
  const { state, paused } = plugin;
  if (state === "running" && paused) return <State tone="warning">{t("pluginState.paused")}</State>;
  return (
    <State tone={PLUGIN_TONES[state]} active={state === "loading" || state === "restarting"}>
      {t(`pluginState.${state}`)}
    </State>
  );
}
