import type { Json, JsonObject } from "@/client/frames";

/**
 * What a value must be for a kind to show it. A plugin may set any JSON; what does not fit shows as
 * if it was not set.
 */

export function asText(value: Json | undefined, locale: string): string {
  if (typeof value === "number") return asAmount(value, locale);
  return typeof value === "string" ? value : "";
}

export function asNumber(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function asBoolean(value: Json | undefined): boolean {
  return value === true;
}

export function asList(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

export function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

const formats = new Map<string, Intl.NumberFormat>();

/** A number as people of that language write it. */
export function asAmount(value: number, locale: string): string {
  let format = formats.get(locale);
  if (!format) {
    format = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
    formats.set(locale, format);
  }
  return format.format(value);
}

export interface Item {
  key: string;
  text: string;
  detail: string;
  icon: string;
  /** `#rrggbb`, of the text; empty: as all text. */
  color: string;
}

/** Items are texts, or objects that have one. */
export function asItems(value: Json | undefined, locale: string): Item[] {
  const seen = new Map<string, number>();
  return asList(value).map((entry) => {
    const object = asObject(entry);
    const text = asText(object ? object.text : entry, locale);
    const id = object ? asText(object.id, locale) : text;
    const before = seen.get(id) ?? 0;
    seen.set(id, before + 1);
    return {
      key: `${id} ${String(before)}`,
      text,
      detail: asText(object?.detail, locale),
      icon: asText(object?.icon, locale),
      color: asColor(object?.color),
    };
  });
}

function asColor(value: Json | undefined): string {
  return typeof value === "string" && /^#[\da-f]{6}$/i.test(value) ? value : "";
}

export interface Series {
  name: string;
  values: (number | undefined)[];
}

export interface ChartData {
  labels: string[];
  series: Series[];
}

const MOST_SERIES = 12;
const MOST_POINTS = 1_000;

/** Series as long as the labels; where there is no number, there is a gap. */
export function asChart(value: Json | undefined, locale: string): ChartData {
  const object = asObject(value);
  const labels = asList(object?.labels).slice(0, MOST_POINTS);
  const series = asList(object?.series).slice(0, MOST_SERIES);
  return {
    labels: labels.map((label) => asText(label, locale)),
    series: series.map((entry) => {
      const one = asObject(entry);
      const values = asList(one?.values);
      return {
        name: asText(one?.name, locale),
        values: labels.map((_, index) => asNumber(values[index])),
      };
    }),
  };
}
