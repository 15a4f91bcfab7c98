import { Plus, Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useView } from "@/client/hooks";
import type { ObsView, Service, ServicesView } from "@/client/views";
import { Button, IconButton } from "@/ui/button";
import { Card } from "@/ui/card";
import { Dialog } from "@/ui/dialog";

import { useAction } from "../../use-action";
import { SERVICE_NAMES } from "../names";
import { FORMS } from "./forms";
import { ObsDialog } from "./obs-dialog";
import { ServiceDialog } from "./service-dialog";

type Open = { service: Service } | { obs: ObsView | undefined };

/** What can be set up, and how it is. */
export function Services() {
  const { t } = useTranslation("services");
  const services = useView("services");
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  if (!services) return null;
  return (
    <>
      <Card>
        <ul className="divide-y divide-line">
          {(Object.keys(FORMS) as Service[]).map((service) => (
            <Row
              key={service}
              name={SERVICE_NAMES[service]}
              summary={<Summary {...{ service, services }} />}
            >
              <SetUp name={SERVICE_NAMES[service]} onClick={() => setOpen({ service })} />
            </Row>
          ))}
          {services.obs.map((obs) => (
            <Row
              key={obs.name}
              name={`OBS (${obs.name})`}
              summary={`${obs.url} · ${t(obs.has_password ? "obs.withPassword" : "obs.withoutPassword")}`}
            >
              <SetUp name={`OBS (${obs.name})`} onClick={() => setOpen({ obs })} />
              <RemoveObs name={obs.name} />
            </Row>
          ))}
          <Row name="OBS" summary={services.obs.length === 0 ? t("obs.none") : t("obs.more")}>
            <Button
              size="small"
              icon={<Plus size={15} />}
              onClick={() => setOpen({ obs: undefined })}
            >
              {t("obs.add")}
            </Button>
          </Row>
        </ul>
      </Card>
      {open && "service" in open && <ServiceDialog service={open.service} onClose={close} />}
      {open && "obs" in open && (
        <ObsDialog obs={open.obs} taken={services.obs.map(({ name }) => name)} onClose={close} />
      )}
    </>
  );
}

function Row(props: { name: string; summary: ReactNode; children: ReactNode }) {
  const { name, summary, children } = props;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
      <div className="min-w-0 flex-1 basis-48">
        <h3 className="font-medium wrap-anywhere">{name}</h3>
        <p className="text-sm wrap-anywhere text-ink-muted">{summary}</p>
      </div>
      <div className="flex items-center gap-1">{children}</div>
    </li>
  );
}

function SetUp({ name, onClick }: { name: string; onClick: () => void }) {
  const { t } = useTranslation("services");
  return (
    <Button size="small" aria-label={t("setUpOf", { name })} onClick={onClick}>
      {t("setUp")}
    </Button>
  );
}

/** How a service is set up, in a line. */
function Summary({ service, services }: { service: Service; services: ServicesView }) {
  const { t } = useTranslation("services");
  const { twitch, discord, kick, vtube } = services;
  const parts: Record<Service, (string | null | undefined | false)[]> = {
    twitch: [
      twitch.channel && t("summary.channel", { name: twitch.channel }),
      twitch.client_id && t("summary.application"),
    ],
    discord: [
      discord.guild && t("summary.guild", { id: discord.guild }),
      discord.channels.length > 0 && t("summary.channels", { count: discord.channels.length }),
    ],
    kick: [
      kick.channel && t("summary.channel", { name: kick.channel }),
      kick.client_id && t("summary.application"),
      kick.unofficial && t("summary.unofficial"),
    ],
    vtube: [vtube.url ?? t("summary.lookedFor")],
  };
  return parts[service].filter(Boolean).join(" · ") || t("summary.nothing");
}

function RemoveObs({ name }: { name: string }) {
  const { t } = useTranslation("services");
  const act = useAction();
  const [asking, setAsking] = useState(false);
  const remove = async () => {
    if (await act("obs.remove", { name })) setAsking(false);
  };
  return (
    <>
      <IconButton label={t("obs.removeOf", { name })} onClick={() => setAsking(true)}>
        <Trash2 size={16} />
      </IconButton>
      {asking && (
        <Dialog
          title={t("obs.removeTitle", { name })}
          description={t("obs.removeText")}
          closeLabel={t("close", { ns: "shell" })}
          onClose={() => setAsking(false)}
          footer={
            <>
              <Button onClick={() => setAsking(false)}>{t("cancel", { ns: "shell" })}</Button>
              <Button variant="danger" onClick={() => void remove()}>
                {t("obs.remove")}
              </Button>
            </>
          }
        />
      )}
    </>
  );
}
