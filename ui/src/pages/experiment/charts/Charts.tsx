import { type CSSProperties, useCallback, useEffect, useMemo, useRef } from "react";
import { runSet } from "../../../api/series";
import { HoverStore } from "../../../charts/hoverStore";
import { columnsIn, layOut, type Row, rowsBetween } from "../../../charts/layout";
import type { Extent } from "../../../charts/lines";
import { type CardSettings, MetricCard } from "../../../charts/MetricCard";
import { useWindow } from "../../../charts/useWindow";
import { Icon } from "../../../components/Icon";
import { Empty } from "../../../components/notices";
import { useI18n } from "../../../i18n/context";
import type { Zoom } from "../../../lib/chartsView";
import { groupKeys } from "../../../lib/series";
import { ChartTools } from "./ChartTools";
import styles from "./charts.module.css";
import type { ChartsProps } from "./types";

const LEAST_CARD = 300;
const HEIGHTS = { head: 36, card: 236, gap: 12 };

/** The range that was dragged, in whole steps or milliseconds where it has several. */
function rounded([from, to]: Extent): Zoom {
  const whole: Zoom = [Math.ceil(from), Math.floor(to)];
  return whole[0] < whole[1] ? whole : [from, to];
}

/** Tells the page which run is hovered, and the cards which one is in the table. */
function useHover({ hovered, onHover }: Pick<ChartsProps, "hovered" | "onHover">): HoverStore {
  const store = useRef<HoverStore>(null);
  store.current ??= new HoverStore();
  const hover = store.current;
  const tell = useRef(onHover);
  tell.current = onHover;
  useEffect(() => {
    let told: string | null = null;
    return hover.subscribe(({ run, card }) => {
      // What came from the table isn't told to it.
      if (run === told || (card === null && run !== null)) return;
      told = run;
      tell.current(run);
    });
  }, [hover]);
  useEffect(() => {
    if (hover.now.card === null) hover.setRun(hovered);
  }, [hover, hovered]);
  return hover;
}

/** The charts of an experiment's runs: a card for each metric, in sections by the first part of its name. */
export function Charts(props: ChartsProps) {
  const { keys, runs, view, onView, onPin } = props;
  const { t } = useI18n();
  const hover = useHover(props);
  const drawn = useMemo(() => runs.filter(({ hidden }) => !hidden), [runs]);
  const set = useMemo(() => runSet(drawn), [drawn]);
  // Names and colours may change without a need to ask for anything.
  const known = useRef(set);
  if (known.current.name !== set.name) known.current = set;
  const { x, logX, logY, smooth, trim } = view;
  const settings = useMemo<CardSettings>(
    () => ({ x, logX, logY, smooth, trim, runs: drawn, set: known.current, hover }),
    [x, logX, logY, smooth, trim, drawn, hover],
  );
  const sections = useMemo(() => {
    const wanted = view.find.toLowerCase();
    const names = keys.metrics.map(({ key }) => key);
    return groupKeys(
      names.filter((key) => key.toLowerCase().includes(wanted)),
      0,
    );
  }, [keys.metrics, view.find]);

  const zooms = useRef(view.zooms);
  zooms.current = view.zooms;
  const zoom = useCallback(
    (section: string, range: Extent | null) => {
      const { [section]: _, ...others } = zooms.current;
      onView({ zooms: range === null ? others : { ...others, [section]: rounded(range) } });
    },
    [onView],
  );
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey, target } = event;
      const isTyping =
        target instanceof Element && target.closest("input, textarea, select, [contenteditable]");
      if (key !== "z" || ctrlKey || metaKey || altKey || isTyping) return;
      if (Object.keys(zooms.current).length > 0) onView({ zooms: {} });
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [onView]);

  if (keys.metrics.length === 0) return <Empty>{t("charts.noMetrics")}</Empty>;
  return (
    <section className={styles.charts} aria-label={t("charts.title")}>
      <ChartTools {...props} drawn={drawn.length} />
      {sections.length === 0 && <Empty>{t("chart.noMatch", { name: view.find })}</Empty>}
      {drawn.length === 0 && sections.length > 0 && <Empty>{t("charts.noRuns")}</Empty>}
      {drawn.length > 0 && (
        <Grid
          sections={sections}
          closed={view.closed}
          zooms={view.zooms}
          settings={settings}
          onZoom={zoom}
          onPick={onPin ?? nothing}
          onClose={(closed) => onView({ closed })}
        />
      )}
    </section>
  );
}

const nothing = () => {};

interface GridProps {
  sections: ReturnType<typeof groupKeys>;
  closed: readonly string[];
  zooms: Readonly<Record<string, Zoom>>;
  settings: CardSettings;
  onZoom(section: string, range: Extent | null): void;
  onPick(run: string): void;
  onClose(closed: string[]): void;
}

/** Only the rows of the grid that are in view are there. */
function Grid({ sections, closed, zooms, settings, onZoom, onPick, onClose }: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const { width, top, bottom } = useWindow(box);
  const columns = columnsIn(width, LEAST_CARD, HEIGHTS.gap);
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
              zoom={zooms[row.section.name] ?? null}
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
                  zoom={zooms[row.section.name] ?? null}
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
  settings: CardSettings;
  onZoom(section: string, range: Extent | null): void;
  onPick(run: string): void;
}

function Card({ metric, section, zoom, settings, onZoom, onPick }: CardProps) {
  const zoomSection = useCallback(
    (range: Extent | null) => onZoom(section, range),
    [onZoom, section],
  );
  return (
    <MetricCard
      metric={metric}
      settings={settings}
      zoom={zoom}
      onZoom={zoomSection}
      onPick={onPick}
    />
  );
}

interface HeadProps {
  row: Extract<Row, { kind: "head" }>;
  zoom: Zoom | null;
  onToggle(): void;
  onReset(): void;
}

function Head({ row: { section, isClosed }, zoom, onToggle, onReset }: HeadProps) {
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
      {zoom !== null && (
        <button type="button" className={styles.reset} onClick={onReset}>
          {t("chart.resetZoom")}
        </button>
      )}
    </div>
  );
}
