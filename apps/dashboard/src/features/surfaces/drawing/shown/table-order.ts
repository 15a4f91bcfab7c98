import type { Json, JsonObject } from "@/client/frames";
import type { Column } from "@/client/nodes";

import { asList, asNumber, asObject, asText } from "../reading";

export interface Row {
  /** As the plugin names it; empty if it does not, and then no one can use what is in it. */
  id: string;
  key: string;
  cells: JsonObject;
}

export interface Order {
  column: string;
  descending: boolean;
}

const MOST_ROWS = 1_000;

export function rowsOf(value: Json | undefined, locale: string): Row[] {
  const seen = new Map<string, number>();
  return asList(value)
    .slice(0, MOST_ROWS)
    .map((entry) => {
      const cells = asObject(entry) ?? {};
      const id = asText(cells.id, locale);
      const before = seen.get(id) ?? 0;
      seen.set(id, before + 1);
      return { id, key: `${id} ${before}`, cells };
    });
}

/** The rows in that order; rows that are equal stay as the plugin has them. */
export function sorted(rows: Row[], order: Order | null, columns: Column[], locale: string): Row[] {
  const column = columns.find(({ key }) => key === order?.column);
  if (!order || !column) return rows;
  const { compare } = new Intl.Collator(locale, { numeric: true, sensitivity: "base" });
  const sign = order.descending ? -1 : 1;
  const ofNumber = (row: Row) => asNumber(row.cells[column.key]) ?? -Infinity;
  const ofText = (row: Row) => asText(row.cells[column.key], locale);
  return [...rows].sort((one, other) => {
    switch (column.kind) {
      case "number":
      case "moment":
        return sign * (ofNumber(one) - ofNumber(other) || 0);
      case "toggle":
        return (
          sign * (Number(one.cells[column.key] === true) - Number(other.cells[column.key] === true))
        );
      default:
        return sign * compare(ofText(one), ofText(other));
    }
  });
}

/** What a press on a column's head makes of the order: up, down, as the plugin has it. */
export function nextOrder(order: Order | null, column: string): Order | null {
  if (order?.column !== column) return { column, descending: false };
  return order.descending ? null : { column, descending: true };
}
