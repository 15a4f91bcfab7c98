import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

const UNITS = ["B", "KiB", "MiB", "GiB"];

/** Numbers, times and sizes in the language of the page. */
export function useFormat() {
  const { language } = useTranslation().i18n;
  return formatFor(language);
}

export type Format = ReturnType<typeof makeFormat>;

/** By language. They are dear to make, and a busy list has new rows in every frame. */
const formats = new Map<string, Format>();

export function formatFor(language: string): Format {
  let format = formats.get(language);
  if (!format) {
    format = makeFormat(language);
    formats.set(language, format);
  }
  return format;
}

function makeFormat(language: string) {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const short = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const clock = new Intl.DateTimeFormat(language, { timeStyle: "medium" });
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  return {
    whole: (value: number) => whole.format(value),
    short: (value: number) => short.format(value),
    clock: (milliseconds: number) => clock.format(milliseconds),
    date: (milliseconds: number) => date.format(milliseconds),
    /** A moment as seen from another one: `5 min. ago`. */
    relative: (milliseconds: number, now: number) => {
      const seconds = Math.round((milliseconds - now) / 1_000);
      const size = Math.abs(seconds);
      if (size < 60) return relative.format(seconds, "second");
      if (size < 3_600) return relative.format(Math.round(seconds / 60), "minute");
      if (size < 86_400) return relative.format(Math.round(seconds / 3_600), "hour");
      return relative.format(Math.round(seconds / 86_400), "day");
    },
    bytes: (bytes: number) => {
      const step = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
      return `${short.format(bytes / 1024 ** step)} ${UNITS[step] ?? ""}`;
    },
    /** `1:05`, never below zero. */
    countdown: (milliseconds: number) => {
      const seconds = Math.max(0, Math.ceil(milliseconds / 1_000));
      return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    },
  };
}

/** The time, again every so many milliseconds. */
export function useNow(every = 1_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
