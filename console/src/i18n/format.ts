import { usePreferences } from "../app/preferences";
import type { Locale, Text } from "../model/types";

// Dates, durations and sizes by Intl, in the person's language. Times of a failover are told in milliseconds.

const tag = (locale: Locale) => (locale === "zh" ? "zh-CN" : "en-GB");

export interface Formats {
  locale: Locale;
  /** A server text in the page's language; the other one when the first is empty. */
  text(text: Text | null | undefined): string;
  /** 14:03:07 */
  time(at: number): string;
  /** 14:03:07.123 */
  timeMillis(at: number): string;
  /** 23 Nov 2026, 14:03:07 */
  dateTime(at: number): string;
  /** 850 ms, 3.42 s, 2 min 5 s: exact below a minute, two units above. */
  duration(millis: number): string;
  /** 23 Nov 2026, 14:03:07.123 */
  dateTimeMillis(at: number): string;
  /** "12 seconds ago", in the coarsest unit that fits. */
  ago(millis: number): string;
  /** "12 seconds", in the coarsest unit that fits. */
  age(millis: number): string;
  /** 1,234 */
  integer(value: number): string;
  /** 0.5, 12 */
  decimal(value: number): string;
  percent(share: number): string;
  /** 512 MiB, 1.5 GiB */
  bytes(bytes: number): string;
}

const secondMillis = 1000;
const minuteMillis = 60 * secondMillis;
const hourMillis = 60 * minuteMillis;
const dayMillis = 24 * hourMillis;

function coarse(millis: number): [number, "second" | "minute" | "hour" | "day"] {
  const size = Math.abs(millis);
  if (size < minuteMillis) return [Math.floor(size / secondMillis), "second"];
  if (size < hourMillis) return [Math.floor(size / minuteMillis), "minute"];
  if (size < dayMillis) return [Math.floor(size / hourMillis), "hour"];
  return [Math.floor(size / dayMillis), "day"];
}

function make(locale: Locale): Formats {
  const language = tag(locale);
  const time = new Intl.DateTimeFormat(language, { timeStyle: "medium", hourCycle: "h23" });
  const timeMillis = new Intl.DateTimeFormat(language, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hourCycle: "h23",
  });
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  const integer = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const decimal = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const twoDigits = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  const unit = (value: number, name: string, display: "long" | "short" = "long") =>
    new Intl.NumberFormat(language, {
      style: "unit",
      unit: name,
      unitDisplay: display,
      maximumFractionDigits: 0,
    }).format(value);

  return {
    locale,
    text: (text) => (text ? text[locale] || text.en || text.zh : ""),
    time: (at) => time.format(at),
    timeMillis: (at) => timeMillis.format(at),
    dateTimeMillis: (at) => `${date.format(at)} ${timeMillis.format(at)}`,
    dateTime: (at) => dateTime.format(at),
    duration: (millis) => {
      const rounded = Math.round(millis);
      if (Math.abs(rounded) < secondMillis) return `${integer.format(rounded)} ms`;
      if (Math.abs(rounded) < minuteMillis) return `${twoDigits.format(rounded / secondMillis)} s`;
      const minutes = Math.floor(rounded / minuteMillis);
      const seconds = Math.floor((rounded % minuteMillis) / secondMillis);
      if (minutes < 60) return `${unit(minutes, "minute", "short")} ${unit(seconds, "second", "short")}`;
      return `${unit(Math.floor(minutes / 60), "hour", "short")} ${unit(minutes % 60, "minute", "short")}`;
    },
    ago: (millis) => relative.format(-coarse(millis)[0], coarse(millis)[1]),
    age: (millis) => unit(...coarse(millis)),
    integer: (value) => integer.format(value),
    decimal: (value) => decimal.format(value),
    percent: (share) => percent.format(share),
    bytes: (bytes) => {
      const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
      let value = bytes;
      let index = 0;
      while (value >= 1024 && index < units.length - 1) {
        value /= 1024;
        index++;
      }
      return `${decimal.format(value)} ${units[index]}`;
    },
  };
}

export const formats: Record<Locale, Formats> = { en: make("en"), zh: make("zh") };

export function useFormats(): Formats {
  return formats[usePreferences().locale];
}
