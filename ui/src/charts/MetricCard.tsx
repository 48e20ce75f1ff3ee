import { memo, type ReactNode, useMemo } from "react";
import type { GroupSet } from "../api/groups";
import type { RunSet } from "../api/series";
import { Button } from "../components/controls";
import { useI18n } from "../i18n/context";
import type { ChartAxis, Zoom } from "../lib/chartsView";
import { chosenRange, type Dictionary, metricTitle, NO_DICTIONARY } from "../lib/dictionary";
import { isDrawable } from "../lib/frames";
import type { Band } from "../lib/groups";
import { axisLabels } from "./axes";
import { Bars } from "./Bars";
import { toBands } from "./bands";
import styles from "./charts.module.css";
import type { HoverStore } from "./hoverStore";
import { LinesChart } from "./LinesChart";
import {
  countPoints,
  type Extent,
  extentX,
  extentY,
  type Line,
  type LineRun,
  padded,
  toLines,
} from "./lines";
import type { PlotSpec } from "./linesPlot";
import { PointFacts } from "./PointFacts";
import { useTheme } from "./theme";
import { type CardSeries, useBands, useSeries } from "./useSeries";

/** What all cards of a page share. */
export interface CardSettings {
  x: ChartAxis;
  logX: boolean;
  logY: boolean;
  smooth: number;
  trim: boolean;
  runs: readonly LineRun[];
  set: RunSet;
  hover: HoverStore;
  /** What is said of metrics. */
  dictionary?: Dictionary;
  /** Where groups of runs are drawn: `runs` are then the groups. */
  groups?: CardGroups | null;
}

export interface CardGroups {
  set: GroupSet;
  band: Band;
  /** The metrics of which runs have more than one point. */
  withPoints: ReadonlySet<string>;
}

interface Props {
  metric: string;
  settings: CardSettings;
  zoom: Zoom | null;
  onZoom(range: Extent | null): void;
  onPick(run: string): void;
  /** What stands at the end of the card's head. */
  value?: ReactNode;
}

/** A metric of many runs or groups: its lines, or bars where each has one value only. */
export const MetricCard = memo(function MetricCard(props: Props) {
  const { groups } = props.settings;
  return groups ? <GroupsCard {...props} groups={groups} /> : <RunsCard {...props} />;
});

function RunsCard(props: Props) {
  const { runs, x, set, smooth } = props.settings;
  const series = useSeries(props.metric, x, set, props.zoom);
  const { found } = series;
  const lines = useMemo(() => toLines(runs, found ?? new Map(), smooth), [runs, found, smooth]);
  return <Card {...props} series={series} lines={lines} isEmpty={set.runs.length === 0} />;
}

function GroupsCard({ groups, ...props }: Props & { groups: CardGroups }) {
  const { runs, x, smooth } = props.settings;
  const { set, band, withPoints } = groups;
  const series = useBands(props.metric, x, set, props.zoom, withPoints.has(props.metric));
  const { found } = series;
  const lines = useMemo(
    () => toBands(runs, found ?? new Map(), band, smooth),
    [runs, found, band, smooth],
  );
  return <Card {...props} series={series} lines={lines} isEmpty={set.groups.length === 0} />;
}

interface CardProps extends Props {
  series: CardSeries;
  lines: Line[];
  /** Whether there is nothing to ask for. */
  isEmpty: boolean;
}

function Card({ series, lines, isEmpty, ...props }: CardProps) {
  const { metric, settings, value } = props;
  const { t } = useI18n();
  const { axis, zoom, step, query } = series;
  const { error, isError, isPending } = query;
  // The value is what the tile shows.
  const isTile = zoom === null && lines.length === 1 && (lines[0]?.points ?? 0) <= 1;
  const dictionary = settings.dictionary ?? NO_DICTIONARY;
  const title = metricTitle(dictionary, metric);
  // A name that a person chose is no path.
  const slash = dictionary.get(metric)?.label ? 0 : title.lastIndexOf("/") + 1;
  return (
    <article className={styles.card} aria-busy={query.isFetching && !settings.set.isLive}>
      <header>
        <h3 title={metric}>
          <span>{title.slice(0, slash)}</span>
          {title.slice(slash)}
        </h3>
        {isTile ? null : value}
      </header>
      {lines.length > 0 ? (
        <>
          <p className={styles.note}>
            {settings.groups ? (
              <GroupNote lines={lines} band={settings.groups.band} />
            ) : (
              <Note lines={lines} log={settings.logY} step={step} />
            )}
          </p>
          <Body {...props} zoom={zoom} lines={lines} axis={axis} />
        </>
      ) : (
        <div className={styles.empty}>
          {isError && <p>{t("app.failed", { message: error?.message ?? "" })}</p>}
          {isError && <Button onClick={() => void query.refetch()}>{t("app.retry")}</Button>}
          {!isError && !(isPending && !isEmpty) && (
            <p>{t(zoom === null ? "charts.noneHasIt" : "chart.emptyRange")}</p>
          )}
        </div>
      )}
    </article>
  );
}

