import type { Json } from "../frames";
import type { Line, LineListener, Transport } from "../transport";
import { FakeHost } from "./host";

/** A transport to a host in memory, for development and tests; never shipped. */
export class FakeTransport implements Transport {
  constructor(readonly host: FakeHost = new FakeHost()) {}

  open(listener: LineListener): Line {
    return this.host.open(listener);
  }

  upload(path: string): Promise<Json> {
    return Promise.reject(new Error(`the host in memory takes no file at ${path}`));
  }
}
