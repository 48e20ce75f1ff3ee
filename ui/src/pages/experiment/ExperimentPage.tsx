import { useQuery } from "@tanstack/react-query";
import { ApiError, isRefusal } from "../../api/client";
import { experimentQuery } from "../../api/experiments";
import { openQuery } from "../../api/open";
import { Link } from "../../components/Link";
import { Empty, QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { homePath } from "../../lib/routes";
import { UndoNote } from "./UndoNote";
import { useDefaultView } from "./useDefaultView";
import { useUndo } from "./useUndo";
import { Workspace } from "./Workspace";

export default function ExperimentPage({ id }: { id: string }) {
  const { t } = useI18n();
  const isOpen = !useQuery(openQuery(id)).isPending;
  const query = useQuery({ ...experimentQuery(id), enabled: isOpen });
  const isDeciding = useDefaultView(id, isOpen);
  useUndo();
  const crumbs = [{ text: t("home.title"), to: homePath }];
  const refusal = query.error instanceof ApiError && isRefusal(query.error) ? query.error : null;
  if (refusal === null) {
    return (
      <Page title={query.data?.name ?? ""} crumbs={crumbs} filled>
        <QueryNotice query={query} />
        {isOpen && !isDeciding && <Workspace id={id} experiment={query.data} />}
        <UndoNote />
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
