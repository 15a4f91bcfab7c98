import { scaleBand, scaleLinear, scalePoint } from "d3-scale";
import { area, curveMonotoneX, line } from "d3-shape";
import { useId, useMemo, useState } from "react";

import { asAmount } from "../reading";
import type { Series } from "../reading";
import type { PlotProps } from "./plot";

const TOP = 8;
const BOTTOM = 20;
const RIGHT = 6;
const CHARACTER = 6.4;
const LABEL_WIDTH = 64;

type AxesProps = Omit<PlotProps, "shape"> & {
  shape: "line" | "bar";
  width: number;
  height: number;
};

/** Lines or bars over labels, with what is under the pointer told. */
export function Axes({ shape, unit, data, locale, width, height }: AxesProps) {
  const { labels, series } = data;
  const [pointed, setPointed] = useState<number | null>(null);
  const { ticks, vertical } = useMemo(
    () => amounts(series, shape, height),
    [series, shape, height],
  );
  const tickTexts = ticks.map((tick) => asAmount(tick, locale));
  const left = Math.max(...tickTexts.map((text) => text.length)) * CHARACTER + 8;
  const right = Math.max(left + 1, width - RIGHT);
  const at = labels.map((_, index) => index);
  const points = scalePoint(at, [left, right]).padding(shape === "bar" ? 0.5 : 0);
  const step = labels.length > 1 ? points.step() : right - left;
  const across = (index: number) => points(index) ?? left;
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / Math.max(step, 0.01)));
  const marked = pointed !== null && pointed < labels.length ? pointed : null;

  return (
    <div
      className="plot-area"
      onPointerLeave={() => setPointed(null)}
      onPointerMove={({ currentTarget, clientX }) => {
        const box = currentTarget.getBoundingClientRect();
        // In a scaled stage, a pixel of the screen is not one of the chart.
        const x = ((clientX - box.left) / (box.width || 1)) * width;
        const index = Math.round((x - across(0)) / step);
        setPointed(labels.length === 0 ? null : Math.max(0, Math.min(index, labels.length - 1)));
      }}
    >
      <svg width={width} height={height} aria-hidden>
        {ticks.map((tick, index) => (
          <g key={tick} className={tick === 0 ? "plot-zero" : "plot-tick"}>
            <line x1={left} x2={right} y1={vertical(tick)} y2={vertical(tick)} />
            <text x={left - 6} y={vertical(tick)} dy="0.32em" textAnchor="end">
              {tickTexts[index]}
            </text>
          </g>
        ))}
        {labels.map((label, index) =>
          index % every === 0 ? (
            <text
              key={index}
              className="plot-label"
              x={across(index)}
              y={height - 5}
              textAnchor={anchor(across(index), left, right)}
            >
              {shortened(label, every * step)}
            </text>
          ) : null,
        )}
        {marked !== null && shape === "line" && (
          <line
            className="plot-crosshair"
            x1={across(marked)}
            x2={across(marked)}
            y1={TOP}
            y2={height - BOTTOM}
          />
        )}
        {shape === "line" ? (
          <Lines series={series} across={across} vertical={vertical} marked={marked} />
        ) : (
          <Bars series={series} across={across} step={step} vertical={vertical} marked={marked} />
        )}
      </svg>
      {marked !== null && (
        <div
          className={across(marked) > width / 2 ? "plot-told plot-told-left" : "plot-told"}
          style={{ left: across(marked) }}
          aria-hidden
        >
          <strong>{labels[marked]}</strong>
          {series.map(({ name, values }, index) => {
            const value = values[marked];
            return value === undefined ? null : (
              <span key={index}>
                <span className={`plot-key series-${index}`} />
                {name} <b>{[asAmount(value, locale), unit].filter(Boolean).join(" ")}</b>
              </span>
            );
          })}
        </div>
      )}
    </div>
  );
}

interface Marks {
  series: Series[];
  across: (index: number) => number;
  vertical: (value: number) => number;
  marked: number | null;
}

function Lines({ series, across, vertical, marked }: Marks) {
  const gradient = useId();
  const path = line<number | undefined>(
    (_, index) => across(index),
    (value) => vertical(value ?? 0),
  )
    .defined((value) => value !== undefined)
    .curve(curveMonotoneX);
  const below = area<number | undefined>(
    (_, index) => across(index),
    vertical(0),
    (value) => vertical(value ?? 0),
  )
    .defined((value) => value !== undefined)
    .curve(curveMonotoneX);
  const [only] = series;
  return (
    <>
      {only && series.length === 1 && (
        <>
          <defs>
            <linearGradient id={gradient} x1="0" y1="0" x2="0" y2="1">
              <stop className="plot-fade-from" offset="0" />
              <stop className="plot-fade-to" offset="1" />
            </linearGradient>
          </defs>
          <path fill={`url(#${gradient})`} d={below(only.values) ?? ""} />
        </>
      )}
      {series.map(({ values }, index) => {
        const value = marked === null ? undefined : values[marked];
        return (
          <g key={index} className={`series-${index}`}>
            <path className="plot-line" d={path(values) ?? ""} />
            {value !== undefined && marked !== null && (
              <circle className="plot-dot" cx={across(marked)} cy={vertical(value)} r={4} />
            )}
          </g>
        );
      })}
    </>
  );
}

/** The bars of one series are one path: a thousand of them are still one element. */
function Bars({ series, across, step, vertical, marked }: Marks & { step: number }) {
  const band = scaleBand(
    series.map((_, index) => index),
    [-step / 2, step / 2],
  ).padding(0.12);
  const thickness = Math.max(0.5, band.bandwidth());
  return (
    <>
      {marked !== null && (
        <rect
          className="plot-marked"
          x={across(marked) - step / 2}
          y={TOP}
          width={step}
          height="100%"
        />
      )}
      {series.map(({ values }, index) => (
        <path
          key={index}
          className={`plot-bar series-${index}`}
          d={values
            .map((value, at) =>
              value
                ? bar(across(at) + (band(index) ?? 0), thickness, vertical(0), vertical(value))
                : "",
            )
            .join("")}
        />
      ))}
    </>
  );
}

/** A bar that is round at its end only. */
function bar(x: number, thickness: number, zero: number, end: number): string {
  const radius = Math.min(4, thickness / 2, Math.abs(zero - end));
  const inward = end < zero ? radius : -radius;
  return `M${x},${zero}V${end + inward}q0,${-inward} ${radius},${-inward}h${thickness - 2 * radius}q${radius},0 ${radius},${inward}V${zero}Z`;
}

function amounts(series: Series[], shape: "line" | "bar", height: number) {
  const all = series.flatMap(({ values }) => values.filter((value) => value !== undefined));
  let least = 0;
  let most = 0;
  for (const value of all) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (least === most) most = 1;
  const count = Math.max(2, Math.floor(height / 48));
  const vertical = scaleLinear([least, most], [height - BOTTOM, TOP]).nice(count);
  if (shape === "line") vertical.clamp(true);
  return { vertical, ticks: vertical.ticks(count) };
}

function anchor(x: number, left: number, right: number): "start" | "middle" | "end" {
  if (x <= left + 1) return "start";
  return x >= right - 1 ? "end" : "middle";
}

function shortened(label: string, room: number): string {
  const fits = Math.max(3, Math.floor(room / CHARACTER) - 1);
  return label.length <= fits ? label : `${label.slice(0, fits - 1)}…`;
}
