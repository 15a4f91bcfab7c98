import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { InspectionView, OfferView, RequestView } from "@/client/views";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/notice";
import { Quote } from "@/ui/quote";

import { useConsent } from "../permissions/consent";
import { PermissionList } from "../permissions/permission-list";
import { OfferProgress } from "./offer-progress";
import { OutwardLink } from "./outward-link";
import { Publisher } from "./publisher";
import { askedBy } from "./question";

/** Who made a plugin, what it asks for and why: one question, which may be answered while it is on its way. */
export function ConsentDialog(props: {
  offer: OfferView;
  inspection: InspectionView;
  onAccept: (grant: string[]) => Promise<void>;
  onDecline: () => void;
  /** Not now: it goes on waiting. */
  onClose: () => void;
}) {
  const { t } = useTranslation("library");
  const { offer, inspection, onAccept, onDecline, onClose } = props;
  const { name, version, author, description, hash, installed_version, warnings } = inspection;
  const asked = askedBy(inspection);
  const consent = useConsent(asked);
  const [busy, setBusy] = useState(false);
  const needed = asked.filter(({ optional }) => !optional);
  const optional = asked.filter((request) => request.optional);
  const onlyNew = asked.length < inspection.requests.length;
  const accept = async () => {
    setBusy(true);
    await onAccept(consent.granted);
    setBusy(false);
  };
  return (
    <Dialog
      wide
      title={t(installed_version ? "consent.updateTitle" : "consent.title", { name })}
      description={t("consent.description", { author, version })}
      closeLabel={t("consent.later")}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onDecline}>{t("consent.decline")}</Button>
          <Button variant="primary" busy={busy} onClick={() => void accept()}>
            {t(installed_version ? "consent.update" : "consent.install")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {offer.stage === "fetching" && <OfferProgress offer={offer} />}
        {description && (
          <Quote author={t("permission.reasonOf", { ns: "shell", plugin: name })}>
            {description}
          </Quote>
        )}
        <Publisher publisher={inspection.publisher} claimed={offer.stage === "fetching"} />
        {installed_version && (
          <Notice tone="info">{t("consent.replaces", { version: installed_version })}</Notice>
        )}
        {warnings.map((warning) => (
          <Notice key={warning} tone="warning">
            {warning}
          </Notice>
        ))}
        <Asked
          title={t(onlyNew ? "consent.wantsNew" : "consent.wants")}
          plugin={name}
          requests={needed}
          consent={consent}
        />
        {optional.length > 0 && (
          <Asked
            title={t("consent.optional")}
            plugin={name}
            requests={optional}
            consent={consent}
          />
        )}
        {consent.missing.length > 0 && (
          <Notice tone="warning">
            {t("install.missing", { ns: "plugins", count: consent.missing.length })}
          </Notice>
        )}
        <dl className="text-sm text-ink-muted">
          {inspection.license && (
            <div>
              <dt className="inline">{t("facts.license")}: </dt>
              <dd className="inline wrap-anywhere">{inspection.license}</dd>
            </div>
          )}
          {inspection.homepage && (
            <div>
              <dt className="inline">{t("facts.homepage")}: </dt>
              <dd className="inline">
                <OutwardLink address={inspection.homepage} />
              </dd>
            </div>
          )}
          <div>
            <dt className="inline">{t("facts.from")}: </dt>
            <dd className="inline wrap-anywhere">{offer.reference}</dd>
          </div>
          {hash && (
            <div>
              <dt className="inline">SHA-256: </dt>
              <dd className="inline font-mono text-xs wrap-anywhere">{hash}</dd>
            </div>
          )}
        </dl>
      </div>
    </Dialog>
  );
}

function Asked(props: {
  title: string;
  plugin: string;
  requests: RequestView[];
  consent: ReturnType<typeof useConsent>;
}) {
  const { title, plugin, requests, consent } = props;
  return (
    <div>
      <h3 className="font-semibold">{title}</h3>
      <PermissionList plugin={plugin} requests={requests} {...consent} />
    </div>
  );
}
