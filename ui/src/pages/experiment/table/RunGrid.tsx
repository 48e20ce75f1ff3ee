import { useVirtualizer } from "@tanstack/react-virtual";
import { type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import type { HoverStore } from "../../../charts/hoverStore";
import { useI18n } from "../../../i18n/context";
import { isMetric } from "../../../lib/columns";
import { isUpward } from "../../../lib/dictionary";
import type { GridColumn } from "../../../lib/gridColumns";
import { isSelected, type Selection } from "../../../lib/selection";
import { GridHead, type HeadActions } from "./GridHead";
import { GridRow, type RowActions, type TableRow } from "./GridRow";
import { GroupRow } from "./GroupRow";
import styles from "./grid.module.css";

export const ROW = 30;
export const DENSE_ROW = 24;
export const HEAD = 42;

export interface Drawing {
  /** Whether a run's lines are to be seen in the charts. */
  isDrawn(id: string): boolean;
  isPinned(id: string): boolean;
  colourOf(id: string, tag: string | null): string;
}

interface Props {
  /** What the table is called for who doesn't see it. */
  label: string;
  /** What the list is of: another one is seen from its beginning. */
  list: string;
  count: number;
  rowAt(index: number): TableRow | null;
  fixed: readonly GridColumn[];
  columns: readonly GridColumn[];
  nameWidth: number;
  dense: boolean;
  /** When the runs were read: running ones have lasted until then. */
  readAt: number;
  /** The place of the row that the keyboard is at; null where it is at none. */
  active: number | null;
  selection: Selection;
  drawing: Drawing;
  /** What is under the pointer, here and in the charts. */
  hover: HoverStore;
  isBusy: boolean;
  onLook(first: number, last: number): void;
  head: HeadActions;
  row: RowActions;
}

/** The tick, the eye and the status, which are as wide for all; the name and the fixed columns are beside. */
const SIGNS = 26 + 26 + 26;

/** The table of runs: one scroll bar over all of them, of which those in sight are in the document. */
export function RunGrid(props: Props) {
  const { label, count, rowAt, fixed, columns, nameWidth, dense, readAt, active } = props;
  const { selection, drawing, hover, isBusy, onLook } = props;
  const { t } = useI18n();
  const scroller = useRef<HTMLDivElement>(null);
  const height = dense ? DENSE_ROW : ROW;
  const frozen = SIGNS + nameWidth + fixed.reduce((sum, column) => sum + column.width, 0);

  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 6,
    initialRect: { width: 800, height: 600 },
  });
  const across = useVirtualizer({
    count: columns.length,
    horizontal: true,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => columns[index]?.width ?? 0,
    overscan: 2,
    paddingStart: frozen,
    initialRect: { width: 800, height: 600 },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other sizes are measured anew.
  useEffect(() => rows.measure(), [rows, height]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other sizes are measured anew.
  useEffect(() => across.measure(), [across, columns, frozen]);

  const items = rows.getVirtualItems();
  const cells = across.getVirtualItems();
  const width = across.getTotalSize();
  const [from, to] = [cells[0]?.index ?? 0, (cells.at(-1)?.index ?? -1) + 1];
  const seen = useMemo(() => columns.slice(from, to), [columns, from, to]);
  const before = cells[0] === undefined ? 0 : cells[0].start - frozen;

  const pool = usePool(items.length);
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onLook(first, last), [onLook, first, last]);
  useReveal(scroller, active, height);
  useBeginning(scroller, props.list);

  const point = (event: PointerEvent) => {
    const row = (event.target as Element).closest<HTMLElement>("[data-run]");
    hover.setRun(row?.dataset.run ?? null);
  };
  const { sort } = props.head;
  const isUp = isUpward([...fixed, ...columns].find(({ key }) => key === sort.key)?.entry);
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      aria-colcount={4 + fixed.length + columns.length}
      aria-multiselectable="true"
      aria-busy={isBusy}
      aria-activedescendant={active === null ? undefined : rowId(active)}
      tabIndex={0}
      className={`${styles.grid} ${isBusy ? styles.busy : ""}`}
      onPointerOver={point}
      onPointerLeave={() => hover.clear()}
    >
      <GridHead
        {...props.head}
        width={width}
        height={HEAD}
        frozen={frozen}
        nameWidth={nameWidth}
        fixed={fixed}
        columns={seen}
        before={before}
        firstColumn={from}
      />
      <div
        role="rowgroup"
        className={styles.body}
        style={{ height: rows.getTotalSize(), minWidth: width }}
      >
        {items.map(({ index, start }) => {
          const shown = rowAt(index);
          const group = shown?.group;
          const id = group?.id ?? shown?.row?.id ?? "";
          const row = {
            id: rowId(index),
            index,
            shown,
            top: start,
            height,
            width,
            frozen,
            nameWidth,
            fixed,
            columns: seen,
            before,
            firstColumn: from,
            readAt: shown?.row?.status === "RUNNING" ? readAt : 0,
            isActive: index === active,
            isSelected: id !== "" && isSelected(selection, id),
            isDrawn: drawing.isDrawn(id),
            isPinned: drawing.isPinned(id),
            colour: drawing.colourOf(id, shown?.colourTag ?? null),
            hover,
            actions: props.row,
          };
          // A row that scrolls away lends its elements to the one that comes.
          const key = index % pool;
          if (group === undefined) return <GridRow key={key} {...row} />;
          const isOpen = !(shown?.folded ?? true);
          const hasBest = isMetric(sort.key) && (isUp === null || sort.descending === isUp);
          return <GroupRow key={key} {...row} group={group} isOpen={isOpen} hasBest={hasBest} />;
        })}
      </div>
      {count === 0 && !isBusy && <span className={styles.none}>{t("app.none")}</span>}
    </div>
  );
}

/** How many rows are made: the most that were ever in sight at once. */
function usePool(count: number): number {
  const [most, setMost] = useState(count);
  if (count > most) setMost(count);
  return Math.max(most, count, 1);
}

const rowId = (index: number) => `run-row-${index}`;

/** Scrolls to the first row of another list. */
function useBeginning(scroller: React.RefObject<HTMLDivElement | null>, list: string): void {
  const seen = useRef(list);
  useEffect(() => {
    if (seen.current === list) return;
    seen.current = list;
    if (scroller.current !== null) scroller.current.scrollTop = 0;
  }, [scroller, list]);
}

/** Scrolls so that the active row is in sight. */
function useReveal(
  scroller: React.RefObject<HTMLDivElement | null>,
  active: number | null,
  height: number,
): void {
  useEffect(() => {
    const element = scroller.current;
    if (element === null || active === null) return;
    const top = active * height;
    const room = element.clientHeight - HEAD;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + height > element.scrollTop + room) element.scrollTop = top + height - room;
  }, [scroller, active, height]);
}
