import { Fragment, useCallback, useMemo } from "react";
import { isRunning } from "../../api/runs";
import type { Run } from "../../api/types.gen";
import type { Range } from "../../charts/options";
import { Button, SearchField, Segments } from "../../components/controls";
import { Icon } from "../../components/Icon";
import { Empty } from "../../components/notices";
import { useI18n } from "../../i18n/context";
import { groupKeys } from "../../lib/series";
import type { RunView } from "../../lib/views";
import { ChartCard } from "./ChartCard";
import styles from "./run.module.css";

interface Props {
  run: Run;
  view: RunView;
  onChange(change: Partial<RunView>, options?: { replace?: boolean }): void;
}

/** A card for each metric, in groups by the first part of its name. */
export function MetricsTab({ run, view, onChange }: Props) {
  const { t, format } = useI18n();
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
  const zoom = useCallback((range: Range | null) => onChange({ zoom: range }), [onChange]);

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
      {groups.map(({ name, keys }) => {
        const cards = (
          <div className={styles.cards}>
            {keys.map((key) => {
              const metric = latest.get(key);
              return (
                metric && (
                  <ChartCard
                    key={key}
                    run={run}
                    latest={metric}
                    axis={view.axis}
                    log={view.log}
                    zoom={view.zoom}
                    onZoom={zoom}
                  />
                )
              );
            })}
          </div>
        );
        if (name === "" && groups.length === 1) return <Fragment key={name}>{cards}</Fragment>;
        return (
          <details key={name} className={styles.group} open>
            <summary>
              <Icon name="chevron" size={12} />
              {name === "" ? t("chart.group") : name}
              <span className={styles.count}>{format.integer(keys.length)}</span>
            </summary>
            {cards}
          </details>
        );
      })}
    </>
  );
}
