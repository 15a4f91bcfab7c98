import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { ListedVersionView, ListingView } from "@/client/views";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { useFormat } from "@/ui/format";
import { Notice } from "@/ui/notice";
import { Quote } from "@/ui/quote";

import { PermissionRow } from "../permissions/permission-list";
import { OutwardLink } from "./outward-link";
import { PictureOf } from "./picture";
import { Publisher } from "./publisher";
import type { Offers } from "./use-offers";

/** All that a list says of a plugin. */
export function ListingDialog(props: {
  listing: ListingView;
  offers: Offers;
  onClose: () => void;
}) {
  const { t } = useTranslation("library");
  const { listing, offers, onClose } = props;
  const { id, name, author, description, pictures, publisher, versions, revoked } = listing;
  const newest = versions.find(({ yanked }) => yanked == null) ?? versions[0];
  const install = (reference: string) => {
    onClose();
    void offers.begin("library.offer", { reference });
  };
  return (
    <Dialog
      wide
      title={name}
      description={t("listing.by", { author })}
      closeLabel={t("close", { ns: "shell" })}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{t("close", { ns: "shell" })}</Button>
          {revoked == null && newest && (
            <Button variant="primary" onClick={() => install(id)}>
              {t("listing.installNewest", { version: newest.version })}
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {revoked != null && (
          <Notice tone="danger">
            <p className="font-medium">{t("listing.revokedText")}</p>
            <Quote author={t("listing.listSays", { index: listing.index })}>{revoked}</Quote>
          </Notice>
        )}
        <Quote author={t("permission.reasonOf", { ns: "shell", plugin: name })}>
          {description}
        </Quote>
        {pictures.length > 0 && (
          <div className="grid gap-3 sm:grid-cols-2">
            {pictures.map((address) => (
              <PictureOf key={address} listing={listing} address={address} />
            ))}
          </div>
        )}
        <Publisher publisher={publisher} claimed />
        <Facts listing={listing} />
        {newest && (
          <Part title={t("listing.asks")}>
            {newest.requests.length === 0 ? (
              <p className="text-ink-muted">{t("permission.none", { ns: "shell" })}</p>
            ) : (
              <ul className="divide-y divide-line">
                {newest.requests.map((request) => (
                  <PermissionRow key={request.permission} plugin={name} request={request}>
                    {() => null}
                  </PermissionRow>
                ))}
              </ul>
            )}
          </Part>
        )}
        <Part title={t("listing.versions")}>
          <ul className="divide-y divide-line">
            {versions.map((version) => (
              <Version
                key={version.version}
                listing={listing}
                version={version}
                onInstall={() => install(`${id}@${version.version}`)}
              />
            ))}
          </ul>
        </Part>
      </div>
    </Dialog>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h3 className="mb-1 font-semibold">{title}</h3>
      {children}
    </div>
  );
}

function Facts({ listing }: { listing: ListingView }) {
  const { t } = useTranslation("library");
  const { id, license, homepage, index, installed_version } = listing;
  const facts: [string, ReactNode][] = [
    [t("facts.id"), <code className="font-mono text-sm">{id}</code>],
    [t("facts.license"), license ?? t("facts.noLicense")],
    ...(homepage
      ? [[t("facts.homepage"), <OutwardLink address={homepage} />] as [string, ReactNode]]
      : []),
    [t("facts.list"), index],
    ...(installed_version ? [[t("facts.installed"), installed_version] as [string, string]] : []),
  ];
  return (
    <dl className="grid gap-x-6 gap-y-1 sm:grid-cols-[max-content_1fr]">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-ink-muted">{name}</dt>
          <dd className="wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Version(props: {
  listing: ListingView;
  version: ListedVersionView;
  onInstall: () => void;
}) {
  const { t } = useTranslation("library");
  const format = useFormat();
  const { listing, version, onInstall } = props;
  const { size, published, changes, yanked } = version;
  const time = published ? Date.parse(published) : NaN;
  const about = [
    format.bytes(size),
    ...(Number.isNaN(time) ? [] : [t("listing.published", { time: format.date(time) })]),
  ];
  return (
    <li className="flex flex-col gap-2 py-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="min-w-0 flex-1 basis-40">
          <span className="font-medium">{version.version}</span>{" "}
          <span className="text-sm text-ink-muted">{about.join(" · ")}</span>
        </p>
        {yanked != null && <Badge tone="warning">{t("listing.yanked")}</Badge>}
        {listing.revoked == null && version.version !== listing.installed_version && (
          <Button
            size="small"
            aria-label={t("listing.installVersion", { version: version.version })}
            onClick={onInstall}
          >
            {t("listing.install")}
          </Button>
        )}
      </div>
      {(yanked ?? changes) && (
        <Quote author={t("updates.changes", { name: listing.name })}>{yanked ?? changes}</Quote>
      )}
    </li>
  );
}
