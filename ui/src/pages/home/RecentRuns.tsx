import { isRunning } from "../../api/runs";
import type { Run } from "../../api/types.gen";
import { Link } from "../../components/Link";
import { Live } from "../../components/notices";
import { Status } from "../../components/Status";
import { useI18n } from "../../i18n/context";
import { experimentPath, runPath } from "../../lib/routes";
import { nameOf } from "../../lib/runs";
import styles from "./home.module.css";

interface Props {
  runs: Run[];
  /** Experiment names by id. */
  names: Map<string, string>;
}

export function RecentRuns({ runs, names }: Props) {
  const { t, format } = useI18n();
  return (
    <section className={styles.recent}>
      <h2>
        {t("home.recent")}
        {runs.some(isRunning) && <Live />}
      </h2>
      <ul>
        {runs.map((run) => (
          <li key={run.info.run_id}>
            <div>
              <Link to={runPath(run.info.run_id)} title={nameOf(run)}>
                {nameOf(run)}
              </Link>
              <Status status={run.info.status} />
            </div>
            <div className={styles.where}>
              <Link to={experimentPath(run.info.experiment_id)}>
                {names.get(run.info.experiment_id) ?? run.info.experiment_id}
              </Link>
              {run.info.start_time > 0 && (
                <time title={format.exactTime(run.info.start_time)}>
                  {format.dateTime(run.info.start_time)}
                </time>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
