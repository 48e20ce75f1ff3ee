import { useSyncExternalStore } from "react";
import type { MetricEntry } from "../api/types.gen";
import { useI18n } from "../i18n/context";
import { valueText } from "../lib/dictionary";
import { isDrawable } from "../lib/frames";
import { meanText } from "../lib/groups";
import styles from "./charts.module.css";
import type { HoverStore } from "./hoverStore";
import type { Line } from "./lines";

interface Props {
  lines: readonly Line[];
  metric: string;
  /** What is said of the metric. */
  entry?: MetricEntry | undefined;
  /** Whether a value's place is a step. */
  isStep: boolean;
  hover: HoverStore;
  onPick(run: string): void;
}

/** The single values of a few runs: the number alone, or bars with names. */
export function Bars({ lines, metric, entry, isStep, hover, onPick }: Props) {
  const { t, format } = useI18n();
  const run = useSyncExternalStore(
    (listener) => hover.subscribe(listener),
    () => hover.now.run,
  );
  const [first] = lines;
  if (lines.length === 1 && first !== undefined) {
    return (
      <div className={styles.tile}>
        <strong>{valueText(entry, format, format.number)(first.raw[0] ?? Number.NaN)}</strong>
        <span>
          {isStep
            ? t("chart.onePoint", { step: format.integer(first.x[0] ?? 0) })
            : t("charts.points", { n: 1, drawn: "1" })}
        </span>
      </div>
    );
  }
  const values = lines.map(({ raw }) => raw[0] ?? Number.NaN);
  const most = Math.max(...values.map(Math.abs).filter(isDrawable));
  const text = valueText(entry, format, format.column(values));
  return (
    <ul className={styles.bars}>
      {lines.map((line, at) => {
        const value = values[at] ?? Number.NaN;
        const share = isDrawable(value) && most > 0 ? Math.abs(value) / most : 0;
        return (
          <li key={line.run}>
            <button
              type="button"
              className={run === line.run ? styles.chosen : undefined}
              onPointerEnter={() => hover.set({ run: line.run, x: null, axis: null, card: metric })}
              onPointerLeave={() => hover.clear()}
              onClick={() => onPick(line.run)}
            >
              <span>{line.name}</span>
              <span className={styles.bar}>
                <i style={{ width: `${share * 100}%`, background: line.colour }} />
              </span>
              <span className={styles.amount}>
                {line.group === undefined
                  ? text(value)
                  : meanText(value, line.group.std?.[0] ?? 0, line.count?.[0] ?? 0, format)}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
