import { Smartphone } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { DeviceView } from "@/client/views";
import { State } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { CopyButton } from "@/ui/copy-button";
import { Dialog } from "@/ui/dialog";
import { useFormat, useNow } from "@/ui/format";

import { useAction } from "../use-action";

type Pairing = { code: string; expires_in_seconds: number; addresses: string[] };

/** The phones that may open this page, and the way for another one. */
export function Devices({ devices }: { devices: readonly DeviceView[] }) {
  const { t } = useTranslation("about");
  const act = useAction();
  const [pairing, setPairing] = useState<Pairing & { ends: number }>();
  const open = async () => {
    const opened = await act<Pairing>("device.open", {});
    if (!opened) return;
    setPairing({ ...opened.data, ends: Date.now() + opened.data.expires_in_seconds * 1_000 });
  };
  const close = () => {
    void act("device.close", {});
    setPairing(undefined);
  };
  return (
    <Card>
      <ul className="divide-y divide-line">
        {devices.map((device) => (
          <Device key={device.id} device={device} />
        ))}
      </ul>
      <div className="flex flex-wrap items-center gap-3 border-line p-4 not-first:border-t">
        <p className="min-w-0 flex-1 basis-56 text-sm text-ink-muted">{t("devices.hint")}</p>
        <Button icon={<Smartphone size={16} />} onClick={() => void open()}>
          {t("devices.pair")}
        </Button>
      </div>
      {pairing && (
        <Dialog
          title={t("devices.pairing")}
          description={t("devices.pairingHint")}
          closeLabel={t("close", { ns: "shell" })}
          onClose={close}
          footer={<Button onClick={close}>{t("devices.stop")}</Button>}
        >
          <Code pairing={pairing} />
        </Dialog>
      )}
    </Card>
  );
}

function Code({ pairing }: { pairing: Pairing & { ends: number } }) {
  const { t } = useTranslation("about");
  const format = useFormat();
  const now = useNow();
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-col items-center gap-1 rounded-xl bg-raised px-4 py-5">
        <p className="font-mono text-3xl font-semibold tracking-widest select-all">
          {pairing.code}
        </p>
        <p className="text-sm text-ink-muted tabular-nums">
          {t("devices.left", { time: format.countdown(pairing.ends - now) })}
        </p>
      </div>
      <ul className="flex flex-col gap-2">
        {pairing.addresses.map((address) => (
          <li key={address} className="flex items-center justify-between gap-3">
            <code className="font-mono text-sm wrap-anywhere">{address}</code>
            <CopyButton
              text={address}
              label={t("copy", { ns: "shell" })}
              doneLabel={t("copied", { ns: "shell" })}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Device({ device }: { device: DeviceView }) {
  const { t } = useTranslation("about");
  const act = useAction();
  const format = useFormat();
  const now = useNow(10_000);
  const { id, name, paired_at, last_seen, connected } = device;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 p-4">
      <div className="min-w-0 flex-1 basis-48">
        <h3 className="font-medium wrap-anywhere">{name}</h3>
        <p className="text-sm text-ink-muted">
          {t("devices.paired", { date: format.date(paired_at) })}
          {last_seen !== null && !connected && (
            <> · {t("devices.seen", { when: format.relative(Math.min(last_seen, now), now) })}</>
          )}
        </p>
      </div>
      <span className="text-sm">
        <State tone={connected ? "good" : "neutral"}>
          {t(connected ? "devices.connected" : "devices.away")}
        </State>
      </span>
      <Button
        size="small"
        variant="danger"
        aria-label={t("devices.removeOf", { name })}
        onClick={() => void act("device.remove", { id }, t("devices.removed", { name }))}
      >
        {t("devices.remove")}
      </Button>
    </li>
  );
}
