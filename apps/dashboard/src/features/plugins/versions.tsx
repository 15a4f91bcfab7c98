import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { useView } from "@/client/hooks";
import type { PluginView, VersionView } from "@/client/views";
import { Button } from "@/ui/button";
import { Card, Section } from "@/ui/card";
import { Dialog } from "@/ui/dialog";
import { SwitchField } from "@/ui/field";
import { useFormat } from "@/ui/format";
import { Quote } from "@/ui/quote";

import { AuditLog } from "../audit/audit-log";
import { OfferList } from "../library/offer-list";
import { OutwardLink } from "../library/outward-link";
import { Publisher } from "../library/publisher";
import { isOver } from "../library/question";
import { UpdateButton } from "../library/updates";
import { useOffers } from "../library/use-offers";
import { useAction } from "../use-action";

/** Which version runs and who vouches for it, newer and earlier ones, and what was decided about it. */
export function Versions({ plugin }: { plugin: PluginView }) {
  const { t } = useTranslation("library");
  return (
    <>
      <Section title={t("versions.current")}>
        <Current plugin={plugin} />
      </Section>
      <Section title={t("versions.earlier")} description={t("versions.earlierHint")}>
        <Earlier plugin={plugin} />
      </Section>
      <Section title={t("title", { ns: "audit" })}>
        <AuditLog plugin={plugin.id} />
      </Section>
    </>
  );
}

function Current({ plugin }: { plugin: PluginView }) {
  const { t } = useTranslation("library");
  const act = useAction();
  const offers = useOffers();
  const update = useView("updates")?.find((known) => known.plugin === plugin.id);
  const { id, name, version, source, publisher, pinned } = plugin;
  const underWay = offers.offers.filter(
    (offer) => offer.inspection?.id === id || offer.plugin === id || offer.reference === source,
  );
  return (
    <Card className="flex flex-col gap-4 p-4">
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 basis-48">
          <span className="font-medium">{version}</span>
          {update && (
            <span className="text-ink-muted">
              {" · "}
              {t("versions.newer", { version: update.to })}
            </span>
          )}
        </p>
        {!pinned && (update ?? source) && <UpdateButton plugin={id} name={name} offers={offers} />}
      </div>
      {update?.changes && <Quote author={t("updates.changes", { name })}>{update.changes}</Quote>}
      <OfferList
        offers={{ ...offers, offers: underWay.filter((offer, at) => at === 0 || !isOver(offer)) }}
      />
      <SwitchField
        label={t("versions.pin")}
        description={t("versions.pinHint")}
        checked={pinned}
        onChange={(on) => void act(on ? "plugin.pin" : "plugin.unpin", { id })}
      />
      {source && (
        <p>
          <span className="text-ink-muted">{t("facts.from")}: </span>
          <OutwardLink address={source} />
        </p>
      )}
      {/* What comes with Pato has no source, and needs nobody else to vouch for it. */}
      {(publisher ?? source) && <Publisher publisher={publisher} />}
      {publisher && <ForgetPublisher plugin={plugin} />}
      {offers.dialog}
    </Card>
  );
}

function Earlier({ plugin }: { plugin: PluginView }) {
  const { t } = useTranslation("library");
  const format = useFormat();
  const versions = useView("versions", plugin.id);
  if (!versions) return null;
  if (versions.length === 0) return <p className="text-ink-muted">{t("versions.none")}</p>;
  return (
    <Card>
      <ul aria-label={t("versions.earlier")} className="divide-y divide-line">
        {versions.map((earlier) => (
          <li key={earlier.hash} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
            <div className="min-w-0 flex-1 basis-48">
              <p>
                <span className="font-medium">{earlier.version}</span>{" "}
                <span className="text-sm text-ink-muted">
                  {t("versions.until", { time: format.date(earlier.replaced_at) })}
                </span>
              </p>
              {earlier.reason && (
                <p className="text-sm wrap-anywhere text-danger">{earlier.reason}</p>
              )}
            </div>
            <GoBack plugin={plugin} earlier={earlier} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function GoBack({ plugin, earlier }: { plugin: PluginView; earlier: VersionView }) {
  const { t } = useTranslation("library");
  const act = useAction();
  const { id, name } = plugin;
  const { version, hash } = earlier;
  return (
    <Confirmed
      action={t("versions.back")}
      label={t("versions.backOf", { version })}
      title={t("versions.backTitle", { name, version })}
      text={t("versions.backText", { version: plugin.version })}
      onConfirm={() =>
        void act(
          "plugin.roll-back",
          { id, version: hash },
          t("versions.backDone", { name, version }),
        )
      }
    />
  );
}

function ForgetPublisher({ plugin: { id, name } }: { plugin: PluginView }) {
  const { t } = useTranslation("library");
  const act = useAction();
  return (
    <div>
      <Confirmed
        action={t("publisher.forget")}
        label={t("publisher.forget")}
        title={t("publisher.forgetTitle", { name })}
        text={t("publisher.forgetText")}
        onConfirm={() => void act("plugin.forget-publisher", { id }, t("publisher.forgotten"))}
      />
    </div>
  );
}

/** A button that asks before it does what it says. */
function Confirmed(props: {
  action: string;
  label: string;
  title: string;
  text: ReactNode;
  onConfirm: () => void;
}) {
  const { t } = useTranslation();
  const { action, label, title, text, onConfirm } = props;
  const [asking, setAsking] = useState(false);
  const close = () => setAsking(false);
  return (
    <>
      <Button size="small" aria-label={label} onClick={() => setAsking(true)}>
        {action}
      </Button>
      {asking && (
        <Dialog
          title={title}
          description={text}
          closeLabel={t("close")}
          onClose={close}
          footer={
            <>
              <Button onClick={close}>{t("cancel")}</Button>
              <Button
                variant="danger"
                onClick={() => {
                  close();
                  onConfirm();
                }}
              >
                {action}
              </Button>
            </>
          }
        />
      )}
    </>
  );
}
