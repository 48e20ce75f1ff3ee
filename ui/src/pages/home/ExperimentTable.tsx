import type { Experiment } from "../../api/types.gen";
import { Hidden } from "../../components/controls";
import table from "../../components/table.module.css";
import { useI18n } from "../../i18n/context";
import type { TreeLine } from "../../lib/experimentTree";
import type { Row } from "../../lib/rows";
import { ExperimentRow } from "./ExperimentRow";
import { FolderRow } from "./FolderRow";
import styles from "./home.module.css";
import type { Moves } from "./useMoves";

interface Props {
  lines: TreeLine<Experiment>[];
  /** The runs that are running now, by experiment. */
  running: ReadonlyMap<string, Row[]>;
  moves: Moves;
  onFold: ((path: string) => void) | null;
}

const COLUMNS = 5;

export function ExperimentTable({ lines, running, moves, onFold }: Props) {
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
        {lines.map((line) =>
          line.kind === "folder" ? (
            <FolderRow key={`${line.path}/`} folder={line} columns={COLUMNS} onFold={onFold} />
          ) : (
            <ExperimentRow
              key={line.item.experiment_id}
              experiment={line.item}
              shown={line.name}
              depth={line.depth}
              running={running.get(line.item.experiment_id)}
              moves={moves}
            />
          ),
        )}
      </tbody>
    </table>
  );
}
