import { type ComponentType, useMemo, useRef } from "react";
import { Empty } from "../../../components/notices";
import { useI18n } from "../../../i18n/context";
import { navigate } from "../../../lib/history";
import {
  defaultPair,
  type PlotAxis,
  type PlotKey,
  plotAxes,
  runOrder,
} from "../../../lib/plotAxes";
import { runPath } from "../../../lib/routes";
import { nameOf } from "../../../lib/runs";
import { AxisChoice } from "./AxisChoice";
import { ColourChoice, shade } from "./ColourChoice";
import type { PlotProps } from "./ParallelPlot";
import styles from "./plots.module.css";
import { RunFacts } from "./RunFacts";
import { type Plane, ScatterDots } from "./ScatterDots";
import { useActiveRun } from "./useActiveRun";
import { useSize } from "./useSize";

interface Props extends PlotProps {
  /** What is drawn behind the dots, of axes with numbers; it makes the plot a contour plot. */
  Behind?: ComponentType<{ plane: Plane; x: PlotAxis; y: PlotAxis; colour: PlotAxis }>;
}

/** A dot for each run by any two params or metrics. */
export default function ScatterPlot({ runs, view, onChange, Behind }: Props) {
  const { t, format } = useI18n();
  const region = useRef<HTMLElement>(null);
  const size = useSize(region);
  const axes = useMemo(() => plotAxes(runs), [runs]);
  const isContour = Behind !== undefined;
  // Between categories there is nothing.
  const all = isContour ? axes.filter(({ scale }) => scale !== "categories") : axes;
  const [usualX, usualY] = isContour ? numericPair(all) : defaultPair(all);
  const named = (key: PlotKey | null, usual: PlotKey | null) =>
    all.find((axis) => axis.key === key) ?? all.find((axis) => axis.key === usual);
  const x = named(view.x, usualX);
  const y = named(view.y, usualY);
  const metrics = all.filter(({ key }) => key.startsWith("metrics."));
  const colour = metrics.find(({ key }) => key === view.colour) ?? metrics[0];
  const drawn = runs.map((_, run) => has(x, run) && has(y, run));
  const order = runOrder(y, drawn);
  const { active, hover } = useActiveRun(runs, order, view.run, (run) => onChange({ run }));
  if (x === undefined || y === undefined) return <Empty>{t("plots.few")}</Empty>;
  const colours = runs.map((_, run) => shade(colour, run));
  const facts = [x, y, colour].filter((axis) => axis !== undefined);
  const label = t(isContour ? "plots.contour" : "plots.scatter");
  const open = (run: number) => {
    const id = runs[run]?.info.run_id;
    if (id !== undefined) navigate(runPath(id));
  };
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
          all={all}
          chosen={y}
          onChange={(key) => onChange({ y: key })}
        />
        {colour !== undefined && (
          <ColourChoice
            metrics={metrics}
            chosen={colour}
            onChange={(key) => onChange({ colour: key })}
          />
        )}
        <span className={styles.count}>
          {t("plots.kept", { n: order.length, total: format.integer(runs.length) })}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard. */}
      <section ref={region} className={styles.region} aria-label={label} tabIndex={0}>
        <ScatterDots
          x={x}
          y={y}
          drawn={drawn}
          colours={colours}
          names={runs.map(nameOf)}
          active={active}
          size={size}
          behind={
            Behind !== undefined && colour !== undefined
              ? (plane) => <Behind plane={plane} x={x} y={y} colour={colour} />
              : undefined
          }
          onHover={hover}
          onOpen={open}
        />
      </section>
      <RunFacts
        runs={runs}
        active={active}
        axes={[...new Set(facts)]}
        colour={shade(colour, active ?? -1)}
        hint={t(isContour ? "plots.contourHint" : "plots.scatterHint")}
      />
    </>
  );
}

/** Two params with numbers that differ, if there are two; the colour is the metric's. */
function numericPair(all: readonly PlotAxis[]): [x: PlotKey | null, y: PlotKey | null] {
  const params = all.filter(({ key, varies }) => key.startsWith("params.") && varies);
  const [x, y] = [...params, ...all.filter((axis) => !params.includes(axis) && axis.varies)];
  return [x?.key ?? null, y?.key ?? null];
}

const has = (axis: PlotAxis | undefined, run: number) => (axis?.values[run] ?? null) !== null;
