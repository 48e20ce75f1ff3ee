import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useRef } from "react";
import { useI18n } from "../i18n/context";
import { Medium } from "./Medium";
import styles from "./media.module.css";
import type { MediaItem } from "./names";

interface Props {
  label: string;
  rows: readonly { id: string; head: ReactNode }[];
  columns: readonly { id: string; head: ReactNode }[];
  at(row: number, column: number): MediaItem | null;
  size: "small" | "large";
  onOpen(item: MediaItem): void;
}

const SIZES = { small: 168, large: 336 };
const HEADS = 152;

/** Media in rows and columns; only what is in sight is in the document, and is loaded. */
export function MediaGrid({ label, rows, columns, at, size, onOpen }: Props) {
  const { t } = useI18n();
  const scroller = useRef<HTMLDivElement>(null);
  const edge = SIZES[size];
  const down = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => edge,
    overscan: 1,
    initialRect: { width: 800, height: 600 },
  });
  const across = useVirtualizer({
    count: columns.length,
    horizontal: true,
    getScrollElement: () => scroller.current,
    estimateSize: () => edge,
    overscan: 1,
    paddingStart: HEADS,
    initialRect: { width: 800, height: 600 },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: other sizes are measured anew.
  useEffect(() => {
    down.measure();
    across.measure();
  }, [down, across, edge]);
  const width = across.getTotalSize();
  const seen = across.getVirtualItems();
  return (
    <div
      ref={scroller}
      className={styles.grid}
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 1}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard.
      tabIndex={0}
    >
      <div role="rowgroup" className={styles.heads} style={{ width }}>
        <div role="row" aria-rowindex={1}>
          <span role="columnheader" aria-colindex={1} style={{ width: HEADS }}>
            {t("media.runs")}
          </span>
          {seen.map(({ index, start }) => (
            <span
              key={columns[index]?.id}
              role="columnheader"
              aria-colindex={index + 2}
              style={{ left: start, width: edge }}
            >
              {columns[index]?.head}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" className={styles.body} style={{ width, height: down.getTotalSize() }}>
        {down.getVirtualItems().map((row) => (
          <div
            key={rows[row.index]?.id}
            role="row"
            aria-rowindex={row.index + 2}
            style={{ top: row.start, height: edge, width }}
          >
            <span role="rowheader" aria-colindex={1} style={{ width: HEADS }}>
              {rows[row.index]?.head}
            </span>
            {seen.map((column) => (
              <span
                key={columns[column.index]?.id}
                role="cell"
                aria-colindex={column.index + 2}
                style={{ left: column.start, width: edge }}
              >
                <Cell item={at(row.index, column.index)} onOpen={onOpen} />
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

function Cell({ item, onOpen }: { item: MediaItem | null; onOpen(item: MediaItem): void }) {
  const { t, format } = useI18n();
  if (item === null) return <span className={styles.none}>–</span>;
  const step = item.step === null ? "" : t("media.step", { step: format.integer(item.step) });
  if (item.kind === "audio") return <Medium item={item} isFull={false} />;
  return (
    <button
      type="button"
      aria-label={t("media.open", { name: `${item.key} ${step}`.trim() })}
      onClick={() => onOpen(item)}
    >
      <Medium key={item.path} item={item} isFull={false} />
      {step !== "" && <small>{step}</small>}
    </button>
  );
}
