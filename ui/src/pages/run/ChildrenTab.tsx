import type { SearchRunsResponse } from "../../api/types.gen";
import { Link } from "../../components/Link";
import { Empty, Notice } from "../../components/notices";
import { Status } from "../../components/Status";
import table from "../../components/table.module.css";
import { useI18n } from "../../i18n/context";
import { useNow } from "../../lib/hooks";
import { runPath } from "../../lib/routes";
import { durationOf, nameOf } from "../../lib/runs";
import styles from "./run.module.css";

export function ChildrenTab({ page }: { page: SearchRunsResponse }) {
  const { t, format } = useI18n();
  const now = useNow(false);
  const runs = page.runs ?? [];
  if (runs.length === 0) return <Empty>{t("app.none")}</Empty>;
  return (
    <>
      {page.next_page_token && <Notice>{t("run.childrenMore", { n: runs.length })}</Notice>}
      <div className={styles.children}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{t("column.name")}</th>
              <th scope="col">{t("column.status")}</th>
              <th scope="col">{t("column.start")}</th>
              <th scope="col" className={table.number}>
                {t("column.duration")}
              </th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => {
              const duration = durationOf(run, now);
              const { run_id: id, start_time: start } = run.info;
              return (
                <tr key={id}>
                  <td>
                    <Link to={runPath(id)}>{nameOf(run)}</Link>
                  </td>
                  <td>
                    <Status status={run.info.status} />
                  </td>
                  <td className={`${table.soft} ${table.nowrap}`}>
                    {start ? format.dateTime(start) : ""}
                  </td>
                  <td className={`${table.soft} ${table.number} ${table.nowrap}`}>
                    {duration === null ? "" : format.duration(duration)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}
