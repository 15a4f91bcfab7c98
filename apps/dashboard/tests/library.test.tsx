import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";

import type {
  AuditView,
  InspectionView,
  ListingView,
  OfferView,
  PluginView,
  QuestionView,
  UpdateView,
} from "@/client/views";
import { takenBack } from "@/features/plugins/trial-notice";
import { readSetUp } from "@/features/about/set-up-file";

import { happen, open } from "./render";

const HOSTILE = '<img src=x onerror="alert(1)"><button>Pato: type your password</button>';

const request = (permission: string, more: object = {}) => ({
  permission,
  meaning: `does ${permission}`,
  danger: null,
  reason: null,
  optional: false,
  granted: false,
  ...more,
});

const INSPECTION: InspectionView = {
  id: "quack",
  name: "Quack",
  version: "1.3.0",
  description: "Quacks.",
  author: "Ducks",
  hash: "",
  publisher: { key: "RWQduck", words: "duck pond river", known: false },
  installed_version: null,
  requests: [request("timers"), request("call:chat.send", { optional: true })],
  warnings: [],
};

const OFFER: OfferView = {
  id: 7,
  reference: "https://ducks.example/quack.wasm",
  stage: "fetching",
  received: 1_048_576,
  total: 4_194_304,
  inspection: INSPECTION,
  needs_answer: false,
};

