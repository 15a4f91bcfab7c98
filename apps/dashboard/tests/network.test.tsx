import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { permissions } from "@/app/locales/de";
import type { NetworkView, PluginView } from "@/client/views";
import { setPreferences } from "@/ui/preferences";

import { happen, open } from "./render";

const phones = () => screen.findByRole("region", { name: "Phones on this network" });

describe("phones on this network", () => {
  it("nothing is open until the user wants it; then there is an address, a picture and a code", async () => {
    const { user, calls } = await open("/settings");
    const section = within(await phones());
    expect(section.queryByRole("button", { name: "Make a code" })).toBeNull();
    await user.click(section.getByRole("switch", { name: "Open to paired devices" }));
    expect(await section.findByText("http://192.168.1.20:7286")).toBeVisible();
    const picture = await section.findByRole("img", { name: /192.168.1.20:7286 as a QR code/ });
    const withoutCode = picture.innerHTML;
    await user.click(section.getByRole("button", { name: "Make a code" }));
    expect(await section.findByText("ACDE3467")).toBeVisible();
    expect(section.getByText("Counts once, for another 2:00.")).toBeVisible();
    expect(picture.innerHTML).not.toBe(withoutCode);
    expect(calls.map(({ name }) => name)).toEqual(["network.open", "network.code"]);
  });

  it("a device is removed, and why nobody gets in is said", async () => {
    const { user, host, calls } = await open("/settings");
    const section = within(await phones());
    await user.click(section.getByRole("button", { name: "Remove Phone" }));
    expect(await section.findByText("No device is paired.")).toBeVisible();
    expect(calls).toEqual([{ name: "network.remove-device", params: { id: 1 } }]);
    const network = host.view<NetworkView>("network");
    const problem = "this machine is in no private network now";
    await happen(() => host.show("network", { ...network, open: true, problem }));
    expect(section.getByText(problem)).toBeVisible();
  });

  it("a device has no such settings, is told what it is, and what to do once it is removed", async () => {
    const { host } = await open("/settings");
    await happen(() => host.show("session", { device: "Phone" }));
    expect(screen.getByText(/paired as Phone/)).toBeVisible();
    expect(screen.queryByRole("region", { name: "Phones on this network" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Log out everywhere" })).toBeNull();
    await happen(() => host.goAway("refused"));
    expect(screen.getByText("This device is not paired any more.")).toBeVisible();
    expect(screen.getByRole("button", { name: "Pair again" })).toBeVisible();
  });
});

describe("all browsers", () => {
  it("are logged out after a question, this one too", async () => {
    const { user, calls } = await open("/settings");
    await user.click(await screen.findByRole("button", { name: "Log out everywhere" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Log out everywhere" }));
    await user.click(dialog.getByRole("button", { name: "Cancel" }));
    expect(calls).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Log out everywhere" }));
    const again = within(await screen.findByRole("dialog", { name: "Log out everywhere" }));
    await user.click(again.getByRole("button", { name: "Log out everywhere" }));
    expect(calls.map(({ name }) => name)).toEqual(["session.end-all"]);
    expect(await screen.findByText(/the address that `pato run`/)).toBeVisible();
  });
});

describe("permissions on the German page", () => {
  it("are told in German, with the host's words where there are none of the page's", async () => {
    const { host } = await open("/requests");
    const plugins = host.view<PluginView[]>("plugins").slice(0, 1);
    const asked = [
      ["call:channel.raid", "raids another channel", "It sends every viewer away."],
      ["http:api.example.com", "exchanges data with api.example.com (HTTP)", null],
      ["odd:thing", "does something new", null],
    ] as const;
    const requests = asked.map(([permission, meaning, danger]) => ({
      permission,
      meaning,
      danger,
      reason: null,
      optional: true,
      granted: false,
    }));
    try {
      setPreferences({ language: "de" });
      await happen(() => host.show("plugins", [{ ...plugins[0], requests }]));
      for (const text of [
        permissions["call:channel.raid"],
        permissions["It sends every viewer away."],
        "Tauscht Daten mit api.example.com aus (HTTP)",
        "Does something new",
      ]) {
        expect(await screen.findByText(text)).toBeVisible();
      }
    } finally {
      setPreferences({ language: "en" });
    }
  });
});
