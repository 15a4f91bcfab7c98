import type { Connection } from "@/client/connection";
import { ConnectionProvider } from "@/client/hooks";

export function App({ connection }: { connection: Connection }) {
  return <ConnectionProvider connection={connection}>{null}</ConnectionProvider>;
}
