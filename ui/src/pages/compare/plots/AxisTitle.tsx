import { Button } from "../../../components/controls";
import controls from "../../../components/controls.module.css";
import { Popover } from "../../../components/Popover";
import { useI18n } from "../../../i18n/context";
import { type PlotAxis, type Range, valuesOf, valueText } from "../../../lib/plotAxes";
import styles from "./plots.module.css";

interface Props {
  axis: PlotAxis;
  range: Range | undefined;
  onKeep(range: Range | null): void;
}

/** An axis' name; what it opens keeps a part of the axis without a pointer. */
export function AxisTitle({ axis, range, onKeep }: Props) {
  const { t, format } = useI18n();
  const values = valuesOf(axis);
  const [least = 0, most = 0] = [values[0], values.at(-1)];
  const [from, to] = range ?? [least, most];
  // A range of a link may end between the values that runs have.
  const low = values.find((value) => value >= from) ?? most;
  const high = values.findLast((value) => value <= to) ?? least;
  const ends = [
    [t("plots.from"), low, (value: number) => [value, Math.max(value, high)] as const],
    [t("plots.to"), high, (value: number) => [Math.min(value, low), value] as const],
  ] as const;
  return (
    <Popover
      label={<span>{axis.name}</span>}
      name={t("plots.range", { name: axis.name })}
      className={range === undefined ? styles.title : `${styles.title} ${styles.chosen}`}
    >
      <div className={styles.range}>
        <strong>{axis.name}</strong>
        {ends.map(([label, end, changed]) => (
          <label key={label}>
            {label}
            <select
              className={controls.input}
              value={end}
              onChange={(event) => onKeep(changed(Number(event.target.value)))}
            >
              {values.map((value) => (
                <option key={value} value={value}>
                  {valueText(axis, value, format)}
                </option>
              ))}
            </select>
          </label>
        ))}
        <Button disabled={range === undefined} onClick={() => onKeep(null)}>
          {t("plots.keepWhole")}
        </Button>
      </div>
    </Popover>
  );
}