const LINES = {
  std: "groups.lines.std",
  sem: "groups.lines.sem",
  ci: "groups.lines.ci",
  range: "groups.lines.range",
  none: "groups.lines.none",
} as const;

/** What the lines and the bands are, and of how many runs. */
function GroupNote({ lines, band }: { lines: Line[]; band: Band }) {
  const { t, format } = useI18n();
  const runs = lines.reduce((sum, { group }) => sum + (group?.runs ?? 0), 0);
  const parts = [
    t(LINES[band]),
    t("groups.ofRuns", { n: runs, groups: format.integer(lines.length) }),
  ];
  const text = parts.join(" · ");
  return <span title={text}>{text}</span>;
}

interface NoteProps {
  lines: Line[];
  log: boolean;
  /** The step that all points share. */
  step: number | null;
}

/** How many points are drawn, and why some aren't to be seen. */
function Note({ lines, log, step }: NoteProps) {
  const { t, format } = useI18n();
  const text = useMemo(() => {
    const { entries, points, exact, hasEnvelope } = countPoints(lines);
    const kind = exact || !hasEnvelope ? "charts.points" : "charts.pointsEnvelope";
    const parts = [t(kind, { n: points, drawn: format.integer(entries) })];
    let gaps = 0;
    for (const { raw } of lines) {
      for (const value of raw) if (!isDrawable(value) || (log && value <= 0)) gaps += 1;
    }
    if (gaps > 0) parts.push(t(log ? "chart.gapsLog" : "chart.gaps", { n: gaps }));
    if (step !== null) parts.push(t("chart.oneStep", { step: format.integer(step) }));
    return parts.join(" · ");
  }, [lines, log, step, t, format]);
  return <span title={text}>{text}</span>;
}

/** Each line at its place among the others, the greatest value first. */
function ranked(lines: readonly Line[]): Line[] {
  return lines
    .toSorted((a, b) => (b.raw[0] ?? 0) - (a.raw[0] ?? 0))
    .map((line, at) => ({ ...line, x: new Float64Array([at]) }));
}

/** From the least to the greatest bar, and zero. */
function barsY(lines: readonly Line[], log: boolean): Extent | null {
  const range = extentY(lines, { log, trim: false, within: null });
  if (range === null || log) return range;
  const values = lines.map(({ raw }) => raw[0] ?? 0).filter(isDrawable);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return padded([least >= 0 ? 0 : range[0], most <= 0 ? 0 : range[1]]);
}

const FEW_BARS = 7;

function Body({
  metric,
  settings,
  zoom,
  onZoom,
  onPick,
  lines,
  axis,
}: Props & { lines: Line[]; axis: ChartAxis }) {
  const { t, format, language } = useI18n();
  const theme = useTheme();
  const { logX, logY, trim, hover, smooth } = settings;
  const entry = settings.dictionary?.get(metric);
  const isBars = zoom === null && lines.every(({ points, x }) => points <= 1 && x.length === 1);
  const labels = useMemo(() => axisLabels(axis, language, format), [axis, language, format]);
  const spec = useMemo<PlotSpec | null>(() => {
    const drawn = isBars && lines.length > 1 ? ranked(lines) : lines;
    const x: Extent | null = isBars
      ? [-0.5, lines.length - 0.5]
      : zoom !== null
        ? [...zoom]
        : extentX(lines, logX);
    const within: Extent | null = zoom === null ? null : [...zoom];
    const found = isBars ? barsY(drawn, logY) : extentY(lines, { log: logY, trim, within });
    const y = found === null ? null : chosenRange(entry, found, logY);
    if (x === null || y === null || (logX && !isBars && x[1] <= 0)) return null;
    const range: Extent = logX && !isBars && x[0] <= 0 ? [x[1] / 1e6, x[1]] : x;
    const goal = entry?.goal === undefined ? null : Number(entry.goal);
    const shared = { axis, logX, logY, bars: isBars, labels, language, format, theme, goal };
    return { ...shared, lines: drawn, x: padded(range), y };
  }, [lines, isBars, zoom, logX, logY, trim, entry, axis, labels, language, format, theme]);

  if (spec === null) {
    return (
      <div className={styles.empty}>
        <p>{t("chart.nothing")}</p>
      </div>
    );
  }
  if (isBars && lines.length <= FEW_BARS) {
    return (
      <Bars
        lines={spec.lines}
        isStep={axis === "step"}
        hover={hover}
        metric={metric}
        entry={entry}
        onPick={onPick}
      />
    );
  }
  const [from, to] = [format.number(spec.y[0], 4), format.number(spec.y[1], 4)];
  return (
    <LinesChart
      card={metric}
      spec={spec}
      label={t(settings.groups ? "groups.label" : "charts.label", {
        name: metricTitle(settings.dictionary ?? NO_DICTIONARY, metric),
        n: lines.length,
        from,
        to,
      })}
      hover={hover}
      onPick={onPick}
      onRange={onZoom}
      tooltip={({ hit }) =>
        hit && <PointFacts hit={hit} axis={isBars ? null : axis} isSmooth={smooth > 0} />
      }
    />
  );
}
