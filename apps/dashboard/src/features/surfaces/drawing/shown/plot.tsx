import "./plot.css";

import { useLayoutEffect, useRef, useState } from "react";

import type { ChartKind } from "@/client/nodes";

import type { ChartData } from "../reading";
import { Axes } from "./plot-axes";
import { Pie } from "./plot-pie";

export interface PlotProps {
  shape: ChartKind;
  unit: string;
  data: ChartData;
  locale: string;
}

/** A chart as large as its place. */
export default function Plot({ shape, ...rest }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 320, height: 180 });

  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width > 0 && height > 0) setSize({ width, height });
    };
    const observer = new ResizeObserver(measure);
    measure();
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const names = shape === "pie" ? [] : rest.data.series.map(({ name }) => name);
  return (
    <div className="plot">
      {names.length > 1 && (
        <ul className="plot-legend" aria-hidden>
          {names.map((name, index) => (
            <li key={index}>
              <span className={`plot-key series-${index}`} />
              {name}
            </li>
          ))}
        </ul>
      )}
      <div ref={place} className="plot-place">
        {shape === "pie" ? <Pie {...rest} {...size} /> : <Axes shape={shape} {...rest} {...size} />}
      </div>
    </div>
  );
}
