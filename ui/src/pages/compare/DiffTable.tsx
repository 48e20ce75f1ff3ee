import { Fragment, useMemo } from "react";
import type { Run } from "../../api/types.gen";
import { Link } from "../../components/Link";
import { Status } from "../../components/Status";
import { useI18n } from "../../i18n/context";
import { RunColours } from "../../lib/colours";
import { type DiffRow, type DiffSection, deltaOf, diffText } from "../../lib/diff";
import { runPath } from "../../lib/routes";
import { nameOf, tagOf } from "../../lib/runs";
import styles from "./compare.module.css";

interface Props {
  runs: readonly Run[];
  rows: readonly DiffRow[];
  /** The place of the run that the others are measured against. */
  baseline: number;
  onBaseline(id: string): void;
}

const SECTIONS: readonly DiffSection[] = ["metrics", "params", "attributes", "tags"];

export function DiffTable({ runs, rows, baseline, onBaseline }: Props) {
  const { t } = useI18n();
  const names = {
    attributes: t("run.details"),
    params: t("run.params"),
    metrics: t("compare.metrics"),
    tags: t("run.tags"),
  };
  const colours = useMemo(
    () =>
      new RunColours().assign(
        runs.map((run) => ({ id: run.info.run_id, tag: tagOf(run, "mlflow.runColor") ?? null })),
      ),
    [runs],
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard.
    <section className={styles.region} aria-label={t("compare.title")} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <td className={styles.key} />
            {runs.map((run, at) => (
              <RunHead
                key={run.info.run_id}
                run={run}
                colour={colours.get(run.info.run_id)}
                isBaseline={at === baseline}
                onBaseline={onBaseline}
              />
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
                  <td colSpan={runs.length} />
                </tr>
                {own.map((one) => (
                  <Row key={one.key} one={one} runs={runs} baseline={baseline} />
                ))}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

interface RunHeadProps {
  run: Run;
  colour: string | undefined;
  isBaseline: boolean;
  onBaseline(id: string): void;
}

function RunHead({ run, colour, isBaseline, onBaseline }: RunHeadProps) {
  const { t } = useI18n();
  const id = run.info.run_id;
  return (
    <th scope="col" className={isBaseline ? styles.base : undefined}>
      <div className={styles.run}>
        <span className={styles.dot} style={{ background: colour }} />
        <Link to={runPath(id)} title={nameOf(run)}>
          {nameOf(run)}
        </Link>
      </div>
      <div className={styles.under}>
        <Status status={run.info.status} />
        <label>
          <input
            type="radio"
            name="baseline"
            checked={isBaseline}
            onChange={() => onBaseline(id)}
          />
          {t("compare.baseline")}
        </label>
      </div>
    </th>
  );
}

interface RowProps {
  one: DiffRow;
  runs: readonly Run[];
  baseline: number;
}

function Row({ one, runs, baseline }: RowProps) {
  const { format } = useI18n();
  const isNumeric = one.numbers.some((value) => value !== null);
  return (
    <tr>
      <th scope="row" className={styles.key} title={one.key}>
        {one.key}
      </th>
      {runs.map((run, at) => {
        const value = one.values[at] ?? null;
        const delta = deltaOf(one, at, baseline);
        const isOther = value !== (one.values[baseline] ?? null);
        const classes = [
          isNumeric ? styles.number : "",
          at === baseline ? styles.base : "",
          isOther ? styles.other : "",
        ];
        return (
          <td key={run.info.run_id} className={classes.join(" ")} title={value ?? undefined}>
            {value === null ? <span className={styles.none}>–</span> : diffText(one, at, format)}
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
