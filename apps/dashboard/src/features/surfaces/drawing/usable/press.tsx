import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Json } from "@/client/frames";
import type { Tone } from "@/client/nodes";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Quote } from "@/ui/quote";
import { useToast } from "@/ui/toast";

import { NamedIcon } from "../shown/icon";
import type { KindProps } from "../surface";
import { useSurface } from "../surface";
import { mark } from "./use-field";

/** Tells the plugin of a press, and the person if it was refused. */
export function usePress(node: string): (what: Json) => void {
  const { act, pluginName } = useSurface();
  const { t } = useTranslation("surfaces");
  const announce = useToast();
  return (pressed) => {
    act(node, { pressed }).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      announce({ tone: "danger", text: t("refused", { plugin: pluginName, reason }) });
    });
  };
}

const VARIANTS: Partial<Record<Tone, "primary" | "ghost" | "danger">> = {
  accent: "primary",
  danger: "danger",
  muted: "ghost",
};

/** It may be pressed again before the answer is there: a counter counts every press. */
export function PressButton({ branch }: KindProps<"button">) {
  const { label, tone, icon, confirm } = branch.node.kind;
  const [asking, setAsking] = useState(false);
  const id = branch.node.id ?? "";
  const press = usePress(id);
  const variant = VARIANTS[tone];
  return (
    <>
      <Button
        className={`drawn-button drawn-button-${tone}`}
        icon={icon && <NamedIcon name={icon} />}
        disabled={id === ""}
        onClick={() => (confirm ? setAsking(true) : press(null))}
        {...(variant && { variant })}
        {...mark({ branch })}
      >
        {label}
      </Button>
      {asking && (
        <Confirmation
          text={confirm}
          action={label}
          onAnswer={(yes) => {
            setAsking(false);
            if (yes) press(null);
          }}
        />
      )}
    </>
  );
}

/** The host asks, and says whose words it repeats. */
function Confirmation(props: { text: string; action: string; onAnswer: (yes: boolean) => void }) {
  const { text, action, onAnswer } = props;
  const { t } = useTranslation("surfaces");
  const { pluginName } = useSurface();
  return (
    <Dialog
      title={t("confirm.title")}
      description={t("confirm.description", { plugin: pluginName })}
      closeLabel={t("confirm.cancel")}
      onClose={() => onAnswer(false)}
      footer={
        <>
          <Button onClick={() => onAnswer(false)}>{t("confirm.cancel")}</Button>
          <Button variant="primary" onClick={() => onAnswer(true)}>
            {t("confirm.proceed")}
          </Button>
        </>
      }
    >
      <Quote author={`${pluginName} · ${action}`}>{text}</Quote>
    </Dialog>
  );
}
