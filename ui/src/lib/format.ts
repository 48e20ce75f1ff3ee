import { DEFAULTS, type Digits, type Settings } from "./settings";

/** Numbers, times and sizes as text, in the language of the page. Everything goes through `Intl`. */

export interface Formatter {
  /** What options of `Intl.DateTimeFormat` say where times are shown; absent: the browser's. */
  timeZone: string | undefined;
  /** A number with `digits` significant digits, in scientific notation where plain digits would mislead. */
  number(value: number, digits?: number): string;
  integer(value: number): string;
  /** A number with so many decimals. */
  fixed(value: number, decimals: number): string;
  /** Numbers of one column with a common number of decimals, so that the points stand in line. */
  column(values: number[]): (value: number) => string;
  dateTime(time: number): string;
  exactTime(time: number): string;
  duration(milliseconds: number): string;
  bytes(size: number): string;
}

const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
/** How many digits a number has, and how many the largest of a column. */
const DIGITS: Record<Digits, readonly [alone: number, column: number]> = {
  fewer: [4, 3],
  normal: [6, 4],
  more: [10, 7],
};
const MOST_DECIMALS = 9;
const PLAIN_FROM = 1e-4;
const PLAIN_BELOW = 1e9;

function nonFinite(value: number): string | null {
  if (Number.isNaN(value)) return "NaN";
  if (Math.abs(value) >= Number.MAX_VALUE) return value > 0 ? "∞" : "−∞";
  return null;
}

function isPlain(value: number): boolean {
  const size = Math.abs(value);
  return size === 0 || (size >= PLAIN_FROM && size < PLAIN_BELOW);
}

/** How many decimals give the largest of `values` so many digits. */
export function columnDecimals(values: number[], digits: Digits = "normal"): number {
  const shown = values.filter((value) => nonFinite(value) === null && isPlain(value));
  if (shown.every(Number.isInteger)) return 0;
  const largest = Math.max(...shown.map(Math.abs));
  const [, wanted] = DIGITS[digits];
  const most = digits === "more" ? MOST_DECIMALS : 6;
  return Math.min(most, Math.max(0, wanted - 1 - Math.floor(Math.log10(largest))));
}

export function createFormatter(language: string, settings: Settings = DEFAULTS): Formatter {
  const useGrouping = settings.grouping;
  const timeZone = settings.timeZone || undefined;
  const [alone] = DIGITS[settings.digits];
  const made = new Map<string, Intl.NumberFormat>();
  const numberFormat = (options: Intl.NumberFormatOptions): Intl.NumberFormat => {
    const key = JSON.stringify(options);
    const known = made.get(key) ?? new Intl.NumberFormat(language, { useGrouping, ...options });
    made.set(key, known);
    return known;
  };
  const unit = (value: number, name: string, options: Intl.NumberFormatOptions = {}) =>
    numberFormat({ style: "unit", unit: name, unitDisplay: "narrow", ...options }).format(value);
  const scientific = (value: number, digits: number) =>
    numberFormat({ notation: "scientific", maximumSignificantDigits: digits })
      .format(value)
      .replace("E", "e");
  const number = (value: number, digits = alone) => {
    const special = nonFinite(value);
    if (special !== null) return special;
    if (!isPlain(value)) return scientific(value, digits);
    // All digits before the point are shown: fewer would be another number.
    const isWhole = Number.isInteger(value) || Math.abs(value) >= 10 ** digits;
    return numberFormat(
      isWhole ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: digits },
    ).format(value);
  };

  const day: Intl.DateTimeFormatOptions = { month: "short", day: "numeric", timeZone };
  const clock: Intl.DateTimeFormatOptions = {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  };
  const thisYear = new Intl.DateTimeFormat(language, { ...day, ...clock });
  const otherYear = new Intl.DateTimeFormat(language, { ...day, ...clock, year: "numeric" });
  const exact = new Intl.DateTimeFormat(language, {
    dateStyle: "full",
    timeStyle: "long",
    timeZone,
  });
  const year = new Intl.DateTimeFormat("en", { year: "numeric", timeZone });

  return {
    timeZone,
    number,
    integer: (value) => numberFormat({ maximumFractionDigits: 0 }).format(value),
    fixed: (value, decimals) =>
      nonFinite(value) ??
      numberFormat({ minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(
        value,
      ),
    column(values) {
      const decimals = columnDecimals(values, settings.digits);
      const format = numberFormat({
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
      });
      return (value) => {
        const special = nonFinite(value);
        if (special !== null) return special;
        // Fewer than two digits would be left: say what it is rather than 0.0000.
        const vanishes = value !== 0 && Math.abs(value) < 10 ** (1 - decimals) && decimals > 0;
        return isPlain(value) && !vanishes ? format.format(value) : scientific(value, 3);
      };
    },
    dateTime(time) {
      const isThisYear = year.format(time) === year.format(Date.now());
      return (isThisYear ? thisYear : otherYear).format(time);
    },
    exactTime: (time) => exact.format(time),
    duration(milliseconds) {
      const seconds = milliseconds / 1000;
      if (seconds < 1) return unit(Math.round(milliseconds), "millisecond");
      if (seconds < 9.95) return unit(seconds, "second", { maximumFractionDigits: 1 });
      const whole = Math.round(seconds);
      if (whole < 60) return unit(whole, "second");
      const [days, hours] = [Math.floor(whole / 86400), Math.floor((whole % 86400) / 3600)];
      const minutes = Math.floor((whole % 3600) / 60);
      if (days > 0) return `${unit(days, "day")} ${unit(hours, "hour")}`;
      if (hours > 0) return `${unit(hours, "hour")} ${unit(minutes, "minute")}`;
      return `${unit(minutes, "minute")} ${unit(whole % 60, "second")}`;
    },
    bytes(size) {
      let step = 0;
      let scaled = size;
      while (scaled >= 999.5 && step < SIZES.length - 1) {
        scaled /= 1000;
        step += 1;
      }
      return numberFormat({
        style: "unit",
        unit: SIZES[step] ?? "byte",
        unitDisplay: "narrow",
        maximumFractionDigits: scaled < 9.95 && step > 0 ? 1 : 0,
      }).format(scaled);
    },
  };
}
