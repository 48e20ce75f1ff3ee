import { type KeyboardEvent, type PointerEvent, useState } from "react";
import { Icon } from "../../../components/Icon";
import { useI18n } from "../../../i18n/context";
import { columnName, sortKey, summaryOf } from "../../../lib/columns";
import { isUpward } from "../../../lib/dictionary";
import type { GridColumn } from "../../../lib/gridColumns";
import { clamp, LEAST_WIDTH, MOST_WIDTH, type Sort } from "../../../lib/workspaceView";
import { type ColumnActions, ColumnHeadMenu } from "./ColumnHeadMenu";
import styles from "./grid.module.css";

/** The name of the run's name among the widths. */
export const NAME = "name";

export interface HeadActions extends ColumnActions {
  /** Whether rows are groups, of which metrics have a mean. */
  isGrouped: boolean;
  sort: Sort;
  onWidth(key: string, width: number): void;
  /** Whether every row is selected, some are, or none is. */
  selected: "all" | "some" | "none";
  onSelectAll(): void;
  isAllDrawn: boolean;
  onDrawAll(): void;
}

interface Props extends HeadActions {
  width: number;
  height: number;
  frozen: number;
  nameWidth: number;
  fixed: readonly GridColumn[];
  columns: readonly GridColumn[];
  before: number;
  firstColumn: number;
}

export function GridHead(props: Props) {
  const { width, height, frozen, nameWidth, fixed, columns, before, firstColumn } = props;
  const { t } = useI18n();
  return (
    <div role="rowgroup" className={styles.head} style={{ height, minWidth: width }}>
      <div role="row" aria-rowindex={1} className={styles.heads}>
        <div className={styles.frozen} style={{ width: frozen }} role="presentation">
          <div role="columnheader" aria-colindex={1} className={styles.sign}>
            <input
              type="checkbox"
              aria-label={t("table.selectAll")}
              title={t("table.selectAll")}
              checked={props.selected === "all"}
              ref={(box) => {
                if (box !== null) box.indeterminate = props.selected === "some";
              }}
              onChange={props.onSelectAll}
            />
          </div>
          <div role="columnheader" aria-colindex={2} className={styles.sign}>
            <button
              type="button"
              className={styles.eye}
              aria-pressed={props.isAllDrawn}
              aria-label={t("table.drawAll")}
              title={t(props.isAllDrawn ? "table.drawSome" : "table.drawAll")}
              onClick={props.onDrawAll}
            >
              <Icon name="eye" size={16} />
            </button>
          </div>
          <Head
            {...props}
            label={t("column.name")}
            at={2}
            width={nameWidth}
            sortBy="attributes.run_name"
            widthKey={NAME}
          />
          <Head
            {...props}
            label={t("column.status")}
            at={3}
            width={26}
            sortBy="attributes.status"
            isSign
          />
          {fixed.map((column, at) => (
            <ColumnHead key={column.key} column={column} at={at + 4} {...props} />
          ))}
        </div>
        <span style={{ width: before }} className={styles.gap} />
        {columns.map((column, at) => (
          <ColumnHead
            key={column.key}
            column={column}
            at={at + 4 + fixed.length + firstColumn}
            {...props}
          />
        ))}
      </div>
    </div>
  );
}

function ColumnHead({ column, at, ...props }: Props & { column: GridColumn; at: number }) {
  const { t } = useI18n();
  const kinds = {
    attributes: "",
    params: t("column.param"),
    metrics: {
      last: t("column.metricLast"),
      min: t("column.metricLeast"),
      max: t("column.metricGreatest"),
    }[summaryOf(column.key)],
    tags: t("column.tag"),
  };
  return (
    <Head
      {...props}
      label={column.label}
      kind={[
        props.isGrouped && column.kind === "metrics"
          ? t("groups.column", { what: kinds.metrics })
          : kinds[column.kind],
        column.entry?.unit ?? "",
      ]
        .filter((part) => part !== "")
        .join(" · ")}
      at={at}
      width={column.width}
      sortBy={sortKey(column.key)}
      widthKey={column.key}
      isNumeric={column.isNumeric}
      column={column}
    />
  );
}

