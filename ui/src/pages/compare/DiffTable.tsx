import { Fragment, type ReactNode } from "react";
import { useI18n } from "../../i18n/context";
import { bestPlace, type Dictionary, metricTitle, NO_DICTIONARY } from "../../lib/dictionary";
import { type DiffRow, type DiffSection, deltaOf, diffText } from "../../lib/diff";
import styles from "./compare.module.css";

interface Props {
  /** What is compared: an id, and what heads its column. */
  columns: readonly { id: string; head: ReactNode }[];
  rows: readonly DiffRow[];
  /** The place of the column that the others are measured against. */
  baseline: number;
  /** What is said of metrics. */
  dictionary?: Dictionary;
}

const SECTIONS: readonly DiffSection[] = ["metrics", "params", "attributes", "tags"];

/** Things side by side, a row for each of what they have. */
export function DiffTable({ columns, rows, baseline, dictionary = NO_DICTIONARY }: Props) {
  const { t } = useI18n();
  const names = {
    attributes: t("run.details"),
    params: t("run.params"),
    metrics: t("compare.metrics"),
    tags: t("run.tags"),
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard.
    <section className={styles.region} aria-label={t("compare.title")} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <td className={styles.key} />
            {columns.map(({ id, head }, at) => (
              <th key={id} scope="col" className={at === baseline ? styles.base : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {SECTIONS.map((section) => {
            const own = rows.filter((one) => one.section === section);
            if (own.length === 0) return null;
            return (
              <Fragment key={section}>
                <tr className={styles.section}>
                  <th scope="rowgroup" className={styles.key}>
                    {names[section]}
                  </th>
                  <td colSpan={columns.length} />
                </tr>
                {own.map((one) => (
                  <Row key={one.key} {...{ one, columns, baseline, dictionary }} />
                ))}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

interface RowProps {
  one: DiffRow;
  columns: Props["columns"];
  baseline: number;
  dictionary: Dictionary;
}

function Row({ one, columns, baseline, dictionary }: RowProps) {
  const { t, format } = useI18n();
  const isMetric = one.section === "metrics";
  const entry = isMetric ? dictionary.get(one.key) : undefined;
  const best = bestPlace(entry, one.numbers);
  const isNumeric = one.numbers.some((value) => value !== null);
  return (
    <tr>
      <th scope="row" className={styles.key} title={one.key}>
        {isMetric ? metricTitle(dictionary, one.key) : one.key}
      </th>
      {columns.map(({ id }, at) => {
        const value = one.values[at] ?? null;
        const delta = deltaOf(one, at, baseline);
        const isOther = value !== (one.values[baseline] ?? null);
        const classes = [
          isNumeric ? styles.number : "",
          at === baseline ? styles.base : "",
          isOther ? styles.other : "",
        ];
        return (
          <td key={id} className={classes.join(" ")} title={value ?? undefined}>
            {at === best && <small className={styles.best}>{t("dictionary.best")}</small>}
            {value === null ? (
              <span className={styles.none}>–</span>
            ) : (
              diffText(one, at, format, entry)
            )}
            {delta !== null && <Delta by={delta.by} percent={delta.percent} />}
          </td>
        );
      })}
    </tr>
  );
}

function Delta({ by, percent }: { by: number; percent: number | null }) {
  const { format } = useI18n();
  const signed = (value: number, digits: number) =>
    `${value > 0 ? "+" : "−"}${format.number(Math.abs(value), digits)}`;
  return (
    <small className={styles.delta}>
      {signed(by, 3)}
      {percent !== null && ` (${signed(percent, 3)} %)`}
    </small>
  );
}
