import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useEffectEvent,
  useSyncExternalStore,
  type ReactNode,
} from "react";

import type { Connection, ConnectionStatus } from "./connection";
import type { EventFrame, Json, JsonObject } from "./frames";
import type { KeyedViews, Views } from "./views";

const ConnectionContext = createContext<Connection | null>(null);

export function ConnectionProvider(props: { connection: Connection; children: ReactNode }) {
  const { connection, children } = props;
  useEffect(() => {
    connection.start();
    return () => connection.stop();
  }, [connection]);
  return <ConnectionContext value={connection}>{children}</ConnectionContext>;
}

export function useConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (!connection) throw new Error("This needs to stand in a <ConnectionProvider>.");
  return connection;
}

export function useConnectionStatus(): ConnectionStatus {
  const connection = useConnection();
  return useSyncExternalStore(connection.onStatus, connection.status);
}

/** A view's data, again after every change; undefined until the host first told it. */
export function useView<V extends keyof Views>(view: V): Views[V] | undefined;
export function useView<V extends keyof KeyedViews>(
  view: V,
  key: string,
): KeyedViews[V] | undefined;
export function useView(view: string, key?: string): unknown {
  const { views } = useConnection();
  const watch = useCallback(
    (listener: () => void) => views.watch(view, key, listener),
    [views, view, key],
  );
  return useSyncExternalStore(watch, () => views.data(view, key));
}

export type Call = <T = Json>(name: string, params?: JsonObject, module?: string) => Promise<T>;

/** Asks the host to do something: what module `host` offers, or an action or command of another. */
export function useCall(): Call {
  const connection = useConnection();
  return useCallback(
    async <T,>(name: string, params?: JsonObject, module = "host") =>
      (await connection.call(module, name, params)) as T,
    [connection],
  );
}

/** Hears events while the component is shown: a topic, `family.*`, or `*`. */
export function useEvents(pattern: string, heard: (event: EventFrame) => void): void {
  const connection = useConnection();
  const latest = useEffectEvent(heard);
  useEffect(() => connection.onEvents(pattern, (event) => latest(event)), [connection, pattern]);
}
