import { useQuery } from "@tanstack/react-query";
import type { Run, SearchRunsResponse } from "../../api/types.gen";
import { Link } from "../../components/Link";
import { folderQuery } from "../../files/api";
import { useI18n } from "../../i18n/context";
import { filesPath, runMediaPath, runPath } from "../../lib/routes";
import { nameOf } from "../../lib/runs";
import { type RunView, writeRun } from "../../lib/views";
import styles from "./run.module.css";

interface Props {
  run: Run;
  view: RunView;
  /** The tab that is open. */
  shown: string;
  childRuns: SearchRunsResponse | undefined;
}

/** The parts of a run's page. */
export function RunTabs({ run, view, shown, childRuns }: Props) {
  const { t } = useI18n();
  const id = run.info.run_id;
  // The tab says at once whether there is anything behind it.
  const files = useQuery(folderQuery(id, "")).data?.length;
  const childCount = childRuns?.runs?.length ?? 0;
  const tabs = [
    {
      tab: "metrics",
      to: runPath(id) + writeRun({ ...view, tab: "metrics" }),
      label: t("run.metrics"),
      count: String(run.data.metrics?.length ?? 0),
    },
    {
      tab: "files",
      to: filesPath(id, ""),
      label: t("run.artifacts"),
      count: files === 0 ? "0" : "",
    },
  ];
  tabs.push({ tab: "media", to: runMediaPath(id), label: t("media.title"), count: "" });
  if (childCount > 0 || shown === "children") {
    tabs.push({
      tab: "children",
      to: runPath(id) + writeRun({ ...view, tab: "children" }),
      label: t("run.children"),
      count: `${childCount}${childRuns?.next_page_token ? "+" : ""}`,
    });
  }
  return (
    <nav className={styles.tabs} aria-label={nameOf(run)}>
      {tabs.map(({ tab, to, label, count }) => (
        <Link key={tab} to={to} replace aria-current={tab === shown ? "page" : undefined}>
          {label} <span className={styles.count}>{count}</span>
        </Link>
      ))}
    </nav>
  );
}
