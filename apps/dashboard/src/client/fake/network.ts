import type { NetworkView } from "../views";
import type { FakeHost } from "./host";

/** The host's side of phones on the same network. */
export function addNetwork(host: FakeHost): void {
  const network: NetworkView = {
    open: false,
    addresses: [],
    problem: null,
    code: null,
    devices: [{ id: 1, name: "Phone", paired_at: Date.now(), used_at: Date.now() }],
  };
  host.show("session", { device: null });
  host.show("network", network);
  const change = (changed: Partial<NetworkView>) =>
    host.show("network", { ...host.view<NetworkView>("network"), ...changed });
  host.actions.set("host.network.open", () => {
    change({ open: true, addresses: ["http://192.168.1.20:7286"] });
  });
  host.actions.set("host.network.close", () => change({ open: false, addresses: [], code: null }));
  host.actions.set("host.network.code", () => change({ code: { code: "ACDE3467", seconds: 120 } }));
  host.actions.set("host.network.remove-device", ({ id }) => {
    const { devices } = host.view<NetworkView>("network");
    change({ devices: devices.filter((device) => device.id !== id) });
  });
  host.actions.set("host.session.end-all", () => host.goAway("refused"));
}
