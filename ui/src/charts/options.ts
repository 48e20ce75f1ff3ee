import type uPlot from "uplot";
import type { Formatter } from "../lib/format";
import { isolated, type XAxis } from "../lib/series";

export type Range = [from: number, to: number];

export interface ChartOptions {
  axis: XAxis;
  log: boolean;
  /** The part of the x axis that is shown; null for all of it. */
  range: Range | null;
  format: Formatter;
  /** Called with the range that was dragged, or null for a double click. */
  onRange(range: Range | null): void;
  /** Called with the index of the point under the cursor, or null. */
  onPoint(index: number | null): void;
}

export interface Colours {
  line: string;
  grid: string;
  text: string;
  font: string;
}

/** Distances between the marks of a time axis, in seconds. */
const TIME_STEPS = [
  0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
  14400, 21600, 43200, 86400, 172800, 432000, 864000, 2592000,
];
const MANY_POINTS = 24;
const SHORTEST_DRAG = 5;

/** A single value, or a range without extent, still needs an axis to lie on. */
export function padded(from: number, to: number): Range {
  if (from < to) return [from, to];
  const room = Math.abs(from) * 0.1 || 1;
  return [from - room, from + room];
}

/** Which points get a dot: all of a short series, else those that no line would show. */
function dots(y: (number | null | undefined)[]): number[] | null {
  return y.length <= MANY_POINTS ? null : isolated(y.map((value) => value ?? null));
}

export function chartOptions(
  options: ChartOptions,
  colours: Colours,
  size: { width: number; height: number },
): uPlot.Options {
  const { axis, log, range, format } = options;
  const line = {
    stroke: colours.text,
    font: colours.font,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { show: false },
  };
  const xLabel = (value: number) =>
    axis === "step" ? format.number(value, 6) : format.duration(value * 1000);
  return {
    ...size,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      sync: { key: `run-${axis}` },
      drag: { x: true, y: false, setScale: false, dist: SHORTEST_DRAG },
      points: { size: 7 },
      bind: {
        dblclick: () => () => {
          options.onRange(null);
          return null;
        },
      },
    },
    scales: {
      x: { time: false, range: (_, from, to) => range ?? padded(from ?? 0, to ?? 1) },
      y: { distr: log ? 3 : 1 },
    },
    axes: [
      {
        ...line,
        size: 20,
        gap: 4,
        space: 50,
        ...(axis === "time" ? { incrs: TIME_STEPS } : { incrs: stepIncrements() }),
        values: (_, marks) => marks.map(xLabel),
      },
      {
        ...line,
        gap: 4,
        space: 28,
        size: (_, labels) =>
          14 + Math.max(...(labels ?? []).map((text) => text?.length ?? 0)) * 6.2,
        values: (_, marks) => marks.map((mark) => (mark === null ? "" : format.number(mark, 5))),
      },
    ],
    series: [
      {},
      {
        stroke: colours.line,
        width: 1.5,
        spanGaps: false,
        points: {
          show: (plot) => plot.data[1] !== undefined,
          size: 5,
          fill: colours.line,
          stroke: colours.line,
          filter: (plot) => dots([...(plot.data[1] ?? [])]),
        },
      },
    ],
    hooks: {
      setCursor: [(plot) => options.onPoint(plot.cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < SHORTEST_DRAG) return;
          const from = plot.posToVal(left, "x");
          const to = plot.posToVal(left + width, "x");
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          options.onRange([from, to]);
        },
      ],
    },
  };
}

/** Steps are whole numbers, and so are the marks between them. */
function stepIncrements(): number[] {
  return Array.from({ length: 16 }, (_, power) =>
    [1, 2, 5].map((digit) => digit * 10 ** power),
  ).flat();
}
