/**
 * The frames that the page and the host exchange: `crates/events/src/wire.rs`, as JSON.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = Record<string, Json>;

/** What the page sends. */
export type ClientFrame =
  | { type: "call"; request_id: number; module: string; name: string; params: JsonObject }
  | { type: "subscribe"; module: string; name: string; details: true }
  | { type: "unsubscribe"; module: string; name: string; details: true }
  | { type: "watch"; view: string; key?: string }
  | { type: "unwatch"; view: string; key?: string };

/** What the host sends. */
export type HostFrame =
  | EventFrame
  | { type: "response"; request_id: number; success: boolean; data: Json }
  | { type: "lagged"; dropped: number }
  | { type: "view"; view: string; key?: string; data: Json }
  | ValuesFrame
  | { type: "error"; message: string };

/** Something happened. */
export type EventFrame = {
  type: "event";
  module: string;
  name: string;
  data: JsonObject;
  timestamp: number;
  details?: EventDetails;
};

export type EventDetails = {
  id: string;
  source: string;
  account?: string;
  cause?: string;
  simulated?: boolean;
  replayed?: boolean;
  own?: boolean;
};

/** What changed among the values of a drawing; the rest of it stays. */
export type ValuesFrame = {
  type: "values";
  view: string;
  key?: string;
  set?: JsonObject;
  append?: Record<string, Json[]>;
};
