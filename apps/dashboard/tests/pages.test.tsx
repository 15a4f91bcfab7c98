import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import type { PluginView } from "@/client/views";

import { happen, open } from "./render";

describe("when the host goes away", () => {
  it("the page says so, keeps what it shows, and goes on when the host is back", async () => {
    const { host, user } = await open("/plugins");
    await screen.findByRole("link", { name: "Alerts" });
    await happen(() => host.goAway());
    expect(screen.getByText("Pato is not running.")).toBeVisible();
    expect(screen.getByRole("link", { name: "Alerts" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Pause: Alerts" }));
    expect(await screen.findByText(/so this was not done/)).toBeVisible();

    host.show("plugins", host.view<PluginView[]>("plugins").slice(1));
    host.comeBack();
    await user.click(screen.getByRole("button", { name: "Try now" }));
    await waitFor(() => expect(screen.queryByText("Pato is not running.")).toBeNull());
    await waitFor(() => expect(screen.queryByRole("link", { name: "Alerts" })).toBeNull());
  });

  it("a page that the host does not let in says what to do", async () => {
    const { host } = await open("/activity");
    await happen(() => host.goAway("refused"));
    expect(screen.getByText(/the address that `pato run`/)).toBeVisible();
  });
});

describe("the first start", () => {
  it("leads from nothing to a plugin that reacts, with the simulator", async () => {
    const { user, calls } = await open("/", "fresh");
    await user.click(await screen.findByRole("button", { name: "Try with the simulator" }));
    await screen.findByText("Connected: Simulator");

    await user.click(await screen.findByRole("button", { name: "Choose Alerts" }));
    const dialog = await screen.findByRole("dialog", { name: "Add Alerts?" });
    expect(within(dialog).getByText("to show who raids")).toBeVisible();
    await user.click(within(dialog).getByRole("button", { name: /Add with what/ }));
    await screen.findByText("Added: Alerts");

    await user.click(await screen.findByRole("button", { name: "Let someone raid" }));
    expect(await screen.findByText("alerts.show")).toBeVisible();
    expect(screen.getByText("It works. The rest is up to you.")).toBeVisible();
    expect(calls.map(({ name }) => name)).toEqual([
      "simulator.set",
      "plugin.install-bundled",
      "simulate",
    ]);
    await user.click(screen.getByRole("button", { name: "To the dashboard" }));
    expect(await screen.findByRole("heading", { name: "Dashboard", level: 1 })).toBeVisible();
  });
});

describe("a link that asks for a plugin", () => {
  it("asks what the plugin shall be allowed, and installs nothing before the answer", async () => {
    const { user, calls } = await open("/install/alerts", "fresh");
    const dialog = await screen.findByRole("dialog", { name: "Add Alerts?" });
    expect(within(dialog).getByText("to show who raids")).toBeVisible();
    expect(calls).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(location.hash).toBe("#/plugins"));
    expect(calls).toEqual([]);
  });

  it("leads to the plugin where it is installed", async () => {
    await open("/install/alerts");
    await waitFor(() => expect(location.hash).toBe("#/plugins/alerts"));
  });

  it("says so where Pato brings no such plugin", async () => {
    await open("/install/nothing-like-it");
    expect(await screen.findByText("Pato brings no plugin “nothing-like-it”")).toBeVisible();
  });
});

describe("calls between plugins", () => {
  it("are counted, and what is not allowed is allowed where it stands", async () => {
    const { user, calls } = await open("/plugins");
    expect(await screen.findByText("212 calls")).toBeVisible();
    expect(screen.getByText("1 failed")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Allow raise" }));
    const params = { id: "alerts", permissions: ["plugin:counter.counts.raise"] };
    expect(calls).toEqual([{ name: "plugin.grant", params }]);
    await waitFor(() => expect(screen.queryByRole("button", { name: "Allow raise" })).toBeNull());
  });

  it("are not spoken of where there are none", async () => {
    await open("/plugins", "fresh");
    await screen.findByText("Comes with Pato");
    expect(screen.queryByText("Calls between plugins")).toBeNull();
  });
});

describe("permissions", () => {
  it("what can do harm is not given along with the rest when a plugin is added", async () => {
    const { host, user, calls } = await open("/plugins");
    await happen(() => host.actions.get("host.plugin.remove")?.({ id: "guard" }));
    await user.click(await screen.findByRole("button", { name: "Add Moderation" }));
    const dialog = await screen.findByRole("dialog");
    const ban = within(dialog).getByRole("switch", { name: "Bans someone from the channel" });
    expect(ban).not.toBeChecked();
    expect(within(dialog).getByText("It can shut viewers out for good.")).toBeVisible();
    await user.click(within(dialog).getByRole("switch", { name: "Writes a chat message" }));
    await user.click(within(dialog).getByRole("button", { name: /Add with what/ }));
    expect(calls.at(-1)).toEqual({
      name: "plugin.install-bundled",
      params: { id: "guard", grant: ["subscribe:chat.message", "call:moderation.delete-message"] },
    });
  });

  it("what can do harm is asked about before it is given, and can be taken back at once", async () => {
    const { user, calls } = await open("/plugins/guard");
    await user.click(await screen.findByRole("tab", { name: "Permissions" }));
    const ban = await screen.findByRole("switch", { name: "Bans someone from the channel" });
    await user.click(ban);
    expect(calls).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(calls).toEqual([]);
    await user.click(ban);
    await user.click(screen.getByRole("button", { name: "Allow it all the same" }));
    const params = { id: "guard", permissions: ["call:moderation.ban"] };
    expect(calls).toEqual([{ name: "plugin.grant", params }]);
    await waitFor(() => expect(ban).toBeChecked());
    await user.click(ban);
    expect(calls.at(-1)).toEqual({ name: "plugin.revoke", params });
  });

  it("a refusal stands on the page once however often it happens, and goes when it is allowed", async () => {
    const { host, user } = await open("/requests");
    expect(await screen.findByText("3 times")).toBeVisible();
    const again = host.history.find(({ topic }) => topic === "plugin.denied");
    await happen(() => host.publish("plugin.denied", again?.data ?? {}));
    expect(await screen.findByText("4 times")).toBeVisible();
    await user.click(
      screen.getByRole("button", { name: "Allow call:moderation.ban for Moderation" }),
    );
    await user.click(await screen.findByRole("button", { name: "Allow it all the same" }));
    expect(await screen.findByText("Nothing was refused")).toBeVisible();
  });
});

describe("what a plugin wrote", () => {
  it("is text, in a frame that names the plugin", async () => {
    const { host, user } = await open("/plugins/alerts");
    const hostile = '<img src=x onerror="alert(1)"><button>Pato: type your password</button>';
    await happen(() => {
      const plugins = host.view<PluginView[]>("plugins").map((plugin) => ({
        ...plugin,
        requests: plugin.requests.map((request) => ({ ...request, reason: hostile })),
      }));
      host.show("plugins", plugins);
    });
    await user.click(await screen.findByRole("tab", { name: "Permissions" }));
    const [quote] = await screen.findAllByText(hostile);
    expect(quote?.closest("figure")).toHaveTextContent("Alerts says");
    expect(quote?.children).toHaveLength(0);
  });
});

describe("a plugin", () => {
  it("is paused, resumed and removed, the last only after a question", async () => {
    const { user, calls } = await open("/plugins");
    await user.click(await screen.findByRole("button", { name: "Pause: Alerts" }));
    await user.click(await screen.findByRole("button", { name: "Resume: Alerts" }));
    await user.click(await screen.findByRole("button", { name: "More to do with Alerts" }));
    await user.click(await screen.findByRole("menuitem", { name: "Remove" }));
    expect(calls.map(({ name }) => name)).toEqual(["plugin.pause", "plugin.resume"]);
    await user.click(await screen.findByRole("button", { name: "Remove it and its data" }));
    await waitFor(() => expect(screen.queryByRole("link", { name: "Alerts" })).toBeNull());
  });

  it("that crashed shows why, and is restarted", async () => {
    const { user } = await open("/plugins");
    expect(await screen.findByText(/it crashed 5 times within a minute/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Restart: Scenes" }));
    await waitFor(() => expect(screen.queryByText(/it crashed/)).toBeNull());
  });

  it("takes only settings that fit, and keeps what the user did not touch", async () => {
    const { user, calls } = await open("/plugins/alerts");
    await user.click(await screen.findByRole("tab", { name: "Settings" }));
    const seconds = await screen.findByRole("textbox", { name: "Seconds that an alert is shown" });
    await user.clear(seconds);
    await user.type(seconds, "900");
    expect(screen.getByText("From 1 to 120.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
    await user.clear(seconds);
    await user.type(seconds, "9");
    await user.click(screen.getByRole("switch", { name: "Quiet" }));
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(calls).toEqual([
      {
        name: "plugin.set-settings",
        params: { id: "alerts", values: { seconds: 9, quiet: true } },
      },
    ]);
    await user.click(
      await screen.findByRole("button", { name: "Back to the default: What makes an alert" }),
    );
    expect(calls.at(-1)?.params).toEqual({ id: "alerts", values: { kinds: null } });
  });

  it("answers a command, and its failure is shown where it was tried", async () => {
    const { host, user, calls } = await open("/plugins/counter");
    await user.click(await screen.findByRole("tab", { name: "Commands" }));
    await user.click(await screen.findByRole("button", { name: "Try it: stats" }));
    expect(await screen.findByText('"stats"')).toBeVisible();
    host.actions.set("counter.reset", () => {
      throw new Error("the storage is full");
    });
    await user.click(screen.getByRole("button", { name: "Try it: reset" }));
    expect(await screen.findByText("the storage is full")).toBeVisible();
    expect(calls.map(({ name }) => name)).toEqual(["counter.stats", "counter.reset"]);
  });

  it("is given a secret that the page does not keep, and says where alone it goes", async () => {
    const { user, calls } = await open("/plugins/analytics");
    await user.click(await screen.findByRole("tab", { name: "Settings" }));
    const secret = await screen.findByLabelText("token");
    expect(secret).toHaveAttribute("type", "password");
    expect(secret).toHaveAccessibleDescription("Is sent only to stats.example, api.stats.example.");
    const words = screen.getByText("Your token of the statistics service");
    expect(words.closest("figure")).toHaveTextContent("Analytics says");
    await user.type(secret, "very-secret");
    await user.click(screen.getByRole("button", { name: "Keep: token" }));
    expect(await screen.findByText("Pato has it")).toBeVisible();
    expect(secret).toHaveValue("");
    const params = { id: "analytics", name: "token", value: "very-secret" };
    expect(calls).toEqual([{ name: "plugin.secret", params }]);
  });

  it("says what its commands do, in its own words", async () => {
    const { user } = await open("/plugins/counter");
    await user.click(await screen.findByRole("tab", { name: "Commands" }));
    const words = await screen.findByText("The counts now");
    expect(words.closest("figure")).toHaveTextContent("Counter says");
  });

  it("is added from a file only with what the user agreed to", async () => {
    const { user, container } = await open("/plugins");
    const input = container.querySelector<HTMLInputElement>("input[type=file]");
    if (!input) throw new Error("there is no field for a file");
    await user.upload(input, new File(["\0asm"], "analytics.wasm", { type: "application/wasm" }));
    expect(await screen.findByRole("dialog", { name: "Add Analytics?" })).toBeVisible();
    expect(screen.getByText(/only files from people you trust/)).toBeVisible();
  });
});

describe("connections", () => {
  it("show why, and are tried again", async () => {
    const { user, calls } = await open("/connections");
    expect(await screen.findByText(/connection refused at 127.0.0.1:4455/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Try now: OBS" }));
    expect(calls).toEqual([{ name: "connector.retry", params: { id: "obs" } }]);
  });

  it("a login shows its code, and ends when its dialog is closed", async () => {
    const { user, calls } = await open("/connections");
    await user.click(screen.getByRole("button", { name: "Add an account" }));
    await user.click(await screen.findByRole("button", { name: "Log in" }));
    expect(await screen.findByText("ABCDEFGH")).toBeVisible();
    expect(screen.getByRole("link", { name: "Open www.twitch.tv" })).toHaveAttribute(
      "rel",
      "noreferrer noopener",
    );
    await user.click(screen.getByRole("button", { name: "Cancel the login" }));
    expect(calls.map(({ name }) => name)).toEqual(["account.begin", "account.cancel"]);
  });

  it("a login never leads to anything but the web", async () => {
    const { host, user } = await open("/connections");
    host.actions.set("host.account.begin", () => ({
      id: 9,
      account: "twitch",
      service: "twitch",
      state: "waiting",
      url: "javascript:alert(1)",
      code: "ABCD",
    }));
    await user.click(screen.getByRole("button", { name: "Add an account" }));
    await user.click(await screen.findByRole("button", { name: "Log in" }));
    const dialog = await screen.findByRole("dialog", { name: "Log in to Twitch" });
    expect(within(dialog).queryByRole("link")).toBeNull();
  });

  it("a secret is not shown while it is typed, and not kept once it was sent", async () => {
    const { host, user, calls } = await open("/connections");
    host.actions.set("host.account.begin", () => {
      throw new Error("Discord refused the token");
    });
    await user.click(screen.getByRole("button", { name: "Add an account" }));
    await user.selectOptions(await screen.findByRole("combobox", { name: "Service" }), "Discord");
    const secret = await screen.findByLabelText("Token");
    expect(secret).toHaveAttribute("type", "password");
    await user.type(secret, "very-secret");
    await user.click(screen.getByRole("button", { name: "Log in" }));
    expect(await screen.findByText("Discord refused the token")).toBeVisible();
    expect(calls[0]?.params).toMatchObject({ secrets: { token: "very-secret" } });
    expect(secret).toHaveValue("");
  });
});

describe("pausing all plugins", () => {
  it("is one press, says so on every page, and is undone by another", async () => {
    const { host, user, calls } = await open("/activity");
    await user.click(screen.getByRole("button", { name: "More" }));
    await user.click(await screen.findByRole("menuitem", { name: "Pause all plugins" }));
    expect(await screen.findByText("All plugins are paused.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Resume all plugins" }));
    await waitFor(() => expect(screen.queryByText("All plugins are paused.")).toBeNull());
    expect(calls.map(({ name }) => name)).toEqual(["plugin.pause-all", "plugin.resume-all"]);
    const plugins = host.view<PluginView[]>("plugins");
    expect(plugins.filter((plugin) => plugin.paused)).toEqual([]);
  });

  it("is not offered where no plugin is", async () => {
    const { user } = await open("/activity", "fresh");
    await user.click(screen.getByRole("button", { name: "More" }));
    expect(await screen.findAllByRole("menuitem")).not.toHaveLength(0);
    expect(screen.queryByRole("menuitem", { name: "Pause all plugins" })).toBeNull();
  });
});

describe("setting up", () => {
  it("Twitch is told only what changed, and an emptied field is taken away", async () => {
    const { user, calls } = await open("/connections");
    await user.click(await screen.findByRole("button", { name: "Set up: Twitch" }));
    const dialog = await screen.findByRole("dialog", { name: "Set up Twitch" });
    expect(within(dialog).getByRole("link", { name: "dev.twitch.tv" })).toHaveAttribute(
      "href",
      "https://dev.twitch.tv/console",
    );
    await user.type(within(dialog).getByRole("textbox", { name: "Channel" }), " ducks ");
    await user.click(within(dialog).getByRole("button", { name: "Save" }));
    expect(await screen.findByText("Channel ducks")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Set up: Twitch" }));
    await user.clear(await screen.findByRole("textbox", { name: "Channel" }));
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(calls).toEqual([
      { name: "service.set-up", params: { service: "twitch", values: { channel: "ducks" } } },
      { name: "service.set-up", params: { service: "twitch", values: { channel: null } } },
    ]);
  });

  it("what the host refuses stays in the form, with the reason", async () => {
    const { host, user } = await open("/connections");
    host.actions.set("host.service.set-up", () => {
      throw new Error("discord.guild = `x`: use the number");
    });
    await user.click(await screen.findByRole("button", { name: "Set up: Discord" }));
    const server = await screen.findByRole("textbox", { name: "Server" });
    await user.type(server, "x");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("discord.guild = `x`");
    expect(server).toHaveValue("x");
  });

  it("Kick's unofficial way is off, and says what it is", async () => {
    const { user } = await open("/connections");
    await user.click(await screen.findByRole("button", { name: "Set up: Kick" }));
    const unofficial = await screen.findByRole("switch", { name: "Read the chat unofficially" });
    expect(unofficial).not.toBeChecked();
    expect(unofficial).toHaveAccessibleDescription(/Kick promises nothing about it/);
  });

  it("a second OBS has a name of its own, and a password that is not kept on the page", async () => {
    const { user, calls } = await open("/connections");
    await user.click(await screen.findByRole("button", { name: "Add an OBS" }));
    expect(await screen.findByRole("textbox", { name: "Name in Pato" })).toHaveValue("obs-2");
    const address = screen.getByRole("textbox", { name: "Address" });
    const password = screen.getByLabelText("Password");
    expect(password).toHaveAttribute("type", "password");
    await user.clear(address);
    await user.type(address, "http://elsewhere");
    await user.type(password, "very-secret");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText(/use ws:\/\/HOST:PORT/)).toBeVisible();
    expect(password).toHaveValue("");
    await user.clear(address);
    await user.type(address, "ws://10.0.0.2:4455");
    await user.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("ws://10.0.0.2:4455 · without a password")).toBeVisible();
    const obs = { name: "obs-2", url: "ws://10.0.0.2:4455" };
    expect(calls).toEqual([
      {
        name: "obs.set-up",
        params: { obs: { ...obs, url: "http://elsewhere" }, password: "very-secret" },
      },
      { name: "obs.set-up", params: { obs } },
    ]);
    await user.click(screen.getByRole("button", { name: "Remove OBS (obs-2)" }));
    await user.click(await screen.findByRole("button", { name: "Remove it" }));
    await waitFor(() => expect(screen.queryByText("OBS (obs-2)")).toBeNull());
  });

  it("a login that needs an application leads to where it is named", async () => {
    const { user } = await open("/connections");
    await user.click(screen.getByRole("button", { name: "Add an account" }));
    const adding = await screen.findByRole("dialog", { name: "Add an account" });
    await user.click(within(adding).getByRole("button", { name: "Set up: Twitch" }));
    await user.type(await screen.findByRole("textbox", { name: "Client id" }), "abc123");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() =>
      expect(within(adding).queryByRole("button", { name: "Set up: Twitch" })).toBeNull(),
    );
    await user.selectOptions(within(adding).getByRole("combobox", { name: "How" }), "token");
    expect(within(adding).getByLabelText("Token")).toHaveAttribute("type", "password");
  });

  it("the simulator is on as long as it has a rate", async () => {
    const { host, user, calls } = await open("/connections");
    const simulator = await screen.findByRole("switch", { name: "Invent a chat" });
    expect(simulator).not.toBeChecked();
    await user.click(simulator);
    await waitFor(() => expect(simulator).toBeChecked());
    await happen(() => host.show("simulator", 0.5));
    expect(simulator).toBeChecked();
    await user.click(simulator);
    expect(calls.map(({ params }) => params)).toEqual([{ rate: 2 }, { rate: null }]);
  });
});

describe("activity", () => {
  it("is filtered by kind, and delivered again", async () => {
    const { user, calls } = await open("/activity");
    await user.click(await screen.findByRole("button", { name: "Raids" }));
    const rows = screen.getAllByRole("listitem").filter((row) => row.closest("ol"));
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toHaveTextContent("raids with 42 viewers");
    const [again] = screen.getAllByRole("button", { name: /^Deliver again/ });
    if (!again) throw new Error("there is no button");
    await user.click(again);
    expect(calls.at(-1)?.name).toBe("event.replay");
    expect(await screen.findAllByText("Replayed")).not.toHaveLength(0);
  });
});

describe("settings", () => {
  it("the page speaks the language that was chosen", async () => {
    const { user } = await open("/settings");
    await user.selectOptions(await screen.findByRole("combobox", { name: "Language" }), "Deutsch");
    expect(await screen.findByRole("heading", { name: "Einstellungen", level: 1 })).toBeVisible();
    expect(document.documentElement).toHaveAttribute("lang", "de");
    await user.selectOptions(screen.getByRole("combobox", { name: "Sprache" }), "English");
    expect(await screen.findByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  });

  it("the page has the colours that were chosen", async () => {
    const { user } = await open("/settings");
    const theme = await screen.findByRole("combobox", { name: "Theme" });
    await user.selectOptions(theme, "Dark");
    expect(document.documentElement).toHaveAttribute("data-theme", "dark");
    await user.selectOptions(theme, "Light");
    expect(document.documentElement).toHaveAttribute("data-theme", "light");
  });
});
