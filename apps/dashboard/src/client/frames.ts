import type * as host from "./generated/schemas";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = Record<string, Json>;

/** What the page sends. */
export type ClientFrame = host.ClientFrame;

/** What the host sends. */
export type HostFrame =
  (EventFrame & { type: "event" }) | Exclude<host.HostFrame, { type: "event" }>;

/** Something happened. */
export type EventFrame = Omit<host.EventFrame, "data" | "details"> & {
  data: JsonObject;
  details?: EventDetails | null;
};

/** The rest of an event's envelope: what is not so is left out. */
export type EventDetails = Pick<host.Details, "id" | "source" | "account" | "cause"> & {
  simulated?: boolean;
  replayed?: boolean;
  own?: boolean;
};

/** How something that the page watches stands. */
export type ViewFrame = host.View & { type: "view" };

/** What changed among the values of a drawing; the rest of it stays. */
export type ValuesFrame = host.ViewValues & { type: "values" };
