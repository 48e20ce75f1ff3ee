import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef } from "react";
import type { FileInfo } from "../api/types.gen";
import { Empty, QueryNotice } from "../components/notices";
import { useI18n } from "../i18n/context";
import { Cut } from "./Cut";
import styles from "./files.module.css";
import { PART, useText } from "./useText";

interface Props {
  runId: string;
  file: FileInfo;
  /** The line that stands out, from 1. */
  line: number | null;
  onLine(line: number | null): void;
}

/** A file as text with its lines' numbers; the first part of a large one. */
export default function TextView({ runId, file, line, onLine }: Props) {
  const { t } = useI18n();
  const { query, loaded } = useText(runId, file, PART);
  const lines = useMemo(() => linesOf(loaded?.text ?? ""), [loaded]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const isBehind = line !== null && loaded !== null && line > lines.length;
  useEffect(() => {
    // A link may name a line that is further down than what is read.
    if (isBehind && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [isBehind, hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (loaded === null) {
    return query.isError ? <QueryNotice query={query} /> : <p>{t("app.loading")}</p>;
  }
  if (loaded.text === null) return <Empty>{t("files.noPreview")}</Empty>;
  if (loaded.text === "") return <Empty>{t("files.empty")}</Empty>;
  return (
    <>
      <QueryNotice query={query} />
      <Cut
        bytes={loaded.bytes}
        size={file.file_size ?? 0}
        isReading={isFetchingNextPage}
        onMore={hasNextPage ? () => void fetchNextPage() : null}
      />
      <Lines lines={lines} line={line} label={file.path} onLine={onLine} />
    </>
  );
}

export function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

const HEIGHT = 20;
/** What is longer is cut, so that a line of a megabyte doesn't stop the browser. */
const LONGEST = 5000;

interface LinesProps {
  lines: readonly string[];
  line: number | null;
  label: string;
  onLine(line: number | null): void;
}

function Lines({ lines, line, label, onLine }: LinesProps) {
  const { t } = useI18n();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => HEIGHT,
    overscan: 20,
    initialRect: { width: 800, height: 600 },
  });
  const shown = useRef<number | null>(null);
  useEffect(() => {
    if (line === null || line > lines.length || shown.current === line) return;
    shown.current = line;
    rows.scrollToIndex(line - 1, { align: "center" });
  }, [rows, line, lines.length]);
  const digits = String(lines.length).length;
  const widest = useMemo(
    () =>
      Math.min(
        LONGEST,
        lines.reduce((most, one) => Math.max(most, one.length), 0),
      ),
    [lines],
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a section would be no better a region.
    <div
      ref={scroller}
      className={styles.text}
      role="region"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard.
      tabIndex={0}
    >
      <div style={{ height: rows.getTotalSize(), minWidth: `${widest + digits + 4}ch` }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const text = lines[index] ?? "";
          const number = index + 1;
          return (
            <div
              key={index}
              className={number === line ? `${styles.line} ${styles.marked}` : styles.line}
              style={{ top: start, height: HEIGHT }}
            >
              <button
                type="button"
                tabIndex={-1}
                style={{ width: `${digits + 2}ch` }}
                aria-label={t("files.line", { n: number })}
                aria-pressed={number === line}
                onClick={() => {
                  shown.current = number;
                  onLine(number === line ? null : number);
                }}
              >
                {number}
              </button>
              <code>
                {text.length > LONGEST
                  ? `${text.slice(0, LONGEST)}… ${t("files.lineCut", { n: text.length - LONGEST })}`
                  : text}
              </code>
            </div>
          );
        })}
      </div>
    </div>
  );
}
