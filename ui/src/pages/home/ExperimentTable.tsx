import type { Experiment } from "../../api/types.gen";
import { Hidden } from "../../components/controls";
import table from "../../components/table.module.css";
import { useI18n } from "../../i18n/context";
import type { Row } from "../../lib/rows";
import { ExperimentRow } from "./ExperimentRow";
import styles from "./home.module.css";
import type { Moves } from "./useMoves";

interface Props {
  experiments: Experiment[];
  /** The runs that are running now, by experiment. */
  running: ReadonlyMap<string, Row[]>;
  moves: Moves;
}

export function ExperimentTable({ experiments, running, moves }: Props) {
  const { t } = useI18n();
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col" className={styles.main}>
            {t("home.name")}
          </th>
          <th scope="col" className={styles.wide}>
            {t("home.updated")}
          </th>
          <th scope="col" className={styles.wide}>
            {t("home.created")}
          </th>
          <th scope="col" className={`${table.number} ${styles.wide}`}>
            {t("home.id")}
          </th>
          <th scope="col">
            <Hidden>{t("experiments.actions")}</Hidden>
          </th>
        </tr>
      </thead>
      <tbody>
        {experiments.map((experiment) => (
          <ExperimentRow
            key={experiment.experiment_id}
            experiment={experiment}
            running={running.get(experiment.experiment_id)}
            moves={moves}
          />
        ))}
      </tbody>
    </table>
  );
}
