import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { useI18n } from "../i18n/context";
import styles from "./files.module.css";

export interface GridColumn {
  name: string;
  isNumeric: boolean;
  /** In signs. */
  width: number;
}

interface Props {
  label: string;
  columns: readonly GridColumn[];
  rowCount: number;
  /** What is in a cell; undefined where it isn't there yet. */
  cell(row: number, column: number): ReactNode;
  /** In pixels. */
  rowHeight?: number;
  /** The row that stands out, from 1. */
  row: number | null;
  onRow(row: number | null): void;
  /** The rows in sight, for a table that reads them as they come. */
  onLook?(first: number, last: number): void;
}

const SIGN = 7.6;
const PADDING = 20;
const NUMBERS = 64;

/** A table of any size: what is in the document is what is in sight. */
export function TableGrid(props: Props) {
  const { label, columns, rowCount, cell, rowHeight = 28, row, onRow, onLook } = props;
  const { t } = useI18n();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollPaddingStart: rowHeight,
    initialRect: { width: 800, height: 600 },
  });
  const across = useVirtualizer({
    count: columns.length,
    horizontal: true,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => Math.ceil((columns[at]?.width ?? 0) * SIGN) + PADDING,
    overscan: 2,
    paddingStart: NUMBERS,
    initialRect: { width: 800, height: 600 },
  });
  const shown = useRef<number | null>(null);
  useEffect(() => {
    if (row === null || row > rowCount || shown.current === row) return;
    shown.current = row;
    rows.scrollToIndex(row - 1, { align: "center" });
  }, [rows, row, rowCount]);
  const items = rows.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onLook?.(first, last), [onLook, first, last]);
  const seen = across.getVirtualItems();
  const width = across.getTotalSize();
  return (
    <div
      ref={scroller}
      className={styles.grid}
      role="table"
      aria-label={label}
      aria-rowcount={rowCount + 1}
      aria-colcount={columns.length + 1}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard.
      tabIndex={0}
    >
      <div role="rowgroup" className={styles.heads} style={{ width, height: rowHeight }}>
        <div role="row" aria-rowindex={1}>
          <span role="columnheader" aria-colindex={1} style={{ width: NUMBERS }}>
            #
          </span>
          {seen.map(({ index, start, size }) => (
            <span
              key={index}
              role="columnheader"
              aria-colindex={index + 2}
              title={columns[index]?.name}
              className={columns[index]?.isNumeric ? styles.numeric : undefined}
              style={{ left: start, width: size }}
            >
              {columns[index]?.name}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" style={{ position: "relative", width, height: rows.getTotalSize() }}>
        {items.map(({ index, start }) => (
          <div
            key={index}
            role="row"
            aria-rowindex={index + 2}
            className={index + 1 === row ? `${styles.row} ${styles.marked}` : styles.row}
            style={{ top: start, height: rowHeight, width }}
          >
            <span role="rowheader" aria-colindex={1} style={{ width: NUMBERS }}>
              <button
                type="button"
                tabIndex={-1}
                aria-pressed={index + 1 === row}
                aria-label={t("files.row", { n: index + 1 })}
                onClick={() => {
                  shown.current = index + 1;
                  onRow(index + 1 === row ? null : index + 1);
                }}
              >
                {index + 1}
              </button>
            </span>
            {seen.map((column) => {
              const content = cell(index, column.index);
              return (
                <span
                  key={column.index}
                  role="cell"
                  aria-colindex={column.index + 2}
                  className={columns[column.index]?.isNumeric ? styles.numeric : undefined}
                  title={typeof content === "string" ? content.slice(0, 2000) : undefined}
                  style={{ left: column.start, width: column.size }}
                >
                  {content}
                </span>
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

const NARROWEST = 8;
const WIDEST = 48;

/** How wide a column is that holds these texts. */
export function widthOf(name: string, texts: readonly string[]): number {
  const longest = texts.reduce((most, text) => Math.max(most, text.length), name.length);
  return Math.min(WIDEST, Math.max(NARROWEST, longest));
}
