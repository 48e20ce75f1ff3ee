import { useCallback, useMemo, useState } from "react";
import { isRunning } from "../../api/runs";
import { runSet } from "../../api/series";
import type { Run } from "../../api/types.gen";
import { CardGrid, rounded } from "../../charts/CardGrid";
import { HoverStore } from "../../charts/hoverStore";
import type { Extent } from "../../charts/lines";
import type { CardSettings } from "../../charts/MetricCard";
import { useTheme } from "../../charts/theme";
import { Button, SearchField, Segments } from "../../components/controls";
import { Empty } from "../../components/notices";
import { useI18n } from "../../i18n/context";
import { nameOf, toNumber } from "../../lib/runs";
import { groupKeys } from "../../lib/series";
import type { RunView } from "../../lib/views";
import styles from "./run.module.css";

interface Props {
  run: Run;
  view: RunView;
  onChange(change: Partial<RunView>, options?: { replace?: boolean }): void;
}

const nothing = () => {};

/** What the run's cards share; the run is only asked for anew when it is another, or has ended. */
function useSettings(run: Run, { axis, log }: RunView): CardSettings {
  const { series: colour } = useTheme();
  const [hover] = useState(() => new HoverStore());
  const { run_id: id } = run.info;
  const name = nameOf(run);
  const live = isRunning(run);
  const set = useMemo(() => runSet([{ id, live }]), [id, live]);
  return useMemo(
    () => ({
      x: axis === "time" ? "relative" : "step",
      logX: false,
      logY: log,
      smooth: 0,
      trim: false,
      runs: [{ id, name, colour, pinned: false }],
      set,
      hover,
    }),
    [axis, log, id, name, colour, set, hover],
  );
}

/** A card for each metric, in groups by the first part of its name. */
export function MetricsTab({ run, view, onChange }: Props) {
  const { t, format } = useI18n();
  const settings = useSettings(run, view);
  const [closed, setClosed] = useState<string[]>([]);
  const latest = useMemo(
    () => new Map((run.data.metrics ?? []).map((metric) => [metric.key, metric])),
    [run.data.metrics],
  );
  const groups = useMemo(() => {
    const wanted = view.find.toLowerCase();
    return groupKeys([...latest.keys()].filter((key) => key.toLowerCase().includes(wanted)));
  }, [latest, view.find]);
  const find = useCallback(
    (text: string) => onChange({ find: text }, { replace: true }),
    [onChange],
  );
  const zoom = useCallback(
    (_: string, range: Extent | null) =>
      onChange({ zoom: range === null ? null : [...rounded(range)] }),
    [onChange],
  );

  if (latest.size === 0) {
    return <Empty>{t(isRunning(run) ? "run.noMetricsYet" : "run.noMetrics")}</Empty>;
  }
  return (
    <>
      <div className={styles.tools}>
        <SearchField label={t("chart.find")} value={view.find} onSearch={find} />
        <Segments
          legend={t("chart.x")}
          showLegend
          value={view.axis}
          options={[
            ["step", t("chart.step")],
            ["time", t("chart.time")],
          ]}
          onChange={(axis) => onChange({ axis, zoom: null })}
        />
        <Segments
          legend={t("chart.y")}
          showLegend
          value={view.log ? "log" : "linear"}
          options={[
            ["linear", t("chart.linear")],
            ["log", t("chart.log")],
          ]}
          onChange={(scale) => onChange({ log: scale === "log" })}
        />
        {view.zoom !== null && (
          <Button onClick={() => onChange({ zoom: null })}>{t("chart.resetZoom")}</Button>
        )}
      </div>
      {groups.length === 0 && <Empty>{t("chart.noMatch", { name: view.find })}</Empty>}
      <CardGrid
        sections={groups}
        closed={closed}
        zoomOf={() => view.zoom}
        settings={settings}
        onZoom={zoom}
        onPick={nothing}
        onClose={setClosed}
        latestOf={(key) => {
          const metric = latest.get(key);
          if (metric === undefined) return null;
          const value = toNumber(metric.value);
          return (
            <span className={styles.value} title={String(value)}>
              {format.number(value)}
            </span>
          );
        }}
      />
    </>
  );
}
