import type uPlot from "uplot";
import type { ChartAxis } from "../lib/chartsView";
import type { Formatter } from "../lib/format";
import type { Theme } from "./theme";
import { logTicks } from "./ticks";

const SECOND = 1000;
const DAY = 86_400 * SECOND;
const UNITS = [
  ["day", DAY],
  ["hour", 3600 * SECOND],
  ["minute", 60 * SECOND],
  ["second", SECOND],
] as const;
/** Distances between the marks of an axis of durations, in milliseconds. */
const DURATIONS = [
  0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
  14400, 21600, 43200, 86400, 172800, 432000, 864000, 2592000, 7776000, 31536000,
].map((seconds) => seconds * SECOND);
/** Steps are whole numbers, and so are the marks between them. */
const WHOLE = Array.from({ length: 16 }, (_, power) =>
  [1, 2, 5].map((digit) => digit * 10 ** power),
).flat();
const COMPACT_FROM = 10_000;
const LONG_FROM = 100_000;

/** Texts of the marks of an axis; `distance` is that between two marks. */
export type Labels = (mark: number, distance: number) => string;

export function axisLabels(axis: ChartAxis, language: string, format: Formatter): Labels {
  if (axis === "relative") {
    const whole = UNITS.map(([unit, size]) => {
      const options = { style: "unit", unit, unitDisplay: "narrow" } as const;
      const made = new Intl.NumberFormat(language, options);
      return [size, (mark: number) => made.format(mark / size)] as const;
    });
    return (mark) => {
      if (mark === 0) return "0";
      const unit = whole.find(([size]) => mark % size === 0);
      return unit === undefined ? format.duration(mark) : unit[1](mark);
    };
  }
  if (axis === "time") {
    const { timeZone } = format;
    const time = (options: Intl.DateTimeFormatOptions) => {
      const made = new Intl.DateTimeFormat(language, { hourCycle: "h23", timeZone, ...options });
      return (mark: number) => made.format(mark);
    };
    const ofDay = new Intl.DateTimeFormat("en", {
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone,
    });
    const day = time({ month: "numeric", day: "numeric" });
    const minute = time({ hour: "2-digit", minute: "2-digit" });
    const second = time({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
    return (mark, distance) => {
      if (distance >= DAY) return day(mark);
      const isMidnight = ofDay.format(mark) === "00:00";
      if (isMidnight && distance >= 60 * SECOND) return day(mark);
      return distance >= 60 * SECOND ? minute(mark) : second(mark);
    };
  }
  const compact = new Intl.NumberFormat(language, { notation: "compact" });
  return (mark, distance) =>
    Math.abs(mark) >= COMPACT_FROM && (distance >= 1000 || distance === 0)
      ? compact.format(mark)
      : format.number(mark, 6);
}

/** Numbers beside the y axis: long ones in short. */
export function heightLabels(language: string, format: Formatter): (mark: number) => string {
  const compact = new Intl.NumberFormat(language, {
    notation: "compact",
    maximumSignificantDigits: 4,
  });
  return (mark) =>
    Math.abs(mark) >= LONG_FROM && Math.abs(mark) < 1e15
      ? compact.format(mark)
      : format.number(mark, 5);
}

interface AxesOptions {
  axis: ChartAxis;
  logX: boolean;
  logY: boolean;
  /** Whether the x axis only counts, so that its marks say nothing. */
  isRank: boolean;
  labels: Labels;
  heights(mark: number): string;
  theme: Theme;
}

export function makeAxes(options: AxesOptions): uPlot.Axis[] {
  const { axis, logX, logY, isRank, labels, heights, theme } = options;
  const line = {
    stroke: theme.soft,
    font: theme.font,
    grid: { stroke: theme.line, width: 1 },
    ticks: { show: false },
  };
  const logarithmic: uPlot.Axis = {
    splits: (_, __, min, max) => logTicks(min, max),
    filter: (_, marks) => marks,
  };
  const distances: uPlot.Axis = logX
    ? logarithmic
    : axis === "time"
      ? {}
      : { incrs: axis === "step" ? WHOLE : DURATIONS };
  return [
    {
      ...line,
      ...distances,
      show: !isRank,
      size: 20,
      gap: 4,
      space: 64,
      values: (_, marks, __, ___, distance) =>
        marks.map((mark) => (mark === null ? "" : labels(mark, logX ? 0 : distance))),
    },
    {
      ...line,
      ...(logY ? logarithmic : {}),
      gap: 4,
      space: 28,
      size: (_, texts) => 14 + Math.max(2, ...(texts ?? []).map((text) => text?.length ?? 0)) * 6.2,
      values: (_, marks) => marks.map((mark) => (mark === null ? "" : heights(mark))),
    },
  ];
}
