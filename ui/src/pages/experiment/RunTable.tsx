import { memo } from "react";
import type { Run } from "../../api/types.gen";
import { Icon } from "../../components/Icon";
import { Link } from "../../components/Link";
import { Status } from "../../components/Status";
import { useI18n } from "../../i18n/context";
import type { CellColumn } from "../../lib/cells";
import { isMetric } from "../../lib/columns";
import type { NestedRun } from "../../lib/nesting";
import { runPath } from "../../lib/routes";
import { durationOf, nameOf, userOf } from "../../lib/runs";
import type { Sort } from "../../lib/views";
import styles from "./experiment.module.css";
import { SortHeader } from "./SortHeader";

interface Props {
  /** What the table is called for who doesn't see it. */
  caption: string;
  rows: NestedRun[];
  columns: CellColumn[];
  sort: Sort;
  /** When the runs were read: running ones have lasted until then. */
  readAt: number;
  onSort(sort: Sort): void;
  onFold(runId: string, folded: boolean): void;
}

/** Columns that every run has, after its name; a sort key where the server can sort by it. */
const FIXED = [
  ["column.status", "attributes.status"],
  ["column.start", "attributes.start_time"],
  ["column.duration", null],
  ["column.user", "tags.mlflow.user"],
] as const;

export function RunTable({ caption, rows, columns, sort, readAt, onSort, onFold }: Props) {
  const { t } = useI18n();
  const paramCount = columns.filter((column) => !isMetric(column.key)).length;
  const metricCount = columns.length - paramCount;
  const edges = new Set([columns[0], columns[paramCount]]);
  return (
    <table className={styles.table} aria-label={caption}>
      <thead>
        <tr className={styles.groups}>
          <td className={styles.first} />
          <td colSpan={FIXED.length} />
          {paramCount > 0 && (
            <th scope="colgroup" colSpan={paramCount} className={styles.edge}>
              <span>{t("column.params")}</span>
            </th>
          )}
          {metricCount > 0 && (
            <th scope="colgroup" colSpan={metricCount} className={styles.edge}>
              <span>{t("column.metrics")}</span>
            </th>
          )}
          <td className={styles.rest} />
        </tr>
        <tr>
          <SortHeader
            label={t("column.name")}
            sortKey="attributes.run_name"
            sort={sort}
            className={styles.first}
            onSort={onSort}
          />
          {FIXED.map(([label, key]) => (
            <SortHeader
              key={label}
              label={t(label)}
              sortKey={key}
              sort={sort}
              isNumeric={key === null}
              onSort={onSort}
            />
          ))}
          {columns.map((column) => (
            <SortHeader
              key={column.key}
              label={column.name}
              sortKey={column.key}
              sort={sort}
              isNumeric={column.isNumeric}
              className={edges.has(column) ? styles.edge : undefined}
              onSort={onSort}
            />
          ))}
          <td className={styles.rest} />
        </tr>
      </thead>
      <tbody>
        {rows.map(({ run, depth, children, folded }) => (
          <Row
            key={run.info.run_id}
            run={run}
            depth={depth}
            childCount={children}
            folded={folded}
            columns={columns}
            readAt={run.info.status === "RUNNING" ? readAt : 0}
            onFold={onFold}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  run: Run;
  depth: number;
  childCount: number;
  folded: boolean;
  columns: CellColumn[];
  readAt: number;
  onFold(runId: string, folded: boolean): void;
}

const Row = memo(function Row(props: RowProps) {
  const { run, depth, childCount, folded, columns, readAt, onFold } = props;
  const { t, format } = useI18n();
  const name = nameOf(run);
  const duration = durationOf(run, readAt);
  const user = userOf(run);
  const { run_id: id, start_time: start, status } = run.info;
  const firstMetric = columns.findIndex((column) => isMetric(column.key));
  return (
    <tr>
      <td className={styles.first}>
        <div className={styles.run}>
          {Array.from({ length: depth }, (_, level) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: levels have no other identity.
            <span key={level} className={styles.indent} />
          ))}
          {childCount > 0 && (
            <button
              type="button"
              className={styles.fold}
              aria-expanded={!folded}
              aria-label={t(folded ? "experiment.unfold" : "experiment.fold", {
                n: childCount,
                name,
              })}
              onClick={() => onFold(id, !folded)}
            >
              <Icon name="chevron" size={12} />
            </button>
          )}
          <Link to={runPath(id)} title={name}>
            {name}
          </Link>
        </div>
      </td>
      <td>
        <Status status={status} />
      </td>
      <td className={styles.soft} title={start ? format.exactTime(start) : undefined}>
        {start ? format.dateTime(start) : ""}
      </td>
      <td className={`${styles.soft} ${styles.number}`}>
        {duration === null ? "" : format.duration(duration)}
      </td>
      <td className={styles.soft} title={user}>
        {user}
      </td>
      {columns.map((column, index) => {
        const cell = column.cell(run);
        const edge = index === 0 || index === firstMetric ? styles.edge : "";
        return (
          <td
            key={column.key}
            className={`${edge} ${column.isNumeric ? styles.number : ""}`}
            title={cell?.exact}
          >
            {cell?.text}
          </td>
        );
      })}
      <td className={styles.rest} />
    </tr>
  );
});
