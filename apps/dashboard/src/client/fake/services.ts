import type { JsonObject } from "../frames";
import type { AccountView, ConnectorView, LoginView, Service, ServicesView } from "../views";
import type { FakeHost } from "./host";

const NAMES: Record<Service, string> = {
  twitch: "Twitch",
  discord: "Discord",
  kick: "Kick",
  vtube: "VTube Studio",
};

export function connector(id: string, changes: Partial<ConnectorView> = {}): ConnectorView {
  return {
    id,
    state: "connected",
    reason: null,
    last_heard: Date.now() - 2_000,
    next_try: null,
    actions: [],
    ...changes,
  };
}

export function account(handle: string, changes: Partial<AccountView> = {}): AccountView {
  return {
    handle,
    service: "twitch",
    role: "main",
    login: "pato",
    name: "Pato",
    scopes: ["user:read:chat", "user:write:chat"],
    missing_scopes: [],
    remembered: true,
    unlocked: true,
    ...changes,
  };
}

/** Gives the host what can be set up, and lets it be set up. */
function addSetUp(host: FakeHost, services: ServicesView): void {
  const now = () => host.view<ServicesView>("services");
  const others = (name: unknown) => now().obs.filter((obs) => obs.name !== name);
  host.show("services", services);
  host.actions.set("host.service.set-up", ({ service, values }) => {
    const section = now()[service as Service];
    host.show("services", {
      ...now(),
      [service as Service]: { ...section, ...(values as JsonObject) },
    });
  });
  host.actions.set("host.obs.set-up", ({ obs, password }) => {
    const { name, url } = obs as { name: string; url: string };
    if (!url.startsWith("ws://")) {
      throw new Error(`obs.url = \`${url}\`: use ws://HOST:PORT, such as ws://127.0.0.1:4455`);
    }
    const before = now().obs.find((known) => known.name === name);
    const has_password = password !== undefined || before?.has_password === true;
    host.show("services", { ...now(), obs: [...others(name), { name, url, has_password }] });
  });
  host.actions.set("host.obs.remove", ({ name }) =>
    host.show("services", { ...now(), obs: others(name) }),
  );
}

/** Gives the host connectors and accounts, and all that one can do to them. */
export function addServices(
  host: FakeHost,
  connectors: ConnectorView[],
  accounts: AccountView[],
): void {
  let logins = 0;
  host.show("connectors", connectors);
  host.show("simulator", null);
  addSetUp(host, {
    twitch: { channel: null, client_id: null },
    discord: { guild: null, channels: [], message_content: true, members: false },
    kick: { channel: null, client_id: null, unofficial: false },
    vtube: { url: null },
    obs: connectors
      .filter(({ id }) => id === "obs")
      .map(({ id }) => ({ name: id, url: "ws://127.0.0.1:4455/", has_password: true })),
  });
  host.show("accounts", accounts);
  const known = () => host.view<ConnectorView[]>("connectors");
  const put = (added: ConnectorView) =>
    host.show("connectors", [...known().filter(({ id }) => id !== added.id), added]);
  const changeAccount = (handle: unknown, changes: Partial<AccountView>) =>
    host.show(
      "accounts",
      host
        .view<AccountView[]>("accounts")
        .map((entry) => (entry.handle === handle ? { ...entry, ...changes } : entry)),
    );

  host.actions.set("host.connector.retry", ({ id }) => {
    put(connector(String(id), { state: "connecting" }));
    setTimeout(() => put(connector(String(id))), 1_200);
  });
  host.actions.set("host.simulator.set", ({ rate }) => {
    host.show("simulator", rate);
    if (rate !== null) put(connector("simulator"));
    else
      host.show(
        "connectors",
        known().filter(({ id }) => id !== "simulator"),
      );
  });

  const begin = (service: Service, handle: string, withSecret: boolean): LoginView => {
    logins += 1;
    const id = logins;
    const login: LoginView = { id, account: handle, service, state: "waiting" };
    if (service === "twitch" && !withSecret) {
      login.url = "https://www.twitch.tv/activate?device-code=ABCDEFGH";
      login.code = "ABCDEFGH";
      login.expires_in_seconds = 1_800;
    }
    if (service === "kick") login.url = "https://id.kick.com/oauth/authorize?client_id=01J";
    if (service === "vtube") login.confirm = "Allow the plugin `Pato` in VTube Studio.";
    host.show("login", login, String(id));
    if (withSecret) setTimeout(() => finish(login), 800);
    return login;
  };
  const finish = (login: LoginView) => {
    const others = host
      .view<AccountView[]>("accounts")
      .filter(({ handle }) => handle !== login.account);
    const name = NAMES[login.service];
    host.show("accounts", [...others, account(login.account, { service: login.service, name })]);
    put(connector(login.service));
    host.show("login", { ...login, state: "done" }, String(login.id));
  };
  host.actions.set("host.account.begin", ({ service, handle, secrets }) =>
    begin(
      service as Service,
      typeof handle === "string" ? handle : String(service),
      Object.keys(secrets ?? {}).length > 0,
    ),
  );
  host.actions.set("host.account.authorize", ({ handle }) =>
    begin("twitch", String(handle), false),
  );
  host.actions.set("host.account.cancel", ({ id }) => {
    const login = host.view<LoginView>("login", String(id));
    host.show("login", { ...login, state: "failed", reason: "it was cancelled" }, String(id));
  });
  host.actions.set("host.account.remember", ({ handle, remembered }) =>
    changeAccount(handle, { remembered: remembered === true }),
  );
  host.actions.set("host.account.remove", ({ handle }) =>
    host.show(
      "accounts",
      host.view<AccountView[]>("accounts").filter((entry) => entry.handle !== handle),
    ),
  );
}
