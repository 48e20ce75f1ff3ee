import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useId, useState } from "react";
import { ApiError } from "../../api/client";
import { dictionaryQuery, saveDictionary } from "../../api/dictionary";
import type { MetricDictionary } from "../../api/types.gen";
import { Button, IconButton } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { Icon } from "../../components/Icon";
import { Empty } from "../../components/notices";
import table from "../../components/table.module.css";
import { useI18n } from "../../i18n/context";
import {
  entryOf,
  type FormField,
  type FormRow,
  rowOf,
  saysSame,
  wrongFields,
} from "../../lib/dictionaryForm";
import styles from "./metrics.module.css";

interface Props {
  /** The experiment's id; null: the server. */
  owner: string | null;
  dictionary: MetricDictionary;
  /** The metrics that there are. */
  metrics: readonly string[];
  /** One that has a line although nothing is said of it. */
  metric: string;
  onReload(): void;
}

/** A line for each metric of which something is said; saved as a whole. */
export function DictionaryForm({ owner, dictionary, metrics, metric, onReload }: Props) {
  const { t } = useI18n();
  const client = useQueryClient();
  const [rows, setRows] = useState(() => {
    const known = dictionary.metrics.map(rowOf);
    const isNew = metric !== "" && known.every(({ key }) => key !== metric);
    return isNew ? [...known, rowOf({ key: metric })] : known;
  });
  const entries = rows.map(entryOf);
  const isChanged = !saysSame(rows, dictionary.metrics.map(rowOf));
  const isWrong = rows.some((row) => wrongFields(row).length > 0);
  const save = useMutation({
    mutationFn: () => saveDictionary(owner, entries, dictionary.version),
    onSuccess(saved) {
      client.setQueryData(dictionaryQuery(owner).queryKey, saved);
      // The server's words hold in other experiments, too.
      void client.invalidateQueries({ queryKey: ["keys"] });
    },
    networkMode: "always",
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isChanged && !isWrong && !save.isPending) save.mutate();
  };
  const change = (key: string, field: FormField, value: string) =>
    setRows((all) => all.map((row) => (row.key === key ? { ...row, [field]: value } : row)));
  const isBehind = save.error instanceof ApiError && save.error.code === "INVALID_STATE";
  return (
    <>
      <form className={styles.form} onSubmit={submit}>
        {rows.length === 0 ? (
          <Empty>{t("dictionary.none")}</Empty>
        ) : (
          <Entries
            rows={rows}
            focused={metric}
            onChange={change}
            onRemove={(key) => setRows((all) => all.filter((row) => row.key !== key))}
          />
        )}
        <div className={styles.row}>
          <Button type="submit" disabled={!isChanged || isWrong || save.isPending}>
            {t("dictionary.save")}
          </Button>
          <span role="status" className={styles.hint}>
            {isWrong
              ? t("dictionary.wrong")
              : isChanged
                ? t("dictionary.unsaved")
                : save.isSuccess || dictionary.version > 0
                  ? t("dictionary.saved")
                  : ""}
          </span>
        </div>
        {save.isError && (
          <p role="alert" className={styles.wrong}>
            {t(isBehind ? "dictionary.behind" : "app.failed", { message: save.error.message })}{" "}
            {isBehind && <Button onClick={onReload}>{t("dictionary.reload")}</Button>}
          </p>
        )}
      </form>
      <AddMetric
        metrics={metrics}
        known={rows.map(({ key }) => key)}
        onAdd={(key) => setRows((all) => [...all, rowOf({ key })])}
      />
    </>
  );
}

interface EntriesProps {
  rows: readonly FormRow[];
  focused: string;
  onChange(key: string, field: FormField, value: string): void;
  onRemove(key: string): void;
}

