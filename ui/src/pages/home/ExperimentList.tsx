import { useMemo } from "react";
import { Button } from "../../components/controls";
import { Empty } from "../../components/notices";
import { useI18n } from "../../i18n/context";
import { treeLines } from "../../lib/experimentTree";
import type { Row } from "../../lib/rows";
import type { HomeView, ShownExperiments } from "../../lib/views";
import { ExperimentTable } from "./ExperimentTable";
import styles from "./home.module.css";
import type { useExperiments } from "./useExperiments";
import type { Moves } from "./useMoves";

interface Props {
  view: HomeView;
  found: ReturnType<typeof useExperiments>;
  /** The runs that are running now, by experiment. */
  running: ReadonlyMap<string, Row[]>;
  moves: Moves;
  onFold(folded: string[]): void;
}

/** The experiments of a view, flat or in folders, and how many there are. */
export function ExperimentList({ view, found, running, moves, onFold }: Props) {
  const { t } = useI18n();
  const { experiments, more } = found;
  const { folded, tree } = view;
  // What is sought is shown, wherever it is.
  const isFinding = view.name !== "";
  const lines = useMemo(
    () =>
      tree
        ? treeLines(experiments, new Set(isFinding ? [] : folded))
        : experiments.map((item) => ({ kind: "leaf" as const, item, name: item.name, depth: 0 })),
    [tree, experiments, isFinding, folded],
  );
  const fold = (path: string) => {
    const others = folded.filter((one) => one !== path);
    onFold(others.length === folded.length ? [...folded, path] : others);
  };
  return (
    <div className={`${styles.list} ${found.isOld ? styles.dim : ""}`}>
      {experiments.length > 0 && (
        <ExperimentTable
          lines={lines}
          running={running}
          moves={moves}
          onFold={isFinding ? null : fold}
        />
      )}
      {found.isComplete && experiments.length === 0 && (
        <NoExperiments name={view.name} show={view.show} />
      )}
      {experiments.length > 0 && (
        <div className={styles.foot}>
          <span>
            {more !== null
              ? t("home.countMore", { n: experiments.length })
              : t("home.count", { n: experiments.length })}
          </span>
          {more !== null && (
            <Button disabled={more.isFetchingNextPage} onClick={() => void more.fetchNextPage()}>
              {more.isFetchingNextPage ? t("app.loadingMore") : t("app.more")}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

const NONE = {
  active: "home.noActive",
  starred: "experiments.noStarred",
  deleted: "home.noDeleted",
} as const;

function NoExperiments({ name, show }: { name: string; show: ShownExperiments }) {
  const { t } = useI18n();
  return <Empty>{name !== "" ? t("home.noMatch", { name }) : t(NONE[show])}</Empty>;
}
