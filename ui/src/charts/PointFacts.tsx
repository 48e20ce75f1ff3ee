import { useI18n } from "../i18n/context";
import type { ChartAxis } from "../lib/chartsView";
import type { FrameSeries } from "../lib/frames";
import styles from "./charts.module.css";
import type { Hit } from "./hoverIndex";

interface Props {
  hit: Hit;
  /** null where there is none. */
  axis: ChartAxis | null;
  isSmooth: boolean;
}

/** The point under the pointer: whose it is, what was logged, and where. */
export function PointFacts({ hit: { line, index }, axis, isSmooth }: Props) {
  const { t, format } = useI18n();
  const at = (values: ArrayLike<number> | null) => values?.[index] ?? Number.NaN;
  // Numbers of 4 bytes have 7 digits; more would be made up.
  const digits = line.raw instanceof Float32Array ? 6 : 10;
  const x = at(line.x);
  const place =
    axis === "step"
      ? t("chart.at", { x: format.number(x, 15) })
      : axis === "relative"
        ? t("chart.atTime", { x: format.duration(x) })
        : axis === "time"
          ? format.exactTime(x)
          : "";
  const count = at(line.count);
  return (
    <>
      <div className={styles.name}>
        <i style={{ background: line.colour }} />
        {line.name}
      </div>
      <div className={styles.facts}>
        <strong>{format.number(at(line.raw), line.group === undefined ? digits : 6)}</strong>
        {place !== "" && <span>{place}</span>}
      </div>
      {isSmooth && (
        <div className={styles.facts}>
          {t("charts.smoothed", { value: format.number(at(line.y), 6) })}
        </div>
      )}
      {line.group !== undefined && <GroupFacts group={line.group} at={index} />}
      {line.group === undefined && count > 1 && line.low !== null && (
        <div className={styles.facts}>
          {t("charts.bucket", {
            n: count,
            min: format.number(at(line.low), 6),
            max: format.number(at(line.high), 6),
          })}
        </div>
      )}
    </>
  );
}

/** Of how many runs a mean is, how they deviate, and the least and the greatest of them. */
function GroupFacts({ group, at }: { group: FrameSeries; at: number }) {
  const { t, format } = useI18n();
  const value = (numbers: ArrayLike<number> | null) =>
    format.number(numbers?.[at] ?? Number.NaN, 4);
  return (
    <>
      <div className={styles.facts}>
        {t("groups.deviation", { std: value(group.std), n: group.count?.[at] ?? 0 })}
      </div>
      <div className={styles.facts}>
        {t("groups.range", { min: value(group.min), max: value(group.max) })}
      </div>
    </>
  );
}
