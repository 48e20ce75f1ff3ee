import { useCallback, useEffect, useId, useState } from "react";
import { SearchField, Segments } from "../../../components/controls";
import { useI18n } from "../../../i18n/context";
import { type ChartAxis, type ChartsView, MOST_SMOOTH } from "../../../lib/chartsView";
import styles from "./charts.module.css";
import type { ChartsProps } from "./types";

type Props = Pick<ChartsProps, "view" | "onView" | "total" | "onDrawAll" | "groups"> & {
  drawn: number;
};

/** What holds for all cards, in one row above them. */
export function ChartTools({ view, onView, total, drawn, onDrawAll, groups }: Props) {
  const { t, format } = useI18n();
  const find = useCallback((text: string) => onView({ find: text }), [onView]);
  const smooth = useCallback((weight: number) => onView({ smooth: weight }), [onView]);
  const axes: [ChartAxis, string][] = [
    ["step", t("chart.step")],
    ["relative", t("charts.relative")],
    ["time", t("charts.clock")],
  ];
  const isZoomed = Object.keys(view.zooms).length > 0;
  return (
    <div className={styles.tools}>
      <SearchField label={t("chart.find")} value={view.find} onSearch={find} />
      <Segments
        legend={t("chart.x")}
        // Runs that began at different times have no clock in common.
        value={groups && view.x === "time" ? "relative" : view.x}
        options={groups ? axes.slice(0, 2) : axes}
        onChange={(x) => onView({ x, zooms: {} })}
      />
      <div className={styles.toggles}>
        <Toggle name="logX" label={t("charts.logX")} view={view} onView={onView} />
        <Toggle name="logY" label={t("charts.logY")} view={view} onView={onView} />
        <Toggle
          name="trim"
          label={t("charts.trim")}
          hint={t("charts.trimHint")}
          view={view}
          onView={onView}
        />
      </div>
      <Smoothing value={view.smooth} onChange={smooth} />
      <p className={styles.drawn}>
        {isZoomed && (
          <button type="button" className={styles.reset} onClick={() => onView({ zooms: {} })}>
            {t("chart.resetZoom")} <kbd>z</kbd>
          </button>
        )}
        <span>
          {t(groups ? "groups.drawn" : "charts.drawn", { n: total, drawn: format.integer(drawn) })}
        </span>
        {drawn < total && onDrawAll !== undefined && (
          <button type="button" className={styles.reset} onClick={onDrawAll}>
            {t("charts.all")}
          </button>
        )}
      </p>
    </div>
  );
}

interface ToggleProps {
  name: "logX" | "logY" | "trim";
  label: string;
  hint?: string;
  view: ChartsView;
  onView(change: Partial<ChartsView>): void;
}

function Toggle({ name, label, hint, view, onView }: ToggleProps) {
  return (
    <button
      type="button"
      aria-pressed={view[name]}
      title={hint}
      onClick={() => onView({ [name]: !view[name] })}
    >
      {label}
    </button>
  );
}

const REST = 150;

/** A slider that reports once it rests: each report is a step in the browser's history. */
function Smoothing({ value, onChange }: { value: number; onChange(value: number): void }) {
  const { t, format } = useI18n();
  const id = useId();
  const [shown, setShown] = useState(value);
  useEffect(() => setShown(value), [value]);
  useEffect(() => {
    if (shown === value) return;
    const timer = setTimeout(() => onChange(shown), REST);
    return () => clearTimeout(timer);
  }, [shown, value, onChange]);
  return (
    <div className={styles.smoothing} title={t("charts.smoothHint")}>
      <label htmlFor={id}>{t("charts.smooth")}</label>
      <input
        id={id}
        type="range"
        min={0}
        max={MOST_SMOOTH}
        step={0.01}
        value={shown}
        onChange={(event) => setShown(Number(event.target.value))}
      />
      <output htmlFor={id}>{shown === 0 ? t("charts.off") : format.number(shown, 2)}</output>
    </div>
  );
}
