import { type PointerEvent, useState } from "react";
import { heightLabels } from "../../../charts/axes";
import { useI18n } from "../../../i18n/context";
import {
  marksOf,
  type PlotAxis,
  type Range,
  rangeBetween,
  shareOf,
  valueAt,
  valueText,
} from "../../../lib/plotAxes";
import styles from "./plots.module.css";

interface Props {
  axis: PlotAxis;
  x: number;
  top: number;
  size: number;
  /** The height of runs without a value; null where all have one. */
  none: number | null;
  range: Range | undefined;
  /** What is kept while the pointer drags. */
  onDrag(range: Range): void;
  /** What is kept in the end; null: all. */
  onKeep(range: Range | null): void;
}

const LONGEST = 12;
const MARK_DISTANCE = 15;
/** How far a range is drawn beyond the values at its ends, in pixels. */
const BEYOND = 5;
/** A shorter way of the pointer is a click. */
const CLICK = 4;

/** An axis with its marks; dragging along it keeps a part, a click on it the whole. */
export function ParallelAxis(props: Props) {
  const { axis, x, top, size, none, range, onDrag, onKeep } = props;
  const { language, t, format } = useI18n();
  const [start, setStart] = useState<number | null>(null);
  const labels = heightLabels(language, format);
  const y = (value: number) => top + size * (1 - shareOf(axis, value));
  const text = (mark: number) =>
    axis.scale === "categories" ? valueText(axis, mark, format) : labels(mark);
  const shareAt = (event: PointerEvent<SVGRectElement>) => {
    const { top: above } = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, 1 - (event.clientY - above - BEYOND) / size));
  };
  const drag = (event: PointerEvent<SVGRectElement>) => {
    if (start === null) return;
    const [low, high] = [start, shareAt(event)].sort((a, b) => a - b) as [number, number];
    onDrag([valueAt(axis, low), valueAt(axis, high)]);
  };
  const drop = (event: PointerEvent<SVGRectElement>) => {
    if (start === null) return;
    const end = shareAt(event);
    setStart(null);
    onKeep(Math.abs(end - start) * size < CLICK ? null : rangeBetween(axis, start, end));
  };
  return (
    <g>
      <line className={styles.axis} x1={x} x2={x} y1={top} y2={top + size} />
      {marksOf(axis, size, MARK_DISTANCE).map((mark) => (
        <text key={mark} className={styles.mark} x={x - 7} y={y(mark)} dy="0.32em">
          {short(text(mark))}
        </text>
      ))}
      {none !== null && (
        <text className={styles.mark} x={x - 7} y={none} dy="0.32em">
          {t("plots.none")}
        </text>
      )}
      {range !== undefined && (
        <rect
          className={styles.kept}
          x={x - 6}
          width={12}
          y={y(range[1]) - BEYOND}
          height={Math.max(0, y(range[0]) - y(range[1])) + 2 * BEYOND}
          rx={3}
        />
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the axis' name opens the same for the keyboard. */}
      <rect
        className={styles.grip}
        x={x - 14}
        width={28}
        y={top - BEYOND}
        height={size + 2 * BEYOND}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setStart(shareAt(event));
        }}
        onPointerMove={drag}
        onPointerUp={drop}
        onPointerCancel={drop}
        onClick={(event) => event.stopPropagation()}
      />
    </g>
  );
}

export function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
