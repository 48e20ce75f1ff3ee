import { type MouseEvent, useId } from "react";
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
import type { Box } from "../../../lib/plotBoxes";
import { short } from "./ParallelAxis";
import styles from "./plots.module.css";

interface Props {
  x: PlotAxis;
  y: PlotAxis;
  boxes: readonly Box[];
  active: number | null;
  /** The room there is, in pixels. */
  size: { width: number; height: number };
  onHover(run: number | null): void;
  onHold(run: number | null): void;
}

const LEFT = 92;
const RIGHT = 28;
const TOP = 34;
const BOTTOM = 64;
const LEAST = 280;
const GROUP = 72;
const WIDEST = 90;
const REACH = 14;
const UPWARDS = 18;

/** A box for each group of runs, and their values beside it. */
export function Boxes({ x, y, boxes, active, size, onHover, onHold }: Props) {
  const { language, t, format } = useI18n();
  const id = useId();
  const labels = heightLabels(language, format);
  const width = Math.max(LEAST, size.width, LEFT + RIGHT + boxes.length * GROUP);
  const height = Math.max(LEAST, size.height);
  const tall = height - TOP - BOTTOM;
  const group = (width - LEFT - RIGHT) / Math.max(1, boxes.length);
  const half = Math.min(WIDEST, group * 0.5) / 2;
  const top = (value: number) => TOP + tall * (1 - shareOf(y, value));
  const middle = (at: number) => LEFT + group * (at + 0.5);
  const name = ({ from, to }: Box) => {
    const [low, high] = [from, to].map((value) => valueText(x, value, format));
    return from === to ? (low ?? "") : `${low} – ${high}`;
  };
  const places = new Map(
    boxes.flatMap((box, at) =>
      box.runs.map((run, place): [number, Point] => {
        const across = middle(at) + half * 0.7 * (((place * 0.618) % 1) * 2 - 1);
        return [run, [across, top(box.values[place] ?? 0)]];
      }),
    ),
  );
  const runs = [...places.keys()];
  const runAt = (event: MouseEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const dots = [...places.values()].map((point) => [point]);
    const found = nearestLine(dots, [event.clientX - box.left, event.clientY - box.top], REACH);
    return found === null ? null : (runs[found] ?? null);
  };
  const dot = active === null ? undefined : places.get(active);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys go through the runs on the whole page.
    <svg
      className={styles.plot}
      role="img"
      aria-labelledby={id}
      width={width}
      height={height}
      onPointerMove={(event) => onHover(runAt(event))}
      onPointerLeave={() => onHover(null)}
      onClick={(event) => onHold(runAt(event))}
    >
      <title id={id}>{t("plots.boxLabel", { n: runs.length, x: x.name, y: y.name })}</title>
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
            {short(labels(mark))}
          </text>
        </g>
      ))}
      <text className={styles.caption} x={12} y={14}>
        {y.name}
      </text>
      <text className={styles.caption} x={width - RIGHT} y={height - 8} textAnchor="end">
        {x.name}
      </text>
      {boxes.map((box, at) => (
        <g key={box.from} className={styles.box}>
          <line x1={middle(at)} x2={middle(at)} y1={top(box.low)} y2={top(box.high)} />
          {[box.low, box.high].map((end, place) => (
            <line
              // biome-ignore lint/suspicious/noArrayIndexKey: both ends may be the same value.
              key={place}
              x1={middle(at) - half / 2}
              x2={middle(at) + half / 2}
              y1={top(end)}
              y2={top(end)}
            />
          ))}
          <rect
            x={middle(at) - half}
            width={2 * half}
            y={top(box.q3)}
            height={Math.max(1, top(box.q1) - top(box.q3))}
            rx={2}
          />
          <line
            className={styles.median}
            x1={middle(at) - half}
            x2={middle(at) + half}
            y1={top(box.median)}
            y2={top(box.median)}
          />
          <text className={`${styles.mark} ${styles.below}`} x={middle(at)} y={TOP + tall + 20}>
            {short(name(box))}
          </text>
          <text className={`${styles.mark} ${styles.below}`} x={middle(at)} y={TOP + tall + 36}>
            n = {format.integer(box.runs.length)}
          </text>
          <title>
            {t("plots.boxFacts", {
              name: name(box),
              n: box.runs.length,
              median: format.number(box.median),
              q1: format.number(box.q1),
              q3: format.number(box.q3),
            })}
          </title>
        </g>
      ))}
      <g className={styles.dots}>
        {[...places].map(([run, [across, up]]) => (
          <circle
            key={run}
            cx={across}
            cy={up}
            r={run === active ? 7 : 4}
            style={{ fill: "var(--series)" }}
            opacity={active === null || active === run ? undefined : 0.5}
          />
        ))}
      </g>
      {dot !== undefined && active !== null && (
        <g className={styles.active}>
          <text x={dot[0] + 11} y={dot[1]} dy="0.32em">
            {format.number(y.values[active] ?? 0)}
          </text>
        </g>
      )}
    </svg>
  );
}
