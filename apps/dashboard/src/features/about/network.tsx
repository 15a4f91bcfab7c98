import { Smartphone, Trash2 } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";

import { useView } from "@/client/hooks";
import type { DeviceView, NetworkView } from "@/client/views";
import { Button } from "@/ui/button";
import { Card } from "@/ui/card";
import { SwitchField } from "@/ui/field";
import { useFormat, useNow } from "@/ui/format";
import { Notice } from "@/ui/notice";

import { useAction } from "../use-action";

const QrCode = lazy(async () => ({ default: (await import("./qr-code")).QrCode }));

/** Whether phones can reach Pato, how one is paired, and which are. */
export function Network() {
  const { t } = useTranslation("about");
  const act = useAction();
  const network = useView("network");
  if (!network) return null;
  return (
    <Card className="flex flex-col gap-5 p-4">
      <SwitchField
        label={t("network.open")}
        description={t("network.openHint")}
        checked={network.open}
        onChange={(open) => void act(open ? "network.open" : "network.close", {})}
      />
      {network.problem && <Notice tone="danger">{network.problem}</Notice>}
      {network.open && network.addresses.length > 0 && <Pairing network={network} />}
      <Devices devices={network.devices} />
    </Card>
  );
}

function Pairing({ network: { addresses, code } }: { network: NetworkView }) {
  const { t } = useTranslation("about");
  const act = useAction();
  const format = useFormat();
  const first = addresses[0] ?? "";
  // One who scans it need not type.
  const scanned = code ? `${first}/?code=${code.code}` : first;
  return (
    <div className="flex flex-wrap gap-x-6 gap-y-4">
      <Suspense>
        <QrCode text={scanned} label={t("network.qr", { address: first })} />
      </Suspense>
      <div className="flex min-w-0 flex-1 basis-60 flex-col items-start gap-3">
        <div>
          <p>{t("network.addresses")}</p>
          <ul aria-label={t("network.address")}>
            {addresses.map((address) => (
              <li key={address}>
                <code className="font-mono text-sm wrap-anywhere">{address}</code>
              </li>
            ))}
          </ul>
        </div>
        {code ? (
          <p>
            <span className="text-ink-muted">{t("network.code")}: </span>
            <code className="font-mono text-2xl font-semibold tracking-widest">{code.code}</code>
            <br />
            <span className="text-sm text-ink-muted tabular-nums">
              {t("network.codeLeft", { time: format.countdown(code.seconds * 1_000) })}
            </span>
          </p>
        ) : (
          <p className="text-ink-muted">{t("network.pairHint")}</p>
        )}
        <Button icon={<Smartphone size={16} />} onClick={() => void act("network.code", {})}>
          {t(code ? "network.makeAgain" : "network.make")}
        </Button>
      </div>
    </div>
  );
}

function Devices({ devices }: { devices: DeviceView[] }) {
  const { t } = useTranslation("about");
  const act = useAction();
  const format = useFormat();
  const now = useNow(10_000);
  return (
    <div>
      <h3 className="font-medium">{t("network.devices")}</h3>
      {devices.length === 0 ? (
        <p className="text-ink-muted">{t("network.none")}</p>
      ) : (
        <ul className="divide-y divide-line">
          {devices.map(({ id, name, used_at }) => (
            <li key={id} className="flex flex-wrap items-center gap-3 py-2">
              <span className="min-w-0 flex-1 basis-40 wrap-anywhere">
                {name}{" "}
                <span className="text-sm text-ink-muted">
                  {t("network.used", { time: format.relative(Math.min(used_at, now), now) })}
                </span>
              </span>
              <Button
                size="small"
                variant="danger"
                icon={<Trash2 size={15} />}
                aria-label={t("network.removeOf", { name })}
                onClick={() =>
                  void act("network.remove-device", { id }, t("network.removed", { name }))
                }
              >
                {t("network.remove")}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
