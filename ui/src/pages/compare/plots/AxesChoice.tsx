import { Popover } from "../../../components/Popover";
import { useI18n } from "../../../i18n/context";
import type { PlotAxis, PlotKey } from "../../../lib/plotAxes";
import styles from "./plots.module.css";

interface Props {
  all: readonly PlotAxis[];
  chosen: readonly PlotKey[];
  onChange(keys: PlotKey[]): void;
}

/** Which params and metrics are axes. */
export function AxesChoice({ all, chosen, onChange }: Props) {
  const { t, format } = useI18n();
  const groups = [
    [t("run.params"), all.filter(({ key }) => key.startsWith("params."))],
    [t("compare.metrics"), all.filter(({ key }) => key.startsWith("metrics."))],
  ] as const;
  const toggle = (changed: PlotKey, isIn: boolean) =>
    onChange(
      all.map(({ key }) => key).filter((key) => (key === changed ? isIn : chosen.includes(key))),
    );
  return (
    <Popover
      label={`${t("plots.axes")} ${format.integer(chosen.length)}/${format.integer(all.length)}`}
    >
      {groups.map(([title, axes]) => (
        <fieldset key={title} className={styles.group} hidden={axes.length === 0}>
          <legend>{title}</legend>
          {axes.map(({ key, name, varies }) => (
            <label key={key}>
              <input
                type="checkbox"
                checked={chosen.includes(key)}
                onChange={(event) => toggle(key, event.target.checked)}
              />
              {name}
              {!varies && <small>{t("plots.same")}</small>}
            </label>
          ))}
        </fieldset>
      ))}
    </Popover>
  );
}
