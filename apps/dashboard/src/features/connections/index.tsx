import { Cable, Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { useView } from "@/client/hooks";
import type { AccountView, LoginView } from "@/client/views";
import { Button } from "@/ui/button";
import { Empty, PageHeader, Section } from "@/ui/card";

import { useAction } from "../use-action";
import { AccountCard } from "./account-card";
import { AddAccount } from "./add-account";
import { ConnectorCard } from "./connector-card";
import { LoginDialog } from "./login-dialog";
import { Services } from "./services/services";
import { SimulatorSwitch } from "./simulator-switch";

/** The services and programs that Pato is connected to, and the accounts it acts with. */
export default function ConnectionsPage() {
  const { t } = useTranslation("connections");
  const connectors = useView("connectors") ?? [];
  const accounts = useView("accounts") ?? [];
  const [adding, setAdding] = useState(false);
  const [login, setLogin] = useState<LoginView>();
  const act = useAction();
  const authorize = async ({ handle }: AccountView) => {
    const begun = await act<LoginView>("account.authorize", { handle });
    if (begun) setLogin(begun.data);
  };
  return (
    <>
      <PageHeader
        title={t("title")}
        description={t("description")}
        actions={
          <Button variant="primary" icon={<Plus size={17} />} onClick={() => setAdding(true)}>
            {t("add")}
          </Button>
        }
      />
      <Section title={t("connectors.title")}>
        {connectors.length === 0 ? (
          <Empty icon={<Cable />} title={t("connectors.none")}>
            <p>{t("connectors.noneHint")}</p>
          </Empty>
        ) : (
          <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
            {connectors.map((connector) => (
              <ConnectorCard key={connector.id} connector={connector} />
            ))}
          </ul>
        )}
      </Section>
      <Section title={t("accounts.title")} description={t("accounts.description")}>
        {accounts.length === 0 ? (
          <p className="text-ink-muted">{t("accounts.none")}</p>
        ) : (
          <ul className="grid gap-3 lg:grid-cols-2">
            {accounts.map((account) => (
              <AccountCard
                key={account.handle}
                account={account}
                onAuthorize={() => void authorize(account)}
              />
            ))}
          </ul>
        )}
      </Section>
      <Section
        title={t("heading", { ns: "services" })}
        description={t("description", { ns: "services" })}
      >
        <Services />
      </Section>
      <Section title={t("simulator.title")}>
        <SimulatorSwitch />
      </Section>
      {adding && (
        <AddAccount
          onClose={() => setAdding(false)}
          onBegun={(begun) => {
            setAdding(false);
            setLogin(begun);
          }}
        />
      )}
      {login && <LoginDialog begun={login} onClose={() => setLogin(undefined)} />}
    </>
  );
}
