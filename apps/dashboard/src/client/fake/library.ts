import type { JsonObject } from "../frames";
import type {
  AuditView,
  BackupView,
  IndexView,
  InspectionView,
  ListingView,
  OfferView,
  PluginView,
  QuestionView,
  UpdateView,
} from "../views";
import type { FakeHost } from "./host";
import { plugin, requests } from "./plugins";

const HOUR = 3_600_000;

const LIST = "https://ducks.example/index.json";

const PUBLISHER = {
  key: "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3",
  words: "duck pond river bread feather song",
  known: false,
};

const LISTINGS: ListingView[] = [
  {
    id: "quack",
    name: "Quack",
    description: "Answers every !quack in chat with a sound on stream.",
    author: "Ducks & Co.",
    license: "MIT",
    homepage: "https://ducks.example/quack",
    pictures: [],
    publisher: PUBLISHER,
    versions: [
      {
        version: "1.2.0",
        size: 2_400_000,
        published: "2026-10-02T08:00:00Z",
        changes: "Quacks louder.",
        requests: requests(
          [
            ["subscribe:chat.message", "to hear who quacks"],
            ["call:chat.send", "to quack back", "optional"],
          ],
          false,
        ),
      },
      {
        version: "1.1.0",
        size: 2_300_000,
        published: "2026-08-15T08:00:00Z",
        yanked: "It quacked at night.",
        requests: requests([["subscribe:chat.message", "to hear who quacks"]], false),
      },
    ],
    index: "Duck plugins",
  },
  {
    id: "counter",
    name: "Counter",
    description: "Counts chat messages, chatters and words.",
    author: "Pato",
    license: "MIT OR Apache-2.0",
    pictures: [],
    versions: [{ version: "0.2.0", size: 900_000, changes: "Counts emotes, too.", requests: [] }],
    index: "Duck plugins",
    installed_version: "0.1.0",
  },
  {
    id: "bread",
    name: "Free bread",
    description: "Gives everybody bread.",
    author: "nobody",
    pictures: [],
    versions: [{ version: "0.0.1", size: 700_000, requests: [] }],
    index: "Duck plugins",
    revoked: "It sends the chat elsewhere.",
  },
];

function offered(reference: string): InspectionView {
  const listing = LISTINGS.find(({ id }) => id === reference.split("@")[0]) ?? LISTINGS[0];
  if (!listing) throw new Error("there is nothing to offer");
  const { id, name, description, author, license = null, homepage = null, versions } = listing;
  return {
    id,
    name,
    version: versions[0]?.version ?? "0.1.0",
    description,
    author,
    license,
    homepage,
    hash: id.padEnd(64, "0"),
    publisher: listing.publisher ?? null,
    installed_version: listing.installed_version ?? null,
    requests: versions[0]?.requests ?? [],
    warnings: [],
  };
}

/** Gives the host lists of plugins, offers, updates, and what is written down of them. */
export function addLibrary(host: FakeHost, full: boolean): void {
  const now = Date.now();
  const index: IndexView = {
    url: LIST,
    name: "Duck plugins",
    description: "Plugins for streams about ducks.",
    priority: 0,
    key: PUBLISHER.key,
    plugins: LISTINGS.length,
    fetched_at: now - HOUR,
    problem: null,
  };
  const question: QuestionView = {
    plugin: "commands",
    plugin_name: "Commands",
    permission: "call:chat.send",
    meaning: "writes a chat message",
    danger: null,
    reason: "to answer",
    since: now - 20_000,
  };
  const update: UpdateView = {
    plugin: "counter",
    name: "Counter",
    from: "0.1.0",
    to: "0.2.0",
    changes: "Counts emotes, too.",
    pinned: false,
  };
  const audit: AuditView[] = [
    { what: "denied", plugin: "guard", permission: "call:moderation.ban", times: 3 },
    { what: "granted", plugin: "alerts", permission: "timers", times: 1 },
    { what: "updated", plugin: "counter", detail: "0.0.9 to 0.1.0", times: 1 },
    { what: "installed", plugin: "alerts", detail: "0.1.0", times: 1 },
  ].map((entry, at) => ({ ...entry, id: 4 - at, time: now - at * HOUR }));
  const backup: BackupView = {
    name: "2026-11-20-030000-daily",
    made_at: now - 6 * HOUR,
    bytes: 1 << 20,
  };
  host.show("offers", []);
  host.show("indexes", full ? [index] : []);
  host.show("listings", full ? LISTINGS : []);
  host.show("updates", full ? [update] : []);
  host.show("questions", full ? [question] : []);
  host.show("audit", full ? audit : []);
  host.show("backups", full ? [backup] : []);
  for (const { id } of host.view<PluginView[]>("plugins")) host.show("versions", [], id);
  if (full) {
    const earlier = { version: "0.0.9", hash: "9".repeat(64), replaced_at: now - 3 * HOUR };
    host.show("versions", [earlier], "counter");
  }
  addOffers(host);
  addDecisions(host);
  addCare(host, index);
}

