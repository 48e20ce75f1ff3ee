import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { historyQuery, POINTS } from "../../api/metrics";
import type { Metric, Run } from "../../api/types.gen";
import { LineChart } from "../../charts/LineChart";
import type { Range } from "../../charts/options";
import { QueryNotice } from "../../components/notices";
import { useI18n } from "../../i18n/context";
import { useSeen } from "../../lib/hooks";
import { isUsable, toNumber } from "../../lib/runs";
import { positiveOnly, type Series, toSeries, type XAxis } from "../../lib/series";
import styles from "./run.module.css";

const HEIGHT = 168;

interface Props {
  run: Run;
  /** The metric's latest point. */
  latest: Metric;
  axis: XAxis;
  log: boolean;
  zoom: Range | null;
  onZoom(range: Range | null): void;
}

/** A metric: its latest value, and its curve or, where it has one point only, the number. */
export function ChartCard({ run, latest, axis, log, zoom, onZoom }: Props) {
  const { t, format } = useI18n();
  const card = useRef<HTMLElement>(null);
  const seen = useSeen(card);
  const [at, setAt] = useState<number | null>(null);
  const range = zoom !== null && axis === "step" ? zoom : null;
  const query = useQuery({
    ...historyQuery(
      run.info.run_id,
      latest,
      range && { from: Math.floor(range[0]), to: Math.ceil(range[1]) },
    ),
    enabled: seen,
  });
  const points = query.data;
  const series = useMemo(() => {
    if (points === undefined) return null;
    const all = toSeries(points, axis, run.info.start_time);
    return log ? positiveOnly(all) : all;
  }, [points, axis, log, run.info.start_time]);

  const x = at === null ? undefined : series?.x[at];
  const y = at === null ? undefined : series?.y[at];
  const where =
    series === null || x === undefined
      ? ""
      : series.axis === "step"
        ? t("chart.at", { x: format.number(x) })
        : t("chart.atTime", { x: format.duration(x * 1000) });
  const value = where === "" ? toNumber(latest.value) : (y ?? Number.NaN);
  return (
    <article ref={card} className={styles.card}>
      <header>
        <h3 title={latest.key}>{latest.key}</h3>
        <span className={styles.value} title={String(value)}>
          {series !== null && isTile(series, zoom) ? "" : format.number(value)}
        </span>
      </header>
      <QueryNotice query={query} />
      {series !== null && (
        <>
          <div className={styles.where}>
            <span>{where === "" ? <Remarks series={series} log={log} zoom={range} /> : where}</span>
          </div>
          <Body
            name={latest.key}
            series={series}
            step={latest.step}
            log={log}
            zoom={zoom}
            onZoom={onZoom}
            onPoint={setAt}
          />
        </>
      )}
    </article>
  );
}

function isTile(series: Series, zoom: Range | null): boolean {
  return series.x.length === 1 && zoom === null;
}

/** How many points there are, and why some aren't to be seen. */
function Remarks({ series, log, zoom }: { series: Series; log: boolean; zoom: Range | null }) {
  const { t, format } = useI18n();
  const count = series.x.length;
  if (count === 0 || (isTile(series, zoom) && series.gaps === 0)) return null;
  const sampled = series.axis === "step" ? "chart.sampled" : "chart.sampledTime";
  const parts = [
    count > POINTS ? t(sampled, { n: count }) : t("chart.points", { n: count }),
    series.gaps > 0 ? t(log ? "chart.gapsLog" : "chart.gaps", { n: series.gaps }) : "",
    series.oneStep === null ? "" : t("chart.oneStep", { step: format.integer(series.oneStep) }),
  ];
  return <>{parts.filter((part) => part !== "").join(" · ")}</>;
}

interface BodyProps {
  name: string;
  series: Series;
  step: number;
  log: boolean;
  zoom: Range | null;
  onZoom(range: Range | null): void;
  onPoint(index: number | null): void;
}

function Body({ name, series, step, log, zoom, onZoom, onPoint }: BodyProps) {
  const { t, format } = useI18n();
  const drawn = series.y.filter((value) => value !== null);
  const first = drawn[0];
  const last = drawn.at(-1);
  if (first === undefined || last === undefined) {
    const text = series.x.length === 0 ? t("chart.emptyRange") : t("chart.nothing");
    return <p className={styles.tile}>{text}</p>;
  }
  if (isTile(series, zoom) && isUsable(first)) {
    return (
      <p className={styles.tile}>
        <strong>{format.number(first)}</strong>
        {t("chart.onePoint", { step: format.integer(step) })}
      </p>
    );
  }
  const label = t("chart.summary", {
    name,
    last: format.number(last),
    min: format.number(drawn.reduce((a, b) => Math.min(a, b))),
    max: format.number(drawn.reduce((a, b) => Math.max(a, b))),
  });
  return (
    <div className={styles.plot} role="img" aria-label={label}>
      <LineChart
        series={series}
        height={HEIGHT}
        axis={series.axis}
        log={log}
        range={zoom}
        format={format}
        onRange={onZoom}
        onPoint={onPoint}
      />
    </div>
  );
}
