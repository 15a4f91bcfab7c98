import { act, render, type RenderResult } from "@testing-library/react";
import userEvent, { type UserEvent } from "@testing-library/user-event";

import { App } from "@/app/app";
import { Connection } from "@/client/connection";
import { FakeTransport, type Scenario } from "@/client/fake";
import type { FakeHost } from "@/client/fake/host";

export type Rendered = RenderResult & {
  host: FakeHost;
  user: UserEvent;
  /** What the page called, in order. */
  calls: { name: string; params: unknown }[];
};

/** The whole dashboard at a path, over a host in memory. */
export async function open(path: string, scenario: Scenario = "streamer"): Promise<Rendered> {
  location.hash = `#${path}`;
  const transport = new FakeTransport(scenario);
  const connection = new Connection(transport, () => 0);
  const calls: Rendered["calls"] = [];
  const call = connection.call.bind(connection);
  connection.call = (module, name, params) => {
    calls.push({ name: module === "host" ? name : `${module}.${name}`, params });
    return call(module, name, params);
  };
  const rendered = render(<App connection={connection} />);
  await rendered.findByRole("heading", { level: 1 }, { timeout: 5_000 });
  return { ...rendered, host: transport.host, user: userEvent.setup(), calls };
}

/** Lets the host do something, and the page draw it. */
export async function happen(change: () => void): Promise<void> {
  await act(async () => {
    change();
    await new Promise((resolve) => setTimeout(resolve, 20));
  });
}
