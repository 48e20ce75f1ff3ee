import { useCallback, useEffect, useMemo, useRef } from "react";
import { runSet } from "../../../api/series";
import { CardGrid, rounded } from "../../../charts/CardGrid";
import type { Extent } from "../../../charts/lines";
import type { CardSettings } from "../../../charts/MetricCard";
import { Empty } from "../../../components/notices";
import { useI18n } from "../../../i18n/context";
import { dictionaryOf, metricLabel, metricSections } from "../../../lib/dictionary";
import { ChartTools } from "./ChartTools";
import styles from "./charts.module.css";
import type { ChartsProps } from "./types";

/** The charts of an experiment's runs: a card for each metric, in sections by the first part of its name. */
export function Charts(props: ChartsProps) {
  const { keys, runs, hover, view, onView, onPin } = props;
  const { t } = useI18n();
  const drawn = useMemo(() => runs.filter(({ hidden }) => !hidden), [runs]);
  const set = useMemo(() => runSet(drawn), [drawn]);
  // Names and colours may change without a need to ask for anything.
  const known = useRef(set);
  if (known.current.name !== set.name) known.current = set;
  const { x, logX, logY, smooth, trim } = view;
  const groups = useMemo(() => {
    const withPoints = new Set(keys.metrics.filter(({ points }) => points).map(({ key }) => key));
    return props.groups ? { ...props.groups, withPoints } : null;
  }, [props.groups, keys.metrics]);
  const dictionary = dictionaryOf(keys.dictionary);
  const settings = useMemo<CardSettings>(
    () => ({
      ...{ x, logX, logY, smooth, trim, hover, groups, dictionary },
      runs: drawn,
      set: known.current,
    }),
    [x, logX, logY, smooth, trim, drawn, hover, groups, dictionary],
  );
  const sections = useMemo(() => {
    const wanted = view.find.toLowerCase();
    const names = keys.metrics.map(({ key }) => key);
    const isFound = (key: string) =>
      [key, metricLabel(dictionary, key)].some((text) => text.toLowerCase().includes(wanted));
    return metricSections(names.filter(isFound), dictionary, 0);
  }, [keys.metrics, dictionary, view.find]);

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
        <CardGrid
          sections={sections}
          closed={view.closed}
          zoomOf={(section) => view.zooms[section] ?? null}
          hasReset
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
