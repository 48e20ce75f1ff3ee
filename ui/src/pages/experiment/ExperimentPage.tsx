import { useQuery } from "@tanstack/react-query";
import { ApiError, isRefusal } from "../../api/client";
import { experimentQuery } from "../../api/experiments";
import { Link } from "../../components/Link";
import { Empty, QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { homePath } from "../../lib/routes";
import { UndoNote } from "./UndoNote";
import { useUndo } from "./useUndo";
import { Workspace } from "./Workspace";

export default function ExperimentPage({ id }: { id: string }) {
  const { t } = useI18n();
  const query = useQuery(experimentQuery(id));
  const { last } = useUndo();
  const crumbs = [{ text: t("home.title"), to: homePath }];
  const refusal = query.error instanceof ApiError && isRefusal(query.error) ? query.error : null;
  if (refusal === null) {
    return (
      <Page title={query.data?.name ?? ""} crumbs={crumbs} filled>
        <QueryNotice query={query} />
        {/* The runs are asked for along with the experiment. */}
        <Workspace id={id} experiment={query.data} />
        <UndoNote last={last} />
      </Page>
    );
  }
  return (
    <Page title={t("home.title")} crumbs={crumbs}>
      <Empty>
        <h1>{t("experiment.unknown", { id })}</h1>
        <p>{refusal.message}</p>
        <Link to={homePath}>{t("app.toExperiments")}</Link>
      </Empty>
    </Page>
  );
}
