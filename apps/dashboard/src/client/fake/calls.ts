import type { CallEdge } from "../views";
import type { FakeHost } from "./host";

type CalledFunction = CallEdge["functions"][number];

/** Plugins that call each other; none do on a first start. */
export function addCalls(host: FakeHost, full: boolean): void {
  const called = (name: string, differs: Partial<CalledFunction>): CalledFunction => ({
    name,
    permission: `plugin:counter.counts.${name}`,
    requested: true,
    granted: true,
    calls: 0,
    failures: 0,
    last_failure: null,
    ...differs,
  });
  const edge: CallEdge = {
    caller: "alerts",
    callee: "counter",
    interface: "pato:counter/counts@1.0.0",
    available: true,
    reason: null,
    functions: [
      called("get", { calls: 212 }),
      called("raise", {
        granted: false,
        calls: 1,
        failures: 1,
        last_failure: "not allowed: pato plugin grant alerts plugin:counter.counts.raise",
      }),
    ],
  };
  host.show("calls", full ? [edge] : []);
  const allowed = (one: CalledFunction, permissions: unknown) =>
    Array.isArray(permissions) && permissions.includes(one.permission);
  const grant = host.actions.get("host.plugin.grant");
  host.actions.set("host.plugin.grant", (parameters) => {
    const { permissions } = parameters;
    const edges = host.view<CallEdge[]>("calls").map((known) => ({
      ...known,
      functions: known.functions.map((one) =>
        allowed(one, permissions) ? { ...one, granted: true } : one,
      ),
    }));
    host.show("calls", edges);
    return grant?.(parameters) ?? null;
  });
}
