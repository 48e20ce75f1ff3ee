import { useMemo } from "react";
import type { Run } from "../../api/types.gen";
import { Link } from "../../components/Link";
import { Stalled, useServerNow } from "../../components/LiveDot";
import { Status } from "../../components/Status";
import { useI18n } from "../../i18n/context";
import { isStalled } from "../../lib/liveRows";
import { experimentPath, runPath } from "../../lib/routes";
import type { Row } from "../../lib/rows";
import { nameOf } from "../../lib/runs";
import styles from "./home.module.css";

interface Props {
  runs: Run[];
  /** Experiment names by id. */
  names: Map<string, string>;
  /** Those that are running now, by experiment. */
  running: ReadonlyMap<string, Row[]>;
}

export function RecentRuns({ runs, names, running }: Props) {
  const { t, format } = useI18n();
  const now = useServerNow(running.size > 0);
  const active = useMemo(
    () => new Map([...running.values()].flat().map((row) => [row.id, row.active])),
    [running],
  );
  return (
    <section className={styles.recent}>
      <h2>{t("home.recent")}</h2>
      <ul>
        {runs.map((run) => (
          <li key={run.info.run_id}>
            <div>
              <Link to={runPath(run.info.run_id)} title={nameOf(run)}>
                {nameOf(run)}
              </Link>
              {isStalled(run.info.status, active.get(run.info.run_id) ?? null, now) ? (
                <Stalled
                  status={run.info.status}
                  active={active.get(run.info.run_id) ?? null}
                  now={now}
                />
              ) : (
                <Status status={run.info.status} />
              )}
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