function Entries({ rows, focused, onChange, onRemove }: EntriesProps) {
  const { t } = useI18n();
  const heads: [FormField, string, string][] = [
    ["label", t("dictionary.label"), styles.wide ?? ""],
    ["unit", t("dictionary.unit"), styles.short ?? ""],
    ["direction", t("dictionary.direction"), styles.middle ?? ""],
    ["decimals", t("dictionary.decimals"), styles.short ?? ""],
    ["low", t("dictionary.low"), styles.short ?? ""],
    ["high", t("dictionary.high"), styles.short ?? ""],
    ["goal", t("dictionary.goal"), styles.short ?? ""],
    ["group", t("dictionary.group"), styles.middle ?? ""],
  ];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard.
    <section className={styles.scroll} aria-label={t("dictionary.metrics")} tabIndex={0}>
      <table className={`${table.table} ${styles.entries}`}>
        <thead>
          <tr>
            <th scope="col">{t("dictionary.metric")}</th>
            {heads.map(([field, name]) => (
              <th key={field} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">
              <span className={controls.hidden}>{t("dictionary.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const wrong = wrongFields(row);
            return (
              <tr key={row.key}>
                <th scope="row" className={styles.key} title={row.key}>
                  <code>{row.key}</code>
                </th>
                {heads.map(([field, name, width]) => (
                  <td key={field} className={width}>
                    <Field
                      row={row}
                      field={field}
                      name={t("dictionary.field", { field: name, metric: row.key })}
                      isWrong={wrong.includes(field)}
                      isFirst={field === "label" && row.key === focused}
                      onChange={(value) => onChange(row.key, field, value)}
                    />
                  </td>
                ))}
                <td>
                  <IconButton
                    label={t("dictionary.remove", { metric: row.key })}
                    onClick={() => onRemove(row.key)}
                  >
                    <Icon name="cross" />
                  </IconButton>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

interface FieldProps {
  row: FormRow;
  field: FormField;
  name: string;
  isWrong: boolean;
  /** Whether the page was opened for it. */
  isFirst: boolean;
  onChange(value: string): void;
}

const LENGTHS: Partial<Record<FormField, number>> = { label: 250, unit: 40, group: 250 };

function Field({ row, field, name, isWrong, isFirst, onChange }: FieldProps) {
  const { t } = useI18n();
  if (field === "direction") {
    return (
      <select
        className={controls.input}
        aria-label={name}
        value={row.direction}
        onChange={(event) => onChange(event.target.value)}
      >
        <option value="">–</option>
        <option value="min">{t("dictionary.lower")}</option>
        <option value="max">{t("dictionary.higher")}</option>
      </select>
    );
  }
  const isText = field in LENGTHS;
  return (
    <input
      className={`${controls.input} ${isText ? "" : styles.number}`}
      aria-label={name}
      aria-invalid={isWrong}
      // biome-ignore lint/a11y/noAutofocus: the link that led here was to describe this metric.
      autoFocus={isFirst}
      inputMode={isText ? undefined : "decimal"}
      maxLength={LENGTHS[field] ?? 40}
      value={row[field]}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

interface AddProps {
  metrics: readonly string[];
  known: readonly string[];
  onAdd(key: string): void;
}

/** A metric by its name; those that there are are offered. */
function AddMetric({ metrics, known, onAdd }: AddProps) {
  const { t } = useI18n();
  const id = useId();
  const [key, setKey] = useState("");
  const wanted = key.trim();
  const canAdd = wanted !== "" && !known.includes(wanted);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!canAdd) return;
    onAdd(wanted);
    setKey("");
  };
  return (
    <form className={styles.row} onSubmit={submit}>
      <label className={styles.add}>
        {t("dictionary.add")}
        <input
          className={controls.input}
          list={id}
          value={key}
          maxLength={250}
          onChange={(event) => setKey(event.target.value)}
        />
      </label>
      <datalist id={id}>
        {metrics
          .filter((one) => !known.includes(one))
          .map((one) => (
            <option key={one} value={one} />
          ))}
      </datalist>
      <Button type="submit" disabled={!canAdd}>
        {t("dictionary.addButton")}
      </Button>
    </form>
  );
}
