import { arc, pie } from "d3-shape";

import { asAmount } from "../reading";
import type { PlotProps } from "./plot";

/** What has less of the whole is shown together with the others that do. */
const MOST_SLICES = 8;

interface Slice {
  label: string;
  value: number;
}

/** Shares of a whole, of the first series. */
export function Pie(props: Omit<PlotProps, "shape"> & { width: number; height: number }) {
  const { unit, data, locale, width, height } = props;
  const values = data.series[0]?.values ?? [];
  const slices = largest(
    data.labels
      .map((label, index) => ({ label, value: values[index] ?? 0 }))
      .filter(({ value }) => value > 0),
  );
  const total = slices.reduce((sum, { value }) => sum + value, 0);
  const radius = Math.max(10, Math.min(height, width / 2) / 2 - 2);
  const shape = arc<{ startAngle: number; endAngle: number }>()
    .innerRadius(radius * 0.64)
    .outerRadius(radius)
    .padAngle(slices.length > 1 ? 0.025 : 0)
    .cornerRadius(3);
  const share = new Intl.NumberFormat(locale, { style: "percent" });
  return (
    <div className="plot-pie" aria-hidden>
      <svg
        width={radius * 2}
        height={radius * 2}
        viewBox={[-radius, -radius, radius * 2, radius * 2].join(" ")}
      >
        {pie<Slice>()
          .value((slice) => slice.value)
          .sort(null)(slices)
          .map((slice, index) => (
            <path key={index} className={`plot-slice series-${index}`} d={shape(slice) ?? ""} />
          ))}
        <text className="plot-total" textAnchor="middle" dy="0.35em">
          {asAmount(total, locale)}
        </text>
      </svg>
      <ul className="plot-legend plot-legend-upright">
        {slices.map(({ label, value }, index) => (
          <li key={index} title={[asAmount(value, locale), unit].filter(Boolean).join(" ")}>
            <span className={`plot-key series-${index}`} />
            <span className="plot-legend-name">{label}</span>
            <b>{total > 0 && share.format(value / total)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}

function largest(slices: Slice[]): Slice[] {
  if (slices.length <= MOST_SLICES) return slices;
  const sorted = [...slices].sort((one, other) => other.value - one.value);
  const rest = sorted.slice(MOST_SLICES - 1).reduce((sum, { value }) => sum + value, 0);
  return [...sorted.slice(0, MOST_SLICES - 1), { label: "…", value: rest }];
}
