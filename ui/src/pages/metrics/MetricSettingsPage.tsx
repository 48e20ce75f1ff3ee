import { useQuery } from "@tanstack/react-query";
import { ApiError, isRefusal } from "../../api/client";
import { dictionaryQuery } from "../../api/dictionary";
import { experimentQuery } from "../../api/experiments";
import { keysQuery } from "../../api/workspace";
import { Segments } from "../../components/controls";
import { Link } from "../../components/Link";
import { Empty, Notice, QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { experimentPath, homePath } from "../../lib/routes";
import { useView } from "../../lib/useView";
import { query } from "../../lib/views";
import { DictionaryForm } from "./DictionaryForm";
import styles from "./metrics.module.css";

interface SettingsView {
  /** Whose words are shown: the experiment's, or the server's for all. */
  whose: "experiment" | "server";
  /** A metric that has a line although nothing is said of it. */
  metric: string;
}

function read(search: string): SettingsView {
  const params = new URLSearchParams(search);
  const whose = params.get("for") === "server" ? "server" : "experiment";
  return { whose, metric: params.get("metric") ?? "" };
}

function write({ whose, metric }: SettingsView): string {
  return query({ for: whose === "server" && "server", metric });
}

/** What is said of the metrics of an experiment, or of all experiments. */
export default function MetricSettingsPage({ id }: { id: string }) {
  const { t } = useI18n();
  const [view, change] = useView(read, write);
  const experiment = useQuery(experimentQuery(id));
  const keys = useQuery(keysQuery(id)).data;
  const owner = view.whose === "server" ? null : id;
  const dictionary = useQuery(dictionaryQuery(owner));
  const name = experiment.data?.name ?? id;
  const crumbs = [
    { text: t("home.title"), to: homePath },
    { text: name, to: experimentPath(id) },
  ];
  const { error } = experiment;
  if (error instanceof ApiError && isRefusal(error)) {
    return (
      <Page title={t("home.title")} crumbs={crumbs.slice(0, 1)}>
        <Empty>
          <h1>{t("experiment.unknown", { id })}</h1>
          <Link to={homePath}>{t("app.toExperiments")}</Link>
        </Empty>
      </Page>
    );
  }
  const isDeleted = experiment.data?.lifecycle_stage === "deleted";
  return (
    <Page title={t("dictionary.of", { name })} crumbs={crumbs}>
      <div className={styles.head}>
        <h1>{t("dictionary.of", { name })}</h1>
        <Segments
          legend={t("dictionary.whose")}
          value={view.whose}
          options={[
            ["experiment", t("dictionary.experiment")],
            ["server", t("dictionary.server")],
          ]}
          onChange={(whose) => change({ whose })}
        />
      </div>
      <p className={styles.hint}>
        {t(owner === null ? "dictionary.hintServer" : "dictionary.hint")}
      </p>
      {isDeleted && <Notice>{t("experiment.isDeleted")}</Notice>}
      <QueryNotice query={dictionary} />
      {dictionary.data !== undefined && (
        <DictionaryForm
          key={`${view.whose} ${dictionary.data.version} ${dictionary.dataUpdatedAt}`}
          owner={owner}
          dictionary={dictionary.data}
          metrics={keys?.metrics.map(({ key }) => key) ?? []}
          metric={view.metric}
          onReload={() => void dictionary.refetch()}
        />
      )}
    </Page>
  );
}
