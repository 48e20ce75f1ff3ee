import { useState } from "react";
import { Button } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { Icon } from "../../components/Icon";
import { Popover } from "../../components/Popover";
import { useI18n } from "../../i18n/context";
import { type ColumnKey, columnName, inTableOrder, type Keys } from "../../lib/columns";
import styles from "./experiment.module.css";

interface Props {
  keys: Keys;
  shown: ColumnKey[];
  isChosen: boolean;
  /** null: choose for me. */
  onChange(columns: ColumnKey[] | null): void;
}

export function ColumnMenu({ keys, shown, isChosen, onChange }: Props) {
  const { t } = useI18n();
  const [find, setFind] = useState("");
  const isShown = new Set(shown);
  const toggle = (key: ColumnKey) =>
    onChange(inTableOrder(isShown.has(key) ? shown.filter((one) => one !== key) : [...shown, key]));
  const group = (legend: string, columns: ColumnKey[]) => {
    const found = columns.filter((key) =>
      columnName(key).toLowerCase().includes(find.toLowerCase()),
    );
    if (found.length === 0) return null;
    return (
      <fieldset>
        <legend>{legend}</legend>
        {found.map((key) => (
          <label key={key}>
            <input type="checkbox" checked={isShown.has(key)} onChange={() => toggle(key)} />
            {columnName(key)}
          </label>
        ))}
      </fieldset>
    );
  };
  return (
    <Popover
      label={
        <>
          <Icon name="columns" />
          {t("experiment.columns")}
        </>
      }
    >
      <div className={styles.menu}>
        {keys.params.length + keys.metrics.length === 0 ? (
          <p>{t("experiment.columnsNone")}</p>
        ) : (
          <>
            <input
              className={controls.input}
              aria-label={t("experiment.columnsFind")}
              placeholder={t("experiment.columnsFind")}
              value={find}
              onChange={(event) => setFind(event.target.value)}
            />
            <Button disabled={!isChosen} onClick={() => onChange(null)}>
              {t("experiment.columnsAuto")}
            </Button>
            {group(t("column.metrics"), keys.metrics)}
            {group(t("column.params"), keys.params)}
          </>
        )}
      </div>
    </Popover>
  );
}