function addOffers(host: FakeHost): void {
  const all = () => host.view<OfferView[]>("offers");
  const begin = (reference: string, changes: Partial<OfferView>): OfferView => {
    const offer: OfferView = {
      id: all().length + 1,
      reference,
      stage: "resolving",
      received: 0,
      total: null,
      inspection: null,
      needs_answer: false,
      plugin: null,
      problem: null,
      ...changes,
    };
    host.show("offers", [offer, ...all()]);
    return offer;
  };
  const change = (id: unknown, changes: Partial<OfferView>) =>
    host.show(
      "offers",
      all().map((offer) => (offer.id === id ? { ...offer, ...changes } : offer)),
    );
  const ask = (reference: string) => {
    const inspection = offered(reference);
    return begin(reference, {
      stage: "asking",
      received: 2_400_000,
      total: 2_400_000,
      inspection,
      needs_answer: true,
    });
  };
  const actions: Record<string, (params: JsonObject) => unknown> = {
    "library.offer": ({ reference }) => ask(String(reference)),
    "plugin.update": ({ id }) => ask(String(id)),
    "library.update-all": () =>
      host.view<UpdateView[]>("updates").map((update) => ask(update.plugin)),
    "library.decline": ({ id }) => change(id, { stage: "declined", needs_answer: false }),
    "library.accept": ({ id, grant }) => {
      const inspection = all().find((offer) => offer.id === id)?.inspection;
      if (!inspection) throw new Error("there is nothing to agree to yet");
      const { requests, ...sheet } = inspection;
      const granted = requests.map((request) => ({
        ...request,
        granted: (grant as string[]).includes(request.permission),
      }));
      const installed = { ...plugin("counter"), commands: [], ...about(sheet), requests: granted };
      const others = host.view<PluginView[]>("plugins").filter((known) => known.id !== sheet.id);
      host.show("versions", [], sheet.id);
      host.show("plugins", [...others, installed]);
      change(id, { stage: "installed", needs_answer: false, plugin: sheet.id });
    },
  };
  for (const [name, action] of Object.entries(actions)) host.actions.set(`host.${name}`, action);
}

function about(sheet: Omit<InspectionView, "requests">): Partial<PluginView> & { id: string } {
  const { id, name, version, description, author, hash, publisher = null } = sheet;
  return { id, name, version, description, author, hash, publisher };
}

function addDecisions(host: FakeHost): void {
  const pin = (id: unknown, pinned: boolean) =>
    host.show(
      "plugins",
      host
        .view<PluginView[]>("plugins")
        .map((known) => (known.id === id ? { ...known, pinned } : known)),
    );
  host.actions.set("host.plugin.pin", ({ id }) => pin(id, true));
  host.actions.set("host.plugin.unpin", ({ id }) => pin(id, false));
  host.actions.set("host.plugin.roll-back", () => undefined);
  host.actions.set("host.plugin.forget-publisher", () => undefined);
  host.actions.set("host.plugin.decide", ({ id, permission }) => {
    const open = host.view<QuestionView[]>("questions");
    const isIt = (one: QuestionView) => one.plugin === id && one.permission === permission;
    host.show(
      "questions",
      open.filter((one) => !isIt(one)),
    );
  });
}

function addCare(host: FakeHost, index: IndexView): void {
  host.actions.set("host.library.add-index", ({ url }) => {
    if (!String(url).startsWith("https://")) throw new Error(`${String(url)} is no https address`);
    const added = { ...index, url: String(url), name: new URL(String(url)).host, key: null };
    host.show("indexes", [...host.view<IndexView[]>("indexes"), added]);
    return added;
  });
  host.actions.set("host.library.remove-index", ({ url }) => {
    const known = host.view<IndexView[]>("indexes");
    host.show(
      "indexes",
      known.filter((one) => one.url !== url),
    );
  });
  host.actions.set("host.library.refresh", () => host.view("indexes"));
  host.actions.set("host.library.export", () => ({
    pato_set_up: 1,
    pato: "0.1.0",
    indexes: [],
    plugins: [],
  }));
  host.actions.set("host.library.import", () => ({ installed: [], missing: [], remarks: [] }));
  host.actions.set("host.audit.search", ({ plugin: of, text }) =>
    host.view<AuditView[]>("audit").filter((entry) => {
      const whole = Object.values(entry).join(" ").toLowerCase();
      return (
        (of === undefined || entry.plugin === of) && whole.includes(String(text).toLowerCase())
      );
    }),
  );
  host.actions.set("host.backup.make", () => {
    const name = `by-hand-${host.view<BackupView[]>("backups").length}`;
    const backup: BackupView = { name, made_at: Date.now(), bytes: 1 << 20 };
    host.show("backups", [backup, ...host.view<BackupView[]>("backups")]);
    return { backup };
  });
}
