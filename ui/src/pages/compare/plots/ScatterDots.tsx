import { type MouseEvent, type ReactNode, useId } from "react";
import { heightLabels } from "../../../charts/axes";
import { useI18n } from "../../../i18n/context";
import {
  marksOf,
  nearestLine,
  type PlotAxis,
  type Point,
  shareOf,
  valueText,
} from "../../../lib/plotAxes";
import { short } from "./ParallelAxis";
import styles from "./plots.module.css";

/** Where the axes' ends are, in pixels. */
export interface Plane {
  left: number;
  top: number;
  wide: number;
  tall: number;
}

interface Props {
  x: PlotAxis;
  y: PlotAxis;
  /** For each run whether it has a place, its colour and its name. */
  drawn: readonly boolean[];
  colours: readonly string[];
  names: readonly string[];
  active: number | null;
  /** The room there is, in pixels. */
  size: { width: number; height: number };
  /** What lies behind the dots. */
  behind: ((plane: Plane) => ReactNode) | undefined;
  onHover(run: number | null): void;
  onOpen(run: number): void;
}

const LEFT = 92;
const RIGHT = 28;
const TOP = 34;
const BOTTOM = 56;
const LEAST = 280;
const REACH = 18;
/** Distances between marks: texts across need more of it. */
const ACROSS = 56;
const UPWARDS = 18;

/** The dots of the runs between two axes; the nearest one stands out under the pointer. */
export function ScatterDots(props: Props) {
  const { x, y, drawn, colours, names, active, size, behind, onHover, onOpen } = props;
  const { language, t, format } = useI18n();
  const id = useId();
  const labels = heightLabels(language, format);
  const width = Math.max(LEAST, size.width);
  const height = Math.max(LEAST, size.height);
  const [wide, tall] = [width - LEFT - RIGHT, height - TOP - BOTTOM];
  const left = (value: number) => LEFT + wide * shareOf(x, value);
  const top = (value: number) => TOP + tall * (1 - shareOf(y, value));
  const text = (axis: PlotAxis, mark: number) =>
    short(axis.scale === "categories" ? valueText(axis, mark, format) : labels(mark));
  const dots = drawn.map((isDrawn, run): Point[] =>
    isDrawn ? [[left(x.values[run] ?? 0), top(y.values[run] ?? 0)]] : [],
  );
  const runAt = (event: MouseEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return nearestLine(dots, [event.clientX - box.left, event.clientY - box.top], REACH);
  };
  const [dot] = active === null ? [] : (dots[active] ?? []);
  const isRight = dot !== undefined && dot[0] > LEFT + wide / 2;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys go through the runs on the whole page.
    <svg
      className={active === null ? styles.plot : `${styles.plot} ${styles.clickable}`}
      role="img"
      aria-labelledby={id}
      width={width}
      height={height}
      onPointerMove={(event) => onHover(runAt(event))}
      onPointerLeave={() => onHover(null)}
      onClick={(event) => {
        const run = runAt(event);
        if (run !== null) onOpen(run);
      }}
    >
      <title id={id}>
        {t("plots.scatterLabel", { n: drawn.filter(Boolean).length, x: x.name, y: y.name })}
      </title>
      {behind?.({ left: LEFT, top: TOP, wide, tall })}
      {marksOf(y, tall, UPWARDS).map((mark) => (
        <g key={mark}>
          <line
            className={styles.grid}
            x1={LEFT - 6}
            x2={width - RIGHT + 6}
            y1={top(mark)}
            y2={top(mark)}
          />
          <text className={styles.mark} x={LEFT - 14} y={top(mark)} dy="0.32em">
            {text(y, mark)}
          </text>
        </g>
      ))}
      {marksOf(x, wide, ACROSS).map((mark) => (
        <g key={mark}>
          <line
            className={styles.grid}
            x1={left(mark)}
            x2={left(mark)}
            y1={TOP - 6}
            y2={TOP + tall + 6}
          />
          <text className={`${styles.mark} ${styles.below}`} x={left(mark)} y={TOP + tall + 20}>
            {text(x, mark)}
          </text>
        </g>
      ))}
      <text className={styles.caption} x={12} y={14}>
        {y.name}
      </text>
      <text className={styles.caption} x={width - RIGHT} y={height - 8} textAnchor="end">
        {x.name}
      </text>
      <g className={styles.dots}>
        {dots.map(([at], run) =>
          at === undefined ? null : (
            <circle
              // biome-ignore lint/suspicious/noArrayIndexKey: a dot is the run at its place.
              key={run}
              cx={at[0]}
              cy={at[1]}
              r={5.5}
              style={{ fill: colours[run] }}
              opacity={active === null || active === run ? undefined : 0.4}
            />
          ),
        )}
      </g>
      {dot !== undefined && active !== null && (
        <g className={`${styles.active} ${styles.dots}`}>
          <circle cx={dot[0]} cy={dot[1]} r={8} style={{ fill: colours[active] }} />
          <text
            x={dot[0] + (isRight ? -13 : 13)}
            y={dot[1]}
            dy="0.32em"
            textAnchor={isRight ? "end" : "start"}
          >
            {names[active]}
          </text>
        </g>
      )}
    </svg>
  );
}
