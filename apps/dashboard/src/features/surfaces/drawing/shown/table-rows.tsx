import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useMemo, useRef, useState } from "react";

import type { Column } from "@/client/nodes";

import type { KindProps } from "../surface";
import { useSurface, useValue } from "../surface";
import type { Order, Row } from "./table-order";
import { nextOrder, rowsOf, sorted } from "./table-order";

/** A table with more rows draws only those that are in sight. */
const DRAWN_WHOLE = 100;
const ROW_PIXELS = 36;
const BEYOND_SIGHT = 8;

export default function TableRows({ branch }: KindProps<"table">) {
  const { columns, empty } = branch.node.kind;
  const { locale } = useSurface();
  const value = useValue(branch.node.value);
  const [order, setOrder] = useState<Order | null>(null);
  const rows = useMemo(
    () => sorted(rowsOf(value, locale), order, columns, locale),
    [value, order, columns, locale],
  );
  const place = useRef<HTMLDivElement>(null);
  const many = rows.length > DRAWN_WHOLE;

  return (
    // A person who only has a keyboard scrolls it with the arrow keys.
    <div ref={place} className="drawn-table" {...(many && { tabIndex: 0 })}>
      <table aria-rowcount={rows.length + 1}>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.key} column={column} order={order} onOrder={setOrder} />
            ))}
          </tr>
        </thead>
        {many ? (
          <Visible rows={rows} branch={branch} place={place} />
        ) : (
          <tbody>
            {rows.map((row) => (
              <RowCells key={row.key} row={row} branch={branch} />
            ))}
          </tbody>
        )}
      </table>
      {rows.length === 0 && <p className="drawn-empty">{empty}</p>}
    </div>
  );
}

function Head(props: {
  column: Column;
  order: Order | null;
  onOrder: (order: Order | null) => void;
}) {
  const { column, order, onOrder } = props;
  const ordered = order?.column === column.key ? order : null;
  if (column.label === "") return <td />;
  if (column.kind === "button") {
    return <th scope="col">{column.label}</th>;
  }
  return (
    <th
      scope="col"
      className={`drawn-cell-${column.kind}`}
      {...(ordered && { "aria-sort": ordered.descending ? "descending" : "ascending" })}
    >
      <button type="button" onClick={() => onOrder(nextOrder(order, column.key))}>
        {column.label}
        {ordered && (ordered.descending ? <ArrowDown aria-hidden /> : <ArrowUp aria-hidden />)}
      </button>
    </th>
  );
}

type BodyProps = KindProps<"table"> & {
  rows: Row[];
  place: React.RefObject<HTMLDivElement | null>;
};

function Visible({ rows, branch, place }: BodyProps) {
  "use no memo";
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: () => ROW_PIXELS,
    overscan: BEYOND_SIGHT,
    getItemKey: (index) => rows[index]?.key ?? index,
    initialRect: { width: 0, height: DRAWN_WHOLE },
  });
  const shown = virtualizer.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (shown[shown.length - 1]?.end ?? 0);
  return (
    <tbody>
      <tr aria-hidden style={{ height: before }} />
      {shown.map(({ index, key }) => {
        const row = rows[index];
        return row && <RowCells key={String(key)} row={row} branch={branch} number={index + 2} />;
      })}
      <tr aria-hidden style={{ height: after }} />
    </tbody>
  );
}

function RowCells({ row, branch, number }: KindProps<"table"> & { row: Row; number?: number }) {
  const { cell: Cell } = useSurface();
  return (
    <tr aria-rowindex={number}>
      {branch.node.kind.columns.map((column) => (
        <td key={column.key} className={`drawn-cell-${column.kind}`}>
          <Cell node={branch.node.id ?? ""} row={row} column={column} />
        </td>
      ))}
    </tr>
  );
}
