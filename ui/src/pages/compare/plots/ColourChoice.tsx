import controls from "../../../components/controls.module.css";
import { useI18n } from "../../../i18n/context";
import { type PlotAxis, type PlotKey, shareOf, valueText } from "../../../lib/plotAxes";
import styles from "./plots.module.css";

/** The colour of a run by its value; grey where it has none. */
export function shade(axis: PlotAxis | undefined, run: number): string {
  const value = axis?.values[run] ?? null;
  if (axis === undefined || value === null) return "var(--ink-soft)";
  const percent = (100 * shareOf(axis, value)).toFixed(1);
  return `color-mix(in oklab, var(--scale-high) ${percent}%, var(--scale-low))`;
}

interface Props {
  metrics: readonly PlotAxis[];
  chosen: PlotAxis;
  onChange(key: PlotKey): void;
}

/** The metric that colours the runs, and what its colours mean. */
export function ColourChoice({ metrics, chosen, onChange }: Props) {
  const { t, format } = useI18n();
  return (
    <div className={styles.colour}>
      <label className={styles.field}>
        {t("plots.colour")}
        <select
          className={controls.input}
          value={chosen.key}
          onChange={(event) => onChange(event.target.value as PlotKey)}
        >
          {metrics.map(({ key, name }) => (
            <option key={key} value={key}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <span className={styles.legend}>
        {valueText(chosen, chosen.min, format)}
        <i className={styles.ramp} />
        {valueText(chosen, chosen.max, format)}
      </span>
    </div>
  );
}
