import { Ellipsis, KeyRound, LogIn, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { AccountView } from "@/client/views";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { Card } from "@/ui/card";
import { Dialog } from "@/ui/dialog";
import { Menu } from "@/ui/menu";
import { Notice } from "@/ui/notice";

import { useAction } from "../use-action";
import { SERVICE_NAMES } from "./names";

export function AccountCard(props: { account: AccountView; onAuthorize: () => void }) {
  const { t } = useTranslation("connections");
  const { account, onAuthorize } = props;
  const { handle, service, role, login, name, remembered, unlocked, missing_scopes } = account;
  const act = useAction();
  const [removing, setRemoving] = useState(false);
  const remove = async () => {
    if (await act("account.remove", { handle }, t("accounts.removed", { name })))
      setRemoving(false);
  };
  return (
    <li>
      <Card className="flex h-full flex-col gap-3 p-4">
        <div className="flex items-start gap-3">
          <div className="min-w-0 flex-1">
            <h3 className="font-semibold wrap-anywhere">{name || login || handle}</h3>
            <p className="text-sm wrap-anywhere text-ink-muted">
              {SERVICE_NAMES[service]} · {login} · <code className="font-mono">{handle}</code>
            </p>
          </div>
          <Menu
            trigger={
              <IconButton label={t("accounts.menu", { name: handle })}>
                <Ellipsis size={18} />
              </IconButton>
            }
            items={[
              { label: t("accounts.authorize"), icon: <LogIn size={16} />, onSelect: onAuthorize },
              {
                label: t(remembered ? "accounts.forget" : "accounts.remember"),
                icon: <KeyRound size={16} />,
                onSelect: () => void act("account.remember", { handle, remembered: !remembered }),
              },
              {
                label: t("accounts.remove"),
                icon: <Trash2 size={16} />,
                danger: true,
                onSelect: () => setRemoving(true),
              },
            ]}
          />
        </div>
        <div className="flex flex-wrap gap-1.5">
          <Badge tone={role === "bot" ? "accent" : "neutral"}>{t(`accounts.role.${role}`)}</Badge>
          <Badge>{t(remembered ? "accounts.remembered" : "accounts.unremembered")}</Badge>
        </div>
        {!unlocked && (
          <Notice
            tone="danger"
            actions={
              <Button size="small" onClick={onAuthorize}>
                {t("accounts.authorize")}
              </Button>
            }
          >
            {t("accounts.locked")}
          </Notice>
        )}
        {unlocked && missing_scopes.length > 0 && (
          <Notice
            tone="warning"
            actions={
              <Button size="small" onClick={onAuthorize}>
                {t("accounts.authorize")}
              </Button>
            }
          >
            <p>{t("accounts.missing")}</p>
            <p className="font-mono text-xs text-ink-muted">{missing_scopes.join(", ")}</p>
          </Notice>
        )}
      </Card>
      {removing && (
        <Dialog
          title={t("accounts.removeTitle", { name })}
          description={t("accounts.removeText", { service: SERVICE_NAMES[service] })}
          closeLabel={t("close", { ns: "shell" })}
          onClose={() => setRemoving(false)}
          footer={
            <>
              <Button onClick={() => setRemoving(false)}>{t("cancel", { ns: "shell" })}</Button>
              <Button variant="danger" onClick={() => void remove()}>
                {t("accounts.remove")}
              </Button>
            </>
          }
        />
      )}
    </li>
  );
}
