import type { Run } from "../../../api/types.gen";
import { Link } from "../../../components/Link";
import { Status } from "../../../components/Status";
import { useI18n } from "../../../i18n/context";
import { type PlotAxis, runText } from "../../../lib/plotAxes";
import { runPath } from "../../../lib/routes";
import { nameOf } from "../../../lib/runs";
import styles from "./plots.module.css";

interface Props {
  runs: readonly Run[];
  /** The place of the run that stands out. */
  active: number | null;
  axes: readonly PlotAxis[];
  colour: string;
  hint: string;
}

/** What the run that stands out has on the axes; without one, what can be done. */
export function RunFacts({ runs, active, axes, colour, hint }: Props) {
  const { t, format } = useI18n();
  const run = active === null ? undefined : runs[active];
  return (
    <div className={styles.facts} role="status">
      {run === undefined || active === null ? (
        <p>{hint}</p>
      ) : (
        <>
          <div className={styles.name}>
            <i style={{ background: colour }} />
            <Link to={runPath(run.info.run_id)}>{nameOf(run)}</Link>
            <Status status={run.info.status} />
            <small>{t("plots.open")}</small>
          </div>
          <dl>
            {axes.map((axis) => (
              <div key={axis.key}>
                <dt>{axis.name}</dt>
                <dd>{runText(axis, active, format)}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </div>
  );
}
