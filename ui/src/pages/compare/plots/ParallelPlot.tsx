import { useMemo, useRef, useState } from "react";
import type { Run } from "../../../api/types.gen";
import { Button } from "../../../components/controls";
import { Empty } from "../../../components/notices";
import { useI18n } from "../../../i18n/context";
import type { CompareView } from "../../../lib/compareView";
import {
  defaultAxes,
  keptRuns,
  type PlotAxis,
  type PlotKey,
  plotAxes,
  type Range,
  runOrder,
} from "../../../lib/plotAxes";
import { AxesChoice } from "./AxesChoice";
import { ColourChoice, shade } from "./ColourChoice";
import { ParallelLines } from "./ParallelLines";
import styles from "./plots.module.css";
import { RunFacts } from "./RunFacts";
import { useActiveRun } from "./useActiveRun";
import { useSize } from "./useSize";

export interface PlotProps {
  runs: Run[];
  view: CompareView;
  onChange(part: Partial<CompareView>): void;
}

/** A line for each run across axes of params and metrics. */
export default function ParallelPlot({ runs, view, onChange }: PlotProps) {
  const { t, format } = useI18n();
  const region = useRef<HTMLElement>(null);
  const size = useSize(region);
  const all = useMemo(() => plotAxes(runs), [runs]);
  const chosen = view.axes ?? defaultAxes(all);
  const axes = chosen
    .map((key) => all.find((axis) => axis.key === key))
    .filter((axis) => axis !== undefined);
  const metrics = all.filter(({ key }) => key.startsWith("metrics."));
  const colour = metrics.find(({ key }) => key === view.colour) ?? metrics[0];
  const [drag, setDrag] = useState<{ key: PlotKey; range: Range } | null>(null);
  const ranges = drag === null ? view.ranges : { ...view.ranges, [drag.key]: drag.range };
  const kept = keptRuns(axes, ranges, runs.length);
  const order = runOrder(colour, kept);
  const { active, hover, hold } = useActiveRun(runs, order, view.run, (run) => onChange({ run }));
  const keep = (axis: PlotAxis, range: Range | null) => {
    setDrag(null);
    const { [axis.key]: _, ...others } = view.ranges;
    onChange({ ranges: range === null ? others : { ...others, [axis.key]: range } });
  };
  const isWhole = axes.every(({ key }) => ranges[key] === undefined);
  return (
    <>
      <div className={styles.tools}>
        <AxesChoice
          all={all}
          chosen={axes.map(({ key }) => key)}
          onChange={(keys) => onChange({ axes: keys })}
        />
        {colour !== undefined && (
          <ColourChoice
            metrics={metrics}
            chosen={colour}
            onChange={(key) => onChange({ colour: key })}
          />
        )}
        <span className={styles.count} role="status">
          {t("plots.kept", { n: order.length, total: format.integer(runs.length) })}
        </span>
        {/* Always there: the plot must not move while somebody drags. */}
        <Button disabled={isWhole} onClick={() => onChange({ ranges: {} })}>
          {t("plots.keepAll")}
        </Button>
      </div>
      {axes.length < 2 && <Empty>{t("plots.few")}</Empty>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard. */}
      <section ref={region} className={styles.region} aria-label={t("plots.parallel")} tabIndex={0}>
        {axes.length >= 2 && (
          <ParallelLines
            axes={axes}
            colours={runs.map((_, run) => shade(colour, run))}
            kept={kept}
            ranges={ranges}
            active={active}
            size={size}
            onHover={hover}
            onHold={hold}
            onDrag={(axis, range) => setDrag({ key: axis.key, range })}
            onKeep={keep}
          />
        )}
      </section>
      <RunFacts
        runs={runs}
        active={active}
        axes={axes}
        colour={shade(colour, active ?? -1)}
        hint={t("plots.hint")}
      />
    </>
  );
}