interface HeadProps extends HeadActions {
  label: string;
  /** What the column holds, below its name. */
  kind?: string;
  at: number;
  width: number;
  /** null: the server can't sort by it. */
  sortBy: string | null;
  widthKey?: string;
  isNumeric?: boolean;
  /** Only an icon wide. */
  isSign?: boolean;
  column?: GridColumn;
}

/** The head of a column. A first click sorts numbers and times downwards, all else upwards. */
function Head(props: HeadProps) {
  const { label, kind = "", at, width, sortBy, widthKey, column, sort, onSort } = props;
  const { isNumeric = false, isSign = false } = props;
  const { t } = useI18n();
  const key = column === undefined ? "" : columnName(column.key);
  // A label may hide what a filter must name.
  const named = column?.entry?.label ? `${label} – ${key}` : label;
  const isSorted = sortBy !== null && sort.key === sortBy;
  const direction = sort.descending ? "descending" : "ascending";
  const isDownFirst =
    isUpward(column?.entry) ?? (sortBy !== null && /^(metrics|max)\.|_time$/.test(sortBy));
  const text = (
    <>
      <span className={styles.line}>
        <span className={styles.label}>{isSign ? "" : label}</span>
        {isSorted && <Icon name={sort.descending ? "down" : "up"} size={12} />}
        {isSign && !isSorted && <Icon name="status" size={12} />}
      </span>
      {kind !== "" && <span className={styles.kind}>{kind}</span>}
    </>
  );
  return (
    <div
      role="columnheader"
      aria-colindex={at + 1}
      aria-sort={isSorted ? direction : undefined}
      className={`${isSign ? styles.sign : styles.title} ${isNumeric ? styles.number : ""}`}
      style={{ width }}
    >
      {sortBy === null ? (
        <span className={styles.sort} title={label}>
          {text}
        </span>
      ) : (
        <button
          type="button"
          className={styles.sort}
          aria-label={label}
          title={t("experiment.sortBy", { column: named })}
          onClick={() =>
            onSort({ key: sortBy, descending: isSorted ? !sort.descending : isDownFirst })
          }
        >
          {text}
        </button>
      )}
      {column !== undefined && <ColumnHeadMenu {...props} column={column} sortBy={sortBy} />}
      {widthKey !== undefined && (
        <Resizer label={label} width={width} onWidth={(next) => props.onWidth(widthKey, next)} />
      )}
    </div>
  );
}

const STEP = 16;

interface ResizerProps {
  label: string;
  width: number;
  onWidth(width: number): void;
}

/** The edge of a column, which can be dragged or moved with the arrow keys. */
function Resizer({ label, width, onWidth }: ResizerProps) {
  const { t } = useI18n();
  const [start, setStart] = useState<{ x: number; by: number } | null>(null);
  const limited = (value: number) => clamp(Math.round(value), LEAST_WIDTH, MOST_WIDTH);
  const move = (event: PointerEvent) => {
    if (start !== null) setStart({ ...start, by: event.clientX - start.x });
  };
  const end = () => {
    if (start !== null && start.by !== 0) onWidth(limited(width + start.by));
    setStart(null);
  };
  const step = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onWidth(limited(width + by));
  };
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={t("table.resize", { column: label })}
      aria-valuenow={width}
      aria-valuemin={LEAST_WIDTH}
      aria-valuemax={MOST_WIDTH}
      tabIndex={-1}
      className={styles.resizer}
      style={start === null ? undefined : { transform: `translateX(${start.by}px)` }}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        setStart({ x: event.clientX, by: 0 });
      }}
      onPointerMove={move}
      onPointerUp={end}
      onPointerCancel={() => setStart(null)}
      onKeyDown={step}
    />
  );
}
