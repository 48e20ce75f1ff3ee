import { type MouseEvent, memo } from "react";
import type { RunGroup } from "../../../api/groups";
import type { HoverStore } from "../../../charts/hoverStore";
import { useIsHovered } from "../../../charts/useHovered";
import { Icon } from "../../../components/Icon";
import { Link } from "../../../components/Link";
import { Stalled } from "../../../components/LiveDot";
import { StatusSign } from "../../../components/Status";
import { useI18n } from "../../../i18n/context";
import type { GridColumn } from "../../../lib/gridColumns";
import { isStalled } from "../../../lib/liveRows";
import { runPath } from "../../../lib/routes";
import type { Row } from "../../../lib/rows";
import styles from "./grid.module.css";

/** A row as the table shows it. */
export interface TableRow {
  /** undefined while it isn't read yet. */
  row: Row | undefined;
  colourTag: string | null;
  /** How far it stands below its parent. */
  depth: number;
  children: number;
  folded: boolean;
  /** The group that the row stands for, rather than a run. */
  group?: RunGroup;
  /** The group that the run is shown below: its line is the group's. */
  of?: string;
}

export interface RowActions {
  /** `isRange` says that all rows from the last one that was ticked are meant. */
  onSelect(index: number, isRange: boolean): void;
  onDraw(id: string): void;
  onFold(id: string, folded: boolean): void;
  /** Shows or hides the runs of a group below it. */
  onOpen(group: string, isOpen: boolean): void;
  onActivate(index: number): void;
  /** A click that asks for the runs with the same value. */
  onCell(row: Row, column: GridColumn): void;
}

export interface GridRowProps {
  id: string;
  index: number;
  shown: TableRow | null;
  top: number;
  height: number;
  width: number;
  frozen: number;
  nameWidth: number;
  fixed: readonly GridColumn[];
  columns: readonly GridColumn[];
  /** The width of the columns that are scrolled away at the left. */
  before: number;
  firstColumn: number;
  readAt: number;
  isActive: boolean;
  isSelected: boolean;
  isDrawn: boolean;
  isPinned: boolean;
  colour: string;
  hover: HoverStore;
  actions: RowActions;
}

export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { id, index, shown, top, height, width, frozen, nameWidth, fixed, columns } = props;
  const { before, firstColumn, readAt, isActive, isSelected, actions } = props;
  const row = shown?.row;
  const isHovered = useIsHovered(props.hover, row?.id ?? "");
  const state = [
    styles.row,
    isActive ? styles.active : "",
    isSelected ? styles.selected : "",
    isHovered ? styles.hovered : "",
    row?.deleted ? styles.deleted : "",
  ];
  const click = (event: MouseEvent) => {
    if (event.altKey) return;
    actions.onActivate(index);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keyboard.
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-run={row?.id || undefined}
      className={state.join(" ")}
      style={{ transform: `translateY(${top}px)`, height, width }}
      onClick={click}
    >
      <div className={styles.frozen} style={{ width: frozen }} role="presentation">
        {row === undefined || row.id === "" ? (
          <Waiting isGone={row !== undefined} width={nameWidth} />
        ) : (
          <Signs {...props} row={row} />
        )}
        {fixed.map((column, at) => (
          <Value key={column.key} column={column} row={row} at={at + 4} {...{ readAt, actions }} />
        ))}
      </div>
      <span style={{ width: before }} className={styles.gap} />
      {columns.map((column, at) => (
        <Value
          key={column.key}
          column={column}
          row={row}
          at={at + 4 + fixed.length + firstColumn}
          {...{ readAt, actions }}
        />
      ))}
    </div>
  );
});

/** A row that isn't read yet, or is there no more. */
function Waiting({ isGone, width }: { isGone: boolean; width: number }) {
  const { t } = useI18n();
  return (
    <div role="gridcell" aria-colindex={3} className={styles.waiting} style={{ width }}>
      {isGone ? t("table.purged") : <span className={styles.bone} />}
    </div>
  );
}

/** The tick, the eye, the name and the status. */
function Signs(props: GridRowProps & { row: Row }) {
  const { index, shown, nameWidth, isSelected, isDrawn, isPinned, colour, actions, row } = props;
  const { readAt } = props;
  const { t } = useI18n();
  const { name } = row;
  const { depth = 0, children = 0, folded = false } = shown ?? {};
  const isOrphan = row.parent !== null && depth === 0;
  const tick = (event: MouseEvent) => {
    event.stopPropagation();
    actions.onSelect(index, event.shiftKey);
  };
  return (
    <>
      <div role="gridcell" aria-colindex={1} className={styles.sign}>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={t("table.select", { name })}
          checked={isSelected}
          onClick={tick}
          readOnly
        />
      </div>
      <div role="gridcell" aria-colindex={2} className={styles.sign}>
        {shown?.of === undefined && (
          <button
            type="button"
            tabIndex={-1}
            className={styles.eye}
            aria-pressed={isDrawn}
            aria-label={t("table.draw", { name })}
            title={t(isDrawn ? "table.hideHint" : "table.drawHint")}
            onClick={(event) => {
              event.stopPropagation();
              actions.onDraw(row.id);
            }}
          >
            <span
              className={`${isDrawn ? styles.drawn : styles.undrawn} ${isPinned ? styles.pinned : ""}`}
              style={isDrawn ? { background: colour, color: colour } : undefined}
            />
          </button>
        )}
      </div>
      <div role="rowheader" aria-colindex={3} className={styles.name} style={{ width: nameWidth }}>
        {depth > 0 && <span style={{ width: depth * 16 }} className={styles.gap} />}
        {children > 0 && (
          <button
            type="button"
            tabIndex={-1}
            className={styles.fold}
            aria-expanded={!folded}
            aria-label={t(folded ? "experiment.unfold" : "experiment.fold", { n: children, name })}
            onClick={() => actions.onFold(row.id, !folded)}
          >
            <Icon name="chevron" size={12} />
          </button>
        )}
        {isOrphan && (
          <span className={styles.child} title={t("table.child")}>
            <Icon name="child" size={12} />
          </span>
        )}
        <Link to={runPath(row.id)} title={name} tabIndex={-1}>
          {name}
        </Link>
      </div>
      <div role="gridcell" aria-colindex={4} className={styles.sign}>
        {isStalled(row.status, row.active, readAt) ? (
          <Stalled status={row.status} active={row.active} now={readAt} isShort />
        ) : (
          <StatusSign status={row.status} />
        )}
      </div>
    </>
  );
}

interface ValueProps {
  column: GridColumn;
  row: Row | undefined;
  at: number;
  readAt: number;
  actions: RowActions;
}

function Value({ column, row, at, readAt, actions }: ValueProps) {
  const cell = row === undefined || row.id === "" ? undefined : column.cell(row, readAt);
  const kind = [
    styles.cell,
    column.isNumeric ? styles.number : "",
    column.kind === "attributes" ? styles.soft : "",
  ];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the column's menu filters by keyboard.
    <div
      role="gridcell"
      aria-colindex={at + 1}
      className={kind.join(" ")}
      style={{ width: column.width }}
      title={cell?.exact}
      onClick={(event) => {
        if (!event.altKey || row === undefined) return;
        event.stopPropagation();
        actions.onCell(row, column);
      }}
    >
      {cell?.text}
    </div>
  );
}
