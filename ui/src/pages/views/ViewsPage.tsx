import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { experimentQuery } from "../../api/experiments";
import type { SavedView, SavedViews } from "../../api/types.gen";
import { viewsQuery } from "../../api/views";
import { Segments } from "../../components/controls";
import { Empty, QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { experimentPath, homePath } from "../../lib/routes";
import { isMine } from "../../lib/savedViews";
import { ViewTable } from "./ViewTable";
import styles from "./views.module.css";

/** The saved views of an experiment, and those of others that can be used in it. */
export default function ViewsPage({ id }: { id: string }) {
  const { t } = useI18n();
  const experiment = useQuery(experimentQuery(id));
  const own = useQuery(viewsQuery(id));
  const all = useQuery(viewsQuery(null));
  const [onlyMine, setOnlyMine] = useState(false);
  const wanted = (views: readonly SavedView[]) => (onlyMine ? views.filter(isMine) : views);
  const name = experiment.data?.name ?? id;
  const others = (all.data?.views ?? []).filter((view) => view.experiment_id !== id);
  const crumbs = [
    { text: t("home.title"), to: homePath },
    { text: name, to: experimentPath(id) },
  ];
  return (
    <Page title={t("views.of", { name })} crumbs={crumbs}>
      <div className={styles.head}>
        <h1>{t("views.of", { name })}</h1>
        <Segments
          legend={t("views.whose")}
          value={onlyMine ? "mine" : "all"}
          options={[
            ["all", t("views.everybodys")],
            ["mine", t("views.mine")],
          ]}
          onChange={(value) => setOnlyMine(value === "mine")}
        />
      </div>
      <p className={styles.hint}>{t("views.noAccounts")}</p>
      <QueryNotice query={own} />
      {own.data !== undefined && (
        <Views id={id} found={own.data} views={wanted(own.data.views)} none={t("views.none")} />
      )}
      {all.data !== undefined && wanted(others).length > 0 && (
        <section className={styles.section}>
          <h2>{t("views.ofOthers")}</h2>
          <p className={styles.hint}>{t("views.ofOthersText")}</p>
          <Views id={id} found={all.data} views={wanted(others)} none="" />
        </section>
      )}
    </Page>
  );
}

interface Props {
  id: string;
  found: SavedViews;
  views: readonly SavedView[];
  none: string;
}

function Views({ id, found, views, none }: Props) {
  if (views.length === 0) return <Empty>{none}</Empty>;
  return <ViewTable id={id} found={found} views={views} />;
}