describe("installing by an address", () => {
  it("is one question, with who made it and what it asks for, and installs what was agreed to", async () => {
    const { user, calls } = await open("/library");
    const field = await screen.findByRole("textbox", { name: "Address or name" });
    await user.type(field, " https://ducks.example/quack.wasm ");
    await user.click(screen.getByRole("button", { name: "Fetch and look at it" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Install Quack?" }));
    expect(dialog.getByText("duck pond river bread feather song")).toBeVisible();
    expect(dialog.getByText("to hear who quacks")).toBeVisible();
    expect(dialog.getByRole("heading", { name: "What it can do without" })).toBeVisible();
    await user.click(dialog.getByRole("switch", { name: "Writes a chat message" }));
    await user.click(dialog.getByRole("button", { name: /Install with what/ }));
    expect(await screen.findByRole("link", { name: "To the plugin" })).toBeVisible();
    expect(calls).toEqual([
      { name: "library.offer", params: { reference: "https://ducks.example/quack.wasm" } },
      { name: "library.accept", params: { id: 1, grant: ["subscribe:chat.message"] } },
    ]);
    expect(field).toHaveValue("");
  });

  it("is asked about while it is still on its way, and that the signature is not checked yet is said", async () => {
    const { host, user, calls } = await open("/library");
    await happen(() => host.show("offers", [OFFER]));
    expect(screen.getByText("1 MiB of 4 MiB")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Look at Quack 1.3.0 and answer" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Install Quack?" }));
    expect(dialog.getByText(/is checked before anything is installed/)).toBeVisible();
    await user.click(dialog.getByRole("button", { name: "No, thanks" }));
    expect(calls).toEqual([{ name: "library.decline", params: { id: 7 } }]);
  });

  it("shows why one did not come, and the reference as text", async () => {
    const { host, container } = await open("/library");
    const failed = { ...OFFER, inspection: null, reference: HOSTILE, stage: "failed" };
    await happen(() => host.show("offers", [{ ...failed, problem: `no wasm: ${HOSTILE}` }]));
    expect(screen.getByText(`no wasm: ${HOSTILE}`)).toBeVisible();
    expect(container.querySelector("main img")).toBeNull();
  });

  it("what is on trial can't be given up any more", async () => {
    const { host } = await open("/library");
    await happen(() => host.show("offers", [{ ...OFFER, stage: "trial" }]));
    expect(screen.getByText("On trial")).toBeVisible();
    expect(screen.queryByRole("button", { name: /Give up/ })).toBeNull();
  });
});

describe("what an update asks", () => {
  const ask = async (inspection: Partial<InspectionView>) => {
    const rendered = await open("/library");
    const offer = { ...OFFER, stage: "asking", needs_answer: true };
    const asked = { ...INSPECTION, installed_version: "1.2.0", ...inspection };
    await happen(() => rendered.host.show("offers", [{ ...offer, inspection: asked }]));
    await rendered.user.click(screen.getByRole("button", { name: /and answer$/ }));
    return within(await screen.findByRole("dialog", { name: "Update Quack?" }));
  };
  const requests = [
    request("timers", { granted: true }),
    request("call:moderation.ban", { is_new: true, danger: "It can shut viewers out for good." }),
  ];

  it("is only what is new, and what can do harm is off", async () => {
    const publisher = { key: "RWQduck", words: "duck pond river", known: true };
    const dialog = await ask({ publisher, requests });
    expect(dialog.getByText("It is signed by the same key as before.")).toBeVisible();
    expect(dialog.getByText("What it asks for in addition")).toBeVisible();
    const [only, ...others] = dialog.getAllByRole("switch");
    expect(others).toEqual([]);
    expect(only).not.toBeChecked();
    expect(dialog.getByText("It can shut viewers out for good.")).toBeVisible();
  });

  it("is everything where nobody vouches for the new version", async () => {
    const dialog = await ask({ publisher: null, requests });
    expect(dialog.getByText(/nobody vouches for it/)).toBeVisible();
    expect(dialog.getAllByRole("switch")).toHaveLength(2);
  });
});

describe("the lists", () => {
  it("are searched by every word, and say what is installed and what is warned of", async () => {
    const { user } = await open("/library");
    expect(await screen.findByText("0.1.0 is installed")).toBeVisible();
    expect(screen.getByText("Warned of")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Install Free bread" })).toBeNull();
    await user.type(screen.getByRole("searchbox", { name: "Search for a plugin" }), "DUCKS quack");
    await waitFor(() => expect(screen.queryByText("Free bread")).toBeNull());
    expect(screen.getByRole("button", { name: "Install Quack" })).toBeVisible();
  });

  it("what they say is text, and only an address of the web becomes a link", async () => {
    const { host, user, container } = await open("/library");
    const [listing] = host.view<ListingView[]>("listings");
    const hostile = {
      ...listing,
      name: HOSTILE,
      description: HOSTILE,
      author: HOSTILE,
      homepage: "javascript:alert(1)",
      pictures: ["javascript:alert(1)", "data:image/svg+xml,x", "http://ducks.example/a.png"],
    };
    await happen(() => host.show("listings", [hostile]));
    await user.click(screen.getByRole("button", { name: `Details of ${HOSTILE}` }));
    const dialog = await screen.findByRole("dialog", { name: HOSTILE });
    expect(within(dialog).getByText("javascript:alert(1)")).toBeVisible();
    expect(within(dialog).queryByRole("link")).toBeNull();
    expect(container.querySelectorAll("main img")).toHaveLength(0);
    const words = within(dialog).getAllByText(HOSTILE).at(-1);
    expect(words?.closest("figure")?.querySelector("figcaption")).toHaveTextContent("says");
    await happen(() => host.show("listings", [{ ...hostile, homepage: "https://ducks.example" }]));
    expect(within(dialog).getByRole("link")).toHaveAttribute("rel", "noreferrer noopener");
  });

  it("an earlier version is installed by its number", async () => {
    const { user, calls } = await open("/library");
    await user.click(await screen.findByRole("button", { name: "Details of Quack" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Quack" }));
    expect(dialog.getByText("It quacked at night.")).toBeVisible();
    await user.click(dialog.getByRole("button", { name: "Install version 1.1.0" }));
    const offered = { name: "library.offer", params: { reference: "quack@1.1.0" } };
    await waitFor(() => expect(calls).toEqual([offered]));
  });

  it("are added by their address, with the reason where one is not, and removed", async () => {
    const { user, calls } = await open("/library");
    const form = within(await screen.findByRole("form", { name: "Add a list" }));
    const address = form.getByRole("textbox", { name: "Address of the list" });
    await user.type(address, "ftp://ducks.example");
    await user.click(form.getByRole("button", { name: "Add a list" }));
    expect(await form.findByText("ftp://ducks.example is no https address")).toBeVisible();
    await user.clear(address);
    await user.type(address, "https://geese.example/index.json");
    await user.type(form.getByRole("textbox", { name: "Key (optional)" }), "RWQgoose");
    await user.click(form.getByRole("button", { name: "Add a list" }));
    await user.click(await screen.findByRole("button", { name: "Remove geese.example" }));
    const url = "https://geese.example/index.json";
    expect(calls.slice(1)).toEqual([
      { name: "library.add-index", params: { url, key: "RWQgoose" } },
      { name: "library.remove-index", params: { url } },
    ]);
  });
});

describe("newer versions", () => {
  it("are shown with what changed, and those that are to stay are left out", async () => {
    const { host, user, calls } = await open("/library");
    const [update] = host.view<UpdateView[]>("updates");
    if (!update) throw new Error("there is no update");
    const others = [
      { ...update, plugin: "alerts", name: "Alerts", changes: HOSTILE },
      { ...update, plugin: "guard", name: "Moderation", pinned: true },
    ];
    await happen(() => host.show("updates", [update, ...others]));
    expect(screen.getByText(HOSTILE).closest("figure")).toHaveTextContent("Alerts says");
    expect(screen.getByText("Stays at its version")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Update Moderation" })).toBeNull();
    await user.click(screen.getByRole("button", { name: "Update all" }));
    await user.click(screen.getAllByRole("button", { name: "Decide later" })[0]!);
    expect(calls).toEqual([{ name: "library.update-all", params: {} }]);
  });

  it("stand on the plugins' page too", async () => {
    await open("/plugins");
    expect(await screen.findByText("A newer version is ready.")).toBeVisible();
  });
});

describe("the versions of a plugin", () => {
  it("it stays at its version, and an earlier one comes back after a question", async () => {
    const { user, calls } = await open("/plugins/counter");
    await user.click(await screen.findByRole("tab", { name: "Versions" }));
    await user.click(await screen.findByRole("switch", { name: "Stay at this version" }));
    await waitFor(() =>
      expect(screen.queryByRole("button", { name: "Update Counter" })).toBeNull(),
    );
    await user.click(screen.getByRole("button", { name: "Go back to 0.0.9" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Go back to Counter 0.0.9?" }));
    const changes = () => calls.filter(({ name }) => name !== "audit.search");
    expect(changes()).toEqual([{ name: "plugin.pin", params: { id: "counter" } }]);
    await user.click(dialog.getByRole("button", { name: "Go back" }));
    const params = { id: "counter", version: "9".repeat(64) };
    await waitFor(() => expect(changes().at(-1)).toEqual({ name: "plugin.roll-back", params }));
  });

  it("one on trial is told of, and why one was taken back", async () => {
    const { host } = await open("/plugins/counter");
    const plugins = host.view<PluginView[]>("plugins");
    await happen(() =>
      host.show(
        "plugins",
        plugins.map((one) => ({ ...one, trial: "0.2.0" })),
      ),
    );
    expect(screen.getByText("0.2.0 is on trial; 0.1.0 stands by.")).toBeVisible();
    const entry = { id: 9, time: Date.now(), plugin: "counter", what: "rolled-back", times: 1 };
    const detail = "0.2.0 back to 0.1.0: it crashed: unreachable";
    await happen(() => {
      host.show("plugins", plugins);
      host.show("audit", [{ ...entry, detail }, ...host.view<AuditView[]>("audit")]);
    });
    expect(screen.getByText(detail)).toBeVisible();
    expect(takenBack([{ ...entry, detail: "0.2.0 back to 0.1.0" }], "counter")).toBeUndefined();
    const updated = { ...entry, what: "updated", detail: "0.1.0 to 0.3.0" };
    expect(takenBack([updated, { ...entry, detail }], "counter")).toBeUndefined();
  });
});

describe("questions", () => {
  it("are answered once, for good, or never", async () => {
    const { host, user, calls } = await open("/requests");
    const [question] = host.view<QuestionView[]>("questions");
    if (!question) throw new Error("there is no question");
    const { permission } = question;
    await user.click(
      await screen.findByRole("button", { name: `Allow ${permission} once for Commands` }),
    );
    await waitFor(() =>
      expect(screen.queryByRole("heading", { name: "Waiting for you" })).toBeNull(),
    );
    const danger = "It can shut viewers out for good.";
    await happen(() => host.show("questions", [{ ...question, danger }]));
    await user.click(
      screen.getByRole("button", { name: `Always allow ${permission} for Commands` }),
    );
    await user.click(await screen.findByRole("button", { name: "Cancel" }));
    await user.click(screen.getByRole("button", { name: /^Never allow/ }));
    const params = { id: "commands", permission };
    expect(calls.filter(({ name }) => name.startsWith("plugin."))).toEqual([
      { name: "plugin.decide", params: { ...params, decision: "once" } },
      { name: "plugin.decide", params: { ...params, decision: "never" } },
    ]);
  });
});

describe("what was written down", () => {
  it("is searched, and narrowed to one plugin", async () => {
    const { user, calls } = await open("/requests");
    const log = () => within(screen.getByRole("list", { name: "Written down" }));
    expect(await screen.findByText("0.0.9 to 0.1.0")).toBeVisible();
    await user.selectOptions(screen.getByRole("combobox", { name: "Plugin" }), "Alerts");
    await waitFor(() => expect(log().getAllByRole("listitem")).toHaveLength(2));
    await user.type(
      screen.getByRole("searchbox", { name: "Search what was written down" }),
      "timers",
    );
    await waitFor(() => expect(log().getAllByRole("listitem")).toHaveLength(1));
    expect(calls.at(-1)).toEqual({
      name: "audit.search",
      params: { plugin: "alerts", text: "timers", limit: 100 },
    });
  });
});

describe("a link to a plugin from elsewhere", () => {
  const hostile = "javascript:alert(1)//<img src=x onerror=alert(1)>";

  it("does nothing but ask, and shows the address as text", async () => {
    const { user, calls } = await open(`/library?install=${encodeURIComponent(hostile)}`);
    const dialog = await screen.findByRole("dialog", { name: "Add a plugin from the web?" });
    expect(within(dialog).getByText(hostile).closest("figure")).toHaveTextContent("The link says");
    expect(within(dialog).queryByRole("link")).toBeNull();
    expect(calls).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(location.hash).toBe("#/library");
  });

  it("is fetched when the user wants it, with the same question as always", async () => {
    const { user, calls } = await open("/library?install=https%3A%2F%2Fducks.example%2Fq.wasm");
    const asked = within(await screen.findByRole("dialog", { name: "Add a plugin from the web?" }));
    await user.click(asked.getByRole("button", { name: "Fetch and look at it" }));
    expect(await screen.findByRole("dialog", { name: "Install Quack?" })).toBeVisible();
    const params = { reference: "https://ducks.example/q.wasm" };
    expect(calls).toEqual([{ name: "library.offer", params }]);
  });

  it("is not fetched if it is too long to be looked at", async () => {
    await open(`/library?install=https://ducks.example/${"a".repeat(500)}`);
    const asked = within(await screen.findByRole("dialog", { name: "Add a plugin from the web?" }));
    expect(asked.getByRole("button", { name: "Fetch and look at it" })).toBeDisabled();
  });
});

describe("a set-up", () => {
  it("that is none, or is odd, is told from one", () => {
    for (const text of ["", "{", "[]", "null", "7", "{}", '{"pato_set_up":"1"}']) {
      expect(readSetUp(text), text).toBeUndefined();
    }
    const odd = '{"pato_set_up":1,"plugins":[7,null,{"id":{},"grants":[1]}],"indexes":"x"}';
    expect(readSetUp(odd)?.summary).toEqual({
      pato: "?",
      indexes: [],
      plugins: [{ id: "?", version: "?", grants: ["?"] }],
    });
  });

  it("is saved as a file", async () => {
    const { user, calls } = await open("/settings");
    const made = vi.fn(() => "blob:made");
    Object.assign(URL, { createObjectURL: made, revokeObjectURL: () => undefined });
    const clicked: string[] = [];
    const click = vi.spyOn(HTMLAnchorElement.prototype, "click");
    click.mockImplementation(function (this: HTMLAnchorElement) {
      clicked.push(this.download);
    });
    await user.click(await screen.findByRole("button", { name: "Save the set-up" }));
    await waitFor(() => expect(clicked).toEqual(["pato-set-up.json"]));
    click.mockRestore();
    expect(made).toHaveBeenCalledOnce();
    expect(calls).toEqual([{ name: "library.export", params: {} }]);
  });

  it("is taken over only after what is in it was shown, and what could not be had is told", async () => {
    const { host, user, calls } = await open("/settings");
    host.actions.set("host.library.import", () => ({
      installed: ["alerts"],
      missing: [{ id: "quack", reason: "nobody has it" }],
      remarks: [],
    }));
    const plugins = [{ id: HOSTILE, version: "1.0.0", grants: ["call:moderation.ban"] }];
    const setUp = { pato_set_up: 1, pato: "0.1.0", plugins };
    const input = await screen.findByLabelText("A set-up that was saved");
    const choose = (text: string) =>
      fireEvent.change(input, { target: { files: [new File([text], "set-up.json")] } });
    choose("nonsense");
    expect(await screen.findByText(/is no set-up that Pato saved/)).toBeVisible();
    choose(JSON.stringify(setUp));
    const dialog = within(await screen.findByRole("dialog", { name: "Take over this set-up?" }));
    expect(dialog.getByText("call:moderation.ban")).toBeVisible();
    expect(dialog.getByText(HOSTILE, { exact: false })).toBeVisible();
    expect(calls).toEqual([]);
    await user.click(dialog.getByRole("button", { name: "Take it over" }));
    expect(await dialog.findByText("nobody has it")).toBeVisible();
    expect(calls).toEqual([{ name: "library.import", params: { set_up: setUp } }]);
  });
});

describe("backups", () => {
  it("are listed, and made now", async () => {
    const { user } = await open("/settings");
    expect(await screen.findByText("2026-11-20-030000-daily")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Make one now" }));
    expect(await screen.findByText("by-hand-1")).toBeVisible();
  });
});
