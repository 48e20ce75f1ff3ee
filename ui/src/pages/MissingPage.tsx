import { Link } from "../components/Link";
import { Empty } from "../components/notices";
import { Page } from "../components/Page";
import { useI18n } from "../i18n/context";
import { homePath } from "../lib/routes";

export function MissingPage({ path }: { path: string }) {
  const { t } = useI18n();
  return (
    <Page title={t("app.missing")}>
      <Empty>
        <h1>{t("app.missing")}</h1>
        <p>{t("app.missingText", { path })}</p>
        <Link to={homePath}>{t("app.toExperiments")}</Link>
      </Empty>
    </Page>
  );
}
