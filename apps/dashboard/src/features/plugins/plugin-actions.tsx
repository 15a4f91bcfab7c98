import { CirclePause, CirclePlay, Ellipsis, Play, RotateCw, Square, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { PluginView } from "@/client/views";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Menu, type MenuItem } from "@/ui/menu";

import { useAction } from "../use-action";

/** What one can do to a plugin: the likeliest as a button, the rest in a menu. */
export function PluginActions({
  plugin,
  onRemoved,
}: {
  plugin: PluginView;
  onRemoved?: () => void;
}) {
  const { t } = useTranslation("plugins");
  const act = useAction();
  const [removing, setRemoving] = useState(false);
  const { id, name, enabled, state, paused } = plugin;
  const perform = (action: string) => void act(`plugin.${action}`, { id });
  const broken = state === "quarantined" || state === "failed";
  const remove = async () => {
    if (!(await act("plugin.remove", { id }, t("removed", { name })))) return;
    setRemoving(false);
    onRemoved?.();
  };

  const likeliest = !enabled
    ? { label: t("actions.enable"), icon: <Play size={15} />, action: "enable" }
    : broken
      ? { label: t("actions.restart"), icon: <RotateCw size={15} />, action: "restart" }
      : paused
        ? { label: t("actions.resume"), icon: <CirclePlay size={15} />, action: "resume" }
        : { label: t("actions.pause"), icon: <CirclePause size={15} />, action: "pause" };
  const items: MenuItem[] = [];
  if (enabled && !broken) {
    items.push({
      label: t("actions.restart"),
      icon: <RotateCw size={16} />,
      onSelect: () => perform("restart"),
    });
  }
  if (enabled) {
    items.push({
      label: t("actions.disable"),
      icon: <Square size={16} />,
      onSelect: () => perform("disable"),
    });
  }
  items.push({
    label: t("actions.remove"),
    icon: <Trash2 size={16} />,
    danger: true,
    onSelect: () => setRemoving(true),
  });

  return (
    <div className="flex items-center gap-1">
      <Button
        size="small"
        icon={likeliest.icon}
        aria-label={t("actions.of", { action: likeliest.label, name })}
        onClick={() => perform(likeliest.action)}
      >
        {likeliest.label}
      </Button>
      <Menu
        trigger={
          <IconButton label={t("actions.more", { name })}>
            <Ellipsis size={18} />
          </IconButton>
        }
        items={items}
      />
      {removing && (
        <Dialog
          title={t("remove.title", { name })}
          description={t("remove.text")}
          closeLabel={t("close", { ns: "shell" })}
          onClose={() => setRemoving(false)}
          footer={
            <>
              <Button onClick={() => setRemoving(false)}>{t("cancel", { ns: "shell" })}</Button>
              <Button variant="danger" onClick={() => void remove()}>
                {t("remove.confirm")}
              </Button>
            </>
          }
        />
      )}
    </div>
  );
}
