import "./table.css";

import { lazy, Suspense } from "react";

import type { KindProps } from "../surface";

const Rows = lazy(() => import("./table-rows"));

/** Loaded when the first table is drawn. */
export function Table({ branch }: KindProps<"table">) {
  return (
    <Suspense fallback={<div className="drawn-table" />}>
      <Rows branch={branch} />
    </Suspense>
  );
}
