import { type ReactNode, useCallback } from "react";
import { SearchField, Segments } from "../../components/controls";
import { Link } from "../../components/Link";
import { useI18n } from "../../i18n/context";
import { trashPath } from "../../lib/routes";
import type { HomeView } from "../../lib/views";
import styles from "./home.module.css";
import { NewExperiment } from "./NewExperiment";

interface Props {
  view: HomeView;
  change(part: Partial<HomeView>, options?: { replace?: boolean }): void;
  /** The heading. */
  children: ReactNode;
}

/** What chooses the experiments that are shown, and makes new ones. */
export function HomeHead({ view, change, children }: Props) {
  const { t } = useI18n();
  const find = useCallback((name: string) => change({ name }, { replace: true }), [change]);
  return (
    <div className={styles.head}>
      {children}
      <div className={styles.find}>
        <SearchField label={t("home.find")} value={view.name} onSearch={find} />
      </div>
      <Segments
        legend={t("app.view")}
        value={view.show}
        options={[
          ["active", t("app.active")],
          ["starred", t("experiments.starred")],
          ["deleted", t("app.deleted")],
        ]}
        onChange={(show) => change({ show })}
      />
      <Segments
        legend={t("experiments.layout")}
        value={view.tree ? "tree" : "list"}
        options={[
          ["list", t("experiments.list")],
          ["tree", t("experiments.tree")],
        ]}
        onChange={(layout) => change({ tree: layout === "tree" })}
      />
      {view.show !== "deleted" && <NewExperiment />}
      <Link to={trashPath}>{t("trash.title")}</Link>
    </div>
  );
}
