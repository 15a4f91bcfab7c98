/** The node tables that plugins describe their surfaces with, as the host sends them (`wit/ui.wit`). */

import type { Json } from "./frames";
import type { Kind } from "./generated/schemas";

export type {
  Alignment,
  ChartKind,
  Choice,
  Column,
  Kind,
  Node,
  Source,
  TextStyle,
  Tone,
} from "./generated/schemas";

export type KindName = Kind["type"];
export type KindOf<Name extends KindName> = Extract<Kind, { type: Name }>;

/** What a person did with a node. */
export type Happening = { pressed: Json } | { changed: Json } | { submitted: Json };
