import controls from "../../../components/controls.module.css";
import type { PlotAxis, PlotKey } from "../../../lib/plotAxes";
import styles from "./plots.module.css";

interface Props {
  label: string;
  all: readonly PlotAxis[];
  chosen: PlotAxis;
  onChange(key: PlotKey): void;
}

/** Which param or metric an axis shows. */
export function AxisChoice({ label, all, chosen, onChange }: Props) {
  return (
    <label className={styles.field}>
      {label}
      <select
        className={controls.input}
        value={chosen.key}
        onChange={(event) => onChange(event.target.value as PlotKey)}
      >
        {all.map(({ key, name }) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
