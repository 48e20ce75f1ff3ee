import { useMemo, useRef } from "react";
import { Empty } from "../../../components/notices";
import { useI18n } from "../../../i18n/context";
import { defaultAxes, type PlotKey, plotAxes, runOrder } from "../../../lib/plotAxes";
import { boxesOf } from "../../../lib/plotBoxes";
import { AxisChoice } from "./AxisChoice";
import { Boxes } from "./Boxes";
import type { PlotProps } from "./ParallelPlot";
import styles from "./plots.module.css";
import { RunFacts } from "./RunFacts";
import { useActiveRun } from "./useActiveRun";
import { useSize } from "./useSize";

/** How a metric is spread over the runs that share a param's value. */
export default function BoxPlot({ runs, view, onChange }: PlotProps) {
  const { t, format } = useI18n();
  const region = useRef<HTMLElement>(null);
  const size = useSize(region);
  const all = useMemo(() => plotAxes(runs), [runs]);
  // A value that all runs share has no other box beside it, and one for each run has boxes of one.
  const usual = defaultAxes(all).find(
    (key) => new Set(all.find((axis) => axis.key === key)?.texts).size < runs.length,
  );
  const metrics = all.filter(
    ({ key, scale }) => key.startsWith("metrics.") && scale !== "categories",
  );
  const named = (key: PlotKey | null | undefined) => all.find((axis) => axis.key === key);
  const x = named(view.x) ?? named(usual) ?? all[0];
  const y = metrics.find(({ key }) => key === view.y) ?? metrics[0];
  const boxes = useMemo(() => (x && y ? boxesOf(x, y) : []), [x, y]);
  const drawn = new Set(boxes.flatMap((box) => box.runs));
  const order = runOrder(
    y,
    runs.map((_, run) => drawn.has(run)),
  );
  const { active, hover, hold } = useActiveRun(runs, order, view.run, (run) => onChange({ run }));
  if (x === undefined || y === undefined) return <Empty>{t("plots.few")}</Empty>;
  return (
    <>
      <div className={styles.tools}>
        <AxisChoice
          label={t("plots.x")}
          all={all}
          chosen={x}
          onChange={(key) => onChange({ x: key })}
        />
        <AxisChoice
          label={t("plots.y")}
          all={metrics}
          chosen={y}
          onChange={(key) => onChange({ y: key })}
        />
        <span className={styles.count}>
          {t("plots.kept", { n: order.length, total: format.integer(runs.length) })}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard. */}
      <section ref={region} className={styles.region} aria-label={t("plots.box")} tabIndex={0}>
        <Boxes
          x={x}
          y={y}
          boxes={boxes}
          active={active}
          size={size}
          onHover={hover}
          onHold={hold}
        />
      </section>
      <RunFacts
        runs={runs}
        active={active}
        axes={[...new Set([x, y])]}
        colour="var(--series)"
        hint={t("plots.boxHint")}
      />
    </>
  );
}
