import { lazy, Suspense } from "react";

import { asChart } from "../reading";
import type { KindProps } from "../surface";
import { useSurface, useValue } from "../surface";

const Plot = lazy(() => import("./plot"));

export function Chart({ branch }: KindProps<"chart">) {
  const { locale } = useSurface();
  const { label, shape, unit } = branch.node.kind;
  const data = asChart(useValue(branch.node.value), locale);
  return (
    <div className="drawn-chart" role="img" aria-label={label}>
      <Suspense>
        <Plot shape={shape} unit={unit} data={data} locale={locale} />
      </Suspense>
    </div>
  );
}
