import { type CSSProperties, type ReactNode, useCallback, useMemo, useRef } from "react";
import { Icon } from "../components/Icon";
import { useI18n } from "../i18n/context";
import type { Zoom } from "../lib/chartsView";
import type { KeyGroup } from "../lib/series";
import styles from "./grid.module.css";
import { columnsIn, layOut, type Row, rowsBetween } from "./layout";
import type { Extent } from "./lines";
import { type CardSettings, MetricCard } from "./MetricCard";
import { useWindow } from "./useWindow";

const LEAST_CARD = 280;
/** Where no section fills a row, its cards grow up to this. */
const MOST_CARD = 560;
const HEIGHTS = { head: 36, card: 236, gap: 12 };

/** The range that was dragged, in whole steps or milliseconds, of which it has at least one. */
export function rounded([from, to]: Extent): Zoom {
  const whole: Zoom = [Math.ceil(from), Math.floor(to)];
  return whole[0] < whole[1] ? whole : [Math.floor(from), Math.ceil(to)];
}

interface GridProps {
  sections: readonly KeyGroup[];
  closed: readonly string[];
  zoomOf(section: string): Zoom | null;
  /** Whether the head of a section that is zoomed has a button to end that. */
  hasReset?: boolean;
  settings: CardSettings;
  onZoom(section: string, range: Extent | null): void;
  onPick(run: string): void;
  onClose(closed: string[]): void;
  /** What stands at the end of a card's head. */
  latestOf?(metric: string): ReactNode;
}

/** Cards in sections; only the rows that are in view are there, so that there may be thousands. */
export function CardGrid(props: GridProps) {
  const { sections, closed, zoomOf, hasReset = false, settings, onZoom, onPick, onClose } = props;
  const box = useRef<HTMLDivElement>(null);
  const { width, top, bottom } = useWindow(box);
  const longest = sections.reduce((most, { keys }) => Math.max(most, keys.length), 1);
  const columns = Math.min(
    columnsIn(width, LEAST_CARD, HEIGHTS.gap),
    Math.max(longest, Math.ceil(width / MOST_CARD)),
  );
  const layout = useMemo(
    () => layOut(sections, closed, columns, HEIGHTS),
    [sections, closed, columns],
  );
  const [from, to] = rowsBetween(layout, top, bottom);
  const place = (at: number): CSSProperties => ({ top: layout.tops[at] ?? 0 });
  const toggle = (name: string) =>
    onClose(closed.includes(name) ? closed.filter((one) => one !== name) : [...closed, name]);
  return (
    <div ref={box} className={styles.grid} style={{ height: layout.tops.at(-1) ?? 0 }}>
      {layout.rows.slice(from, to).map((row, at) => (
        <div key={keyOf(row)} className={styles.row} style={place(from + at)}>
          {row.kind === "head" ? (
            <Head
              row={row}
              isZoomed={hasReset && zoomOf(row.section.name) !== null}
              onToggle={() => toggle(row.section.name)}
              onReset={() => onZoom(row.section.name, null)}
            />
          ) : (
            <div className={styles.cards} style={{ "--columns": columns } as CSSProperties}>
              {row.keys.map((key) => (
                <Card
                  key={key}
                  metric={key}
                  section={row.section.name}
                  zoom={zoomOf(row.section.name)}
                  value={props.latestOf?.(key)}
                  settings={settings}
                  onZoom={onZoom}
                  onPick={onPick}
                />
              ))}
            </div>
          )}
        </div>
      ))}
    </div>
  );
}

const keyOf = (row: Row) => (row.kind === "head" ? `# ${row.section.name}` : `= ${row.keys[0]}`);

interface CardProps {
  metric: string;
  section: string;
  zoom: Zoom | null;
  value: ReactNode;
  settings: CardSettings;
  onZoom(section: string, range: Extent | null): void;
  onPick(run: string): void;
}

function Card({ metric, section, zoom, value, settings, onZoom, onPick }: CardProps) {
  const zoomSection = useCallback(
    (range: Extent | null) => onZoom(section, range),
    [onZoom, section],
  );
  return (
    <MetricCard
      metric={metric}
      settings={settings}
      zoom={zoom}
      value={value}
      onZoom={zoomSection}
      onPick={onPick}
    />
  );
}

interface HeadProps {
  row: Extract<Row, { kind: "head" }>;
  isZoomed: boolean;
  onToggle(): void;
  onReset(): void;
}

function Head({ row: { section, isClosed }, isZoomed, onToggle, onReset }: HeadProps) {
  const { t, format } = useI18n();
  return (
    <div className={styles.head}>
      <h2>
        <button type="button" aria-expanded={!isClosed} onClick={onToggle}>
          <Icon name="chevron" size={12} />
          {section.name === "" ? t("chart.group") : section.name}
          <span className={styles.count}>{format.integer(section.keys.length)}</span>
        </button>
      </h2>
      {isZoomed && (
        <button type="button" className={styles.reset} onClick={onReset}>
          {t("chart.resetZoom")}
        </button>
      )}
    </div>
  );
}
