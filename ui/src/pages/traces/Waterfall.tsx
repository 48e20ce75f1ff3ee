import { type KeyboardEvent, useMemo, useRef, useState } from "react";
import { Icon } from "../../components/Icon";
import { useI18n } from "../../i18n/context";
import { extent, type Span, type SpanRow, spanRows } from "../../lib/spans";
import styles from "./traces.module.css";

interface Props {
  spans: readonly Span[];
  chosen: string;
  onChoose(id: string): void;
}

const LEAST = 0.4;

/** The spans as bars over time, each below its parent: a tree for the keyboard and for screen readers. */
export function Waterfall({ spans, chosen, onChoose }: Props) {
  const { t, format } = useI18n();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const tree = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => spanRows(spans, closed), [spans, closed]);
  const whole = useMemo(() => extent(spans), [spans]);
  // What is chosen may be within what is closed: then the first row takes the keyboard.
  const active = rows.some((row) => row.span.id === chosen) ? chosen : rows[0]?.span.id;

  const toggle = (id: string, close: boolean) => {
    const next = new Set(closed);
    if (close) next.add(id);
    else next.delete(id);
    setClosed(next);
  };
  const go = (place: number) => {
    const at = Math.max(0, Math.min(rows.length - 1, place));
    const row = rows[at];
    if (row === undefined) return;
    onChoose(row.span.id);
    const element = tree.current?.children.item(at);
    if (element instanceof HTMLElement) element.focus();
  };
  const onKey = (event: KeyboardEvent, row: SpanRow, place: number) => {
    const isClosed = closed.has(row.span.id);
    const moves: Record<string, () => void> = {
      ArrowDown: () => go(place + 1),
      ArrowUp: () => go(place - 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      Enter: () => onChoose(row.span.id),
      " ": () => onChoose(row.span.id),
      ArrowRight: () => {
        if (row.children === 0) return;
        if (isClosed) toggle(row.span.id, false);
        else go(place + 1);
      },
      ArrowLeft: () => {
        if (row.children > 0 && !isClosed) toggle(row.span.id, true);
        else go(rows.findLastIndex((other, at) => at < place && other.depth < row.depth));
      },
    };
    const move = moves[event.key];
    if (move === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    move();
  };

  return (
    <section className={styles.section} aria-labelledby="spans">
      <div className={styles.sectionHead}>
        <h2 id="spans">{t("traces.spans")}</h2>
        <span className={styles.soft}>
          {t("traces.spanCount", { n: spans.length })} · {format.duration(whole)}
        </span>
      </div>
      <div className={styles.tree} role="tree" aria-labelledby="spans" ref={tree}>
        {rows.map((row, place) => (
          <div
            key={row.span.id}
            role="treeitem"
            aria-level={row.depth + 1}
            aria-selected={row.span.id === chosen}
            aria-expanded={row.children > 0 ? !closed.has(row.span.id) : undefined}
            tabIndex={row.span.id === active ? 0 : -1}
            className={styles.span}
            onClick={() => onChoose(row.span.id)}
            onKeyDown={(event) => onKey(event, row, place)}
          >
            <span
              className={styles.label}
              style={{ paddingInlineStart: `${row.depth * 0.875}rem` }}
            >
              {/* The keyboard has arrow keys for this. */}
              <span
                aria-hidden="true"
                className={styles.twist}
                onClick={(event) => {
                  if (row.children === 0) return;
                  event.stopPropagation();
                  toggle(row.span.id, !closed.has(row.span.id));
                }}
              >
                {row.children > 0 && (closed.has(row.span.id) ? "▸" : "▾")}
              </span>
              {row.span.failed && (
                <span role="img" aria-label={t("traces.ERROR")} className={styles.ERROR}>
                  <Icon name="cross" size={12} />
                </span>
              )}
              <span className={styles.spanName} title={row.span.name}>
                {row.span.name}
              </span>
              {row.span.type !== "" && row.span.type !== "UNKNOWN" && (
                <small className={styles.type}>{row.span.type}</small>
              )}
            </span>
            <Bar span={row.span} whole={whole} />
            <span className={styles.took}>
              {row.span.duration === null
                ? t("traces.unfinished")
                : format.duration(row.span.duration)}
            </span>
          </div>
        ))}
      </div>
      <p className={`${styles.soft} ${styles.hint}`}>{t("traces.spanHint")}</p>
    </section>
  );
}

function Bar({ span, whole }: { span: Span; whole: number }) {
  const left = whole > 0 ? (span.start / whole) * 100 : 0;
  const length = whole > 0 ? ((span.duration ?? whole - span.start) / whole) * 100 : 100;
  const kind = span.failed ? styles.failed : span.duration === null ? styles.open : "";
  return (
    <span className={styles.track} aria-hidden="true">
      <span
        className={`${styles.bar} ${kind}`}
        style={{
          insetInlineStart: `${Math.min(left, 100 - LEAST)}%`,
          inlineSize: `${Math.max(length, LEAST)}%`,
        }}
      />
    </span>
  );
}
