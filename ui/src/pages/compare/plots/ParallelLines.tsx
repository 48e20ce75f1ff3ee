import { type MouseEvent, useId } from "react";
import { useI18n } from "../../../i18n/context";
import {
  nearestLine,
  type PlotAxis,
  type Point,
  type Range,
  runText,
  shareOf,
} from "../../../lib/plotAxes";
import { AxisTitle } from "./AxisTitle";
import { ParallelAxis, short } from "./ParallelAxis";
import styles from "./plots.module.css";

interface Props {
  axes: readonly PlotAxis[];
  /** For each run, its colour and whether it is kept. */
  colours: readonly string[];
  kept: readonly boolean[];
  ranges: Readonly<Record<string, Range>>;
  active: number | null;
  /** The room there is, in pixels. */
  size: { width: number; height: number };
  onHover(run: number | null): void;
  onHold(run: number | null): void;
  onDrag(axis: PlotAxis, range: Range): void;
  onKeep(axis: PlotAxis, range: Range | null): void;
}

const LEFT = 84;
const RIGHT = 72;
const TOP = 12;
const BOTTOM = 14;
/** Where runs without a value pass an axis, below its end. */
const NONE = 24;
const TITLES = 44;
const LEAST_GAP = 104;
const LEAST_HEIGHT = 260;
const REACH = 16;

const pathOf = (line: readonly Point[]) => `M${line.map(([x, y]) => `${x},${y}`).join("L")}`;

/** The lines of the runs, which stand out under the pointer, and the axes that they cross. */
export function ParallelLines(props: Props) {
  const { axes, colours, kept, ranges, active, size, onHover, onHold, onDrag, onKeep } = props;
  const { t, format } = useI18n();
  const id = useId();
  const gap = Math.max(LEAST_GAP, (size.width - LEFT - RIGHT) / (axes.length - 1));
  const width = LEFT + gap * (axes.length - 1) + RIGHT;
  const height = Math.max(LEAST_HEIGHT, size.height - TITLES);
  const hasNone = axes.some(({ values }) => values.includes(null));
  const tall = height - TOP - BOTTOM - (hasNone ? NONE : 0);
  const none = TOP + tall + NONE;
  const x = (at: number) => LEFT + at * gap;
  const lines = colours.map((_, run) =>
    axes.map((axis, at): Point => {
      const value = axis.values[run] ?? null;
      return [x(at), value === null ? none : TOP + tall * (1 - shareOf(axis, value))];
    }),
  );
  const runAt = (event: MouseEvent<SVGSVGElement>) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const shown = lines.map((line, run) => (kept[run] ? line : []));
    return nearestLine(shown, [event.clientX - left, event.clientY - top], REACH);
  };
  const line = active === null ? undefined : lines[active];
  return (
    <div style={{ width }}>
      <div className={styles.titles} style={{ height: TITLES }}>
        {axes.map((axis, at) => (
          <div key={axis.key} style={{ left: x(at) - gap / 2, width: gap }}>
            <AxisTitle
              axis={axis}
              range={ranges[axis.key]}
              onKeep={(range) => onKeep(axis, range)}
            />
          </div>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys go through the runs on the whole page. */}
      <svg
        className={styles.plot}
        role="img"
        aria-labelledby={id}
        width={width}
        height={height}
        onPointerMove={(event) => onHover(event.buttons === 0 ? runAt(event) : null)}
        onPointerLeave={() => onHover(null)}
        onClick={(event) => onHold(runAt(event))}
      >
        <title id={id}>
          {t("plots.label", { n: colours.length, axes: axes.map(({ name }) => name).join(", ") })}
        </title>
        {[false, true].map((isKept) => (
          <g key={String(isKept)} className={isKept ? styles.lines : styles.others}>
            {lines.map(
              (one, run) =>
                kept[run] === isKept && (
                  <path
                    // biome-ignore lint/suspicious/noArrayIndexKey: a line is the run at its place.
                    key={run}
                    d={pathOf(one)}
                    style={isKept ? { stroke: colours[run] } : undefined}
                    opacity={isKept && active !== null && active !== run ? 0.25 : undefined}
                  />
                ),
            )}
          </g>
        ))}
        {line !== undefined && active !== null && (
          <g className={styles.active}>
            <path d={pathOf(line)} className={styles.halo} />
            <path d={pathOf(line)} style={{ stroke: colours[active] }} />
          </g>
        )}
        <g className={styles.axes}>
          {axes.map((axis, at) => (
            <ParallelAxis
              key={axis.key}
              axis={axis}
              x={x(at)}
              top={TOP}
              size={tall}
              none={axis.values.includes(null) ? none : null}
              range={ranges[axis.key]}
              onDrag={(range) => onDrag(axis, range)}
              onKeep={(range) => onKeep(axis, range)}
            />
          ))}
        </g>
        {line !== undefined && active !== null && (
          <g className={styles.active}>
            {line.map(([left, top], at) => {
              const axis = axes[at];
              if (axis === undefined) return null;
              return (
                <g key={axis.key}>
                  <circle cx={left} cy={top} r={4} style={{ fill: colours[active] }} />
                  <text x={left + 8} y={top} dy="0.32em">
                    {short(runText(axis, active, format))}
                  </text>
                </g>
              );
            })}
          </g>
        )}
      </svg>
    </div>
  );
}
