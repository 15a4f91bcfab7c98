import type { Column } from "@/client/nodes";

import { asNumber, asText } from "../reading";
import { useSurface } from "../surface";
import type { Row } from "./table-order";

export interface CellProps {
  /** The id of the table's node. */
  node: string;
  row: Row;
  column: Column;
}

/** A cell that is only read. */
export function ShownCell({ row, column }: CellProps) {
  const { locale } = useSurface();
  const value = row.cells[column.key];
  switch (column.kind) {
    case "moment": {
      const time = new Date(asNumber(value) ?? NaN);
      if (Number.isNaN(time.getTime())) return null;
      return (
        <time dateTime={time.toISOString()} title={time.toLocaleString(locale)}>
          {moment(time, locale)}
        </time>
      );
    }
    case "toggle":
      return value === true ? "✓" : "–";
    default:
      return <span className="drawn-cell-value">{asText(value, locale)}</span>;
  }
}

/** Of today, the hour alone tells. */
function moment(time: Date, locale: string): string {
  const today = time.toDateString() === new Date().toDateString();
  return today
    ? time.toLocaleTimeString(locale, { timeStyle: "short" })
    : time.toLocaleString(locale, { dateStyle: "short", timeStyle: "short" });
}
