import { useMemo } from "react";
import type { Run } from "../../api/types.gen";
import { Link } from "../../components/Link";
import { Status } from "../../components/Status";
import { useI18n } from "../../i18n/context";
import { RunColours } from "../../lib/colours";
import { runPath } from "../../lib/routes";
import { nameOf, tagOf } from "../../lib/runs";
import styles from "./compare.module.css";

/** What heads the columns of runs that are compared. */
export function useRunHeads(
  runs: readonly Run[],
  baseline: number,
  onBaseline: (id: string) => void,
) {
  const colours = useMemo(
    () =>
      new RunColours().assign(
        runs.map((run) => ({ id: run.info.run_id, tag: tagOf(run, "mlflow.runColor") ?? null })),
      ),
    [runs],
  );
  return runs.map((run, at) => {
    const id = run.info.run_id;
    const colour = colours.get(id);
    const isBaseline = at === baseline;
    return {
      id,
      head: <RunHead run={run} colour={colour} isBaseline={isBaseline} onBaseline={onBaseline} />,
    };
  });
}

interface RunHeadProps {
  run: Run;
  colour: string | undefined;
  isBaseline: boolean;
  onBaseline(id: string): void;
}

function RunHead({ run, colour, isBaseline, onBaseline }: RunHeadProps) {
  const { t } = useI18n();
  const id = run.info.run_id;
  return (
    <>
      <div className={styles.run}>
        <span className={styles.dot} style={{ background: colour }} />
        <Link to={runPath(id)} title={nameOf(run)}>
          {nameOf(run)}
        </Link>
      </div>
      <div className={styles.under}>
        <Status status={run.info.status} />
        <label>
          <input
            type="radio"
            name="baseline"
            checked={isBaseline}
            onChange={() => onBaseline(id)}
          />
          {t("compare.baseline")}
        </label>
      </div>
    </>
  );
}
