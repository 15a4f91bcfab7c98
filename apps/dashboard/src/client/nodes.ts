/** The node tables that plugins describe their surfaces with, as the host sends them (`wit/ui.wit`). */

import type { Json } from "./frames";

/** Absent: a node without a value. */
export type Source = { bound: string } | { constant: Json } | "none";

export type Tone = "normal" | "muted" | "accent" | "good" | "warning" | "danger";
export type TextStyle = "body" | "caption" | "heading" | "display" | "monospace";
export type Alignment = "start" | "center" | "end" | "stretch";
export type ColumnKind = "text" | "number" | "moment" | "toggle" | "button";
export type ChartShape = "line" | "bar" | "pie";

export interface Column {
  key: string;
  label: string;
  kind: ColumnKind;
  editable?: boolean;
}

export interface Choice {
  value: string;
  label: string;
}

export type Kind =
  | { type: "column"; align: Alignment; gap: number }
  | { type: "row"; align: Alignment; gap: number }
  | { type: "grid"; columns: number }
  | { type: "card"; title: string }
  | { type: "tabs" }
  | { type: "tab"; label: string }
  | { type: "divider" }
  | { type: "text"; style: TextStyle; tone: Tone }
  | { type: "markdown" }
  | { type: "image"; alt: string; width: number; height: number }
  | { type: "icon"; name: string; tone: Tone }
  | { type: "stat"; label: string; unit: string }
  | { type: "progress"; label: string; maximum: number }
  | { type: "table"; columns: Column[]; empty: string }
  | { type: "items" }
  | { type: "chart"; label: string; shape: ChartShape; unit: string }
  | { type: "button"; label: string; tone: Tone; icon: string; confirm: string }
  | { type: "toggle"; label: string }
  | { type: "slider"; label: string; minimum: number; maximum: number; step: number }
  | { type: "select"; label: string; choices: Choice[] }
  | {
      type: "text-input";
      label: string;
      placeholder: string;
      lines: number;
      "max-length": number;
    }
  | { type: "number-input"; label: string; minimum: number; maximum: number; step: number }
  | { type: "form"; label: string }
  | { type: "log"; lines: number };

export type KindName = Kind["type"];
export type KindOf<Name extends KindName> = Extract<Kind, { type: Name }>;

export interface Node {
  parent?: number;
  id?: string;
  kind: Kind;
  value?: Source;
  visible?: string;
}

/** What a person did with a node. */
export type Happening = { pressed: Json } | { changed: Json } | { submitted: Json };
