import { useLive } from "../../api/live";
import { FirstRun } from "../../components/FirstRun";
import { QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { useView } from "../../lib/useView";
import { readHome, writeHome } from "../../lib/views";
import { ExperimentList } from "./ExperimentList";
import { HomeHead } from "./HomeHead";
import styles from "./home.module.css";
import { MoveToast } from "./MoveToast";
import { RecentRuns } from "./RecentRuns";
import { useExperiments } from "./useExperiments";
import { useMoves } from "./useMoves";
import { useRecentRuns } from "./useRecentRuns";

const EVERYTHING = { points: false };

/** Where a first run goes. */
const FIRST_EXPERIMENT = "first steps";

export default function HomePage() {
  const { t } = useI18n();
  const [view, change] = useView(readHome, writeHome);
  const recent = useRecentRuns();
  const found = useExperiments(view);
  const moves = useMoves();
  useLive(EVERYTHING);
  const isFirstVisit = recent.isWaiting && view.show === "active";

  return (
    <Page title={t("home.title")}>
      {isFirstVisit && <FirstRun experiment={FIRST_EXPERIMENT} isNew />}
      <HomeHead view={view} change={change}>
        {isFirstVisit ? <h2>{t("home.title")}</h2> : <h1>{t("home.title")}</h1>}
      </HomeHead>
      {found.failed !== undefined && <QueryNotice query={found.failed} />}
      <div className={recent.runs.length > 0 ? styles.columns : styles.list}>
        <ExperimentList
          view={view}
          found={found}
          running={recent.running}
          moves={moves}
          onFold={(folded) => change({ folded })}
        />
        {recent.runs.length > 0 && (
          <RecentRuns runs={recent.runs} names={recent.names} running={recent.running} />
        )}
      </div>
      <MoveToast moves={moves} />
    </Page>
  );
}
