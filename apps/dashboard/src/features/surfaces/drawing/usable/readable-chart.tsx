import { useTranslation } from "react-i18next";

import { Chart } from "../shown/chart";
import { asAmount, asChart } from "../reading";
import type { KindProps } from "../surface";
import { useSurface, useValue } from "../surface";

/** A reader of every number wants the last ones, not a thousand. */
const MOST_ROWS = 50;

/** A chart, and its numbers as a table for who can't see it. */
export function ReadableChart({ branch }: KindProps<"chart">) {
  const { t } = useTranslation("surfaces");
  const { locale } = useSurface();
  const { label, unit } = branch.node.kind;
  const { labels, series } = asChart(useValue(branch.node.value), locale);
  const first = Math.max(0, labels.length - MOST_ROWS);
  return (
    <>
      <Chart branch={branch} />
      <div className="sr-only">
        <table>
          <caption>{[label, unit && `(${unit})`].filter(Boolean).join(" ")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("chartLabels")}</th>
              {series.map(({ name }, index) => (
                <th key={index} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {labels.slice(first).map((text, index) => (
              <tr key={index}>
                <th scope="row">{text}</th>
                {series.map(({ values }, column) => {
                  const value = values[first + index];
                  return <td key={column}>{value === undefined ? "" : asAmount(value, locale)}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
