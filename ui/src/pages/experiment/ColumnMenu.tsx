import { useState } from "react";
import type { ExperimentKeys } from "../../api/workspace";
import { Button } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { Icon } from "../../components/Icon";
import { Popover } from "../../components/Popover";
import { useI18n } from "../../i18n/context";
import {
  ATTRIBUTES,
  byText,
  type ColumnKey,
  columnKind,
  columnName,
  withColumn,
} from "../../lib/columns";
import { dictionaryOf, metricLabel } from "../../lib/dictionary";
import styles from "./experiment.module.css";
import { useAttributeLabels } from "./table/useColumns";

/** More names than one can read through: what is looked for is typed. */
const MOST_LISTED = 60;

interface Props {
  keys: ExperimentKeys;
  shown: readonly ColumnKey[];
  isChosen: boolean;
  /** null: choose for me. */
  onChange(columns: ColumnKey[] | null): void;
}

export function ColumnMenu(props: Props) {
  const { t } = useI18n();
  return (
    <Popover
      label={
        <>
          <Icon name="columns" />
          {t("experiment.columns")}
        </>
      }
    >
      <Menu {...props} />
    </Popover>
  );
}

function Menu({ keys, shown, isChosen, onChange }: Props) {
  const { t } = useI18n();
  const [find, setFind] = useState("");
  const labels = useAttributeLabels();
  const dictionary = dictionaryOf(keys.dictionary);
  const isShown = new Set(shown);
  const toggle = (key: ColumnKey) =>
    onChange(isShown.has(key) ? shown.filter((one) => one !== key) : withColumn(shown, key));
  const named = (kind: "params" | "metrics" | "tags") =>
    keys[kind]
      .map(({ key }): ColumnKey => `${kind}.${key}`)
      .toSorted((a, b) => byText(columnName(a), columnName(b)));
  const label = (key: ColumnKey) =>
    key.startsWith("attributes.")
      ? labels[columnName(key) as (typeof ATTRIBUTES)[number]]
      : columnKind(key) === "metrics"
        ? metricLabel(dictionary, columnName(key))
        : columnName(key);
  const group = (legend: string, columns: ColumnKey[]) => {
    const wanted = find.toLowerCase();
    const found = columns.filter((key) =>
      [label(key), columnName(key)].some((text) => text.toLowerCase().includes(wanted)),
    );
    if (found.length === 0) return null;
    return (
      <fieldset key={legend}>
        <legend>{legend}</legend>
        {found.slice(0, MOST_LISTED).map((key) => (
          <label key={key} title={columnName(key)}>
            <input type="checkbox" checked={isShown.has(key)} onChange={() => toggle(key)} />
            {label(key)}
          </label>
        ))}
        {found.length > MOST_LISTED && (
          <p className={styles.more}>
            {t("experiment.columnsMore", { n: found.length - MOST_LISTED })}
          </p>
        )}
      </fieldset>
    );
  };
  return (
    <div className={styles.menu}>
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
      {group(t("column.metrics"), named("metrics"))}
      {group(t("column.params"), named("params"))}
      {group(
        t("run.details"),
        ATTRIBUTES.map((name): ColumnKey => `attributes.${name}`),
      )}
      {group(t("run.tags"), named("tags"))}
    </div>
  );
}
