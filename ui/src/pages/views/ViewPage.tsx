import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { ApiError, isRefusal } from "../../api/client";
import { viewQuery } from "../../api/views";
import { Link } from "../../components/Link";
import { Empty, QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { useI18n } from "../../i18n/context";
import { navigate } from "../../lib/history";
import { homePath } from "../../lib/routes";
import { startAsGiven } from "../experiment/useDefaultView";

/** Leads from a short link to the place that was shared. */
export default function ViewPage({ slug }: { slug: string }) {
  const { t } = useI18n();
  const query = useQuery(viewQuery(slug));
  const view = query.data;
  useEffect(() => {
    if (view === undefined) return;
    startAsGiven(view.path);
    navigate(view.path + (view.query === "" ? "" : `?${view.query}`), { replace: true });
  }, [view]);
  const refusal = query.error instanceof ApiError && isRefusal(query.error) ? query.error : null;
  return (
    <Page title={t("views.link")}>
      {refusal === null ? (
        <>
          <QueryNotice query={query} />
          {!query.isError && <Empty>{t("app.loading")}</Empty>}
        </>
      ) : (
        <Empty>
          <h1>{t("views.noLink")}</h1>
          <p>{t("views.noLinkText")}</p>
          <Link to={homePath}>{t("app.toExperiments")}</Link>
        </Empty>
      )}
    </Page>
  );
}
