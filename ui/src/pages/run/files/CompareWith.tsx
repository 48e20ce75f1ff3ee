import { useQuery } from "@tanstack/react-query";
import { recentRunsQuery } from "../../../api/runs";
import type { Run } from "../../../api/types.gen";
import { Link } from "../../../components/Link";
import { Popover } from "../../../components/Popover";
import { useI18n } from "../../../i18n/context";
import { fileDiffPath } from "../../../lib/routes";
import { nameOf } from "../../../lib/runs";
import styles from "./filesTab.module.css";

const RUNS = 30;

/** The newest runs of the experiment, each leading to its file of the same path beside this one. */
export function CompareWith({ run, path }: { run: Run; path: string }) {
  const { t } = useI18n();
  return (
    <Popover label={t("filediff.with")}>
      <Others run={run} path={path} />
    </Popover>
  );
}

function Others({ run, path }: { run: Run; path: string }) {
  const { t, format } = useI18n();
  const { run_id: id, experiment_id: experiment } = run.info;
  const query = useQuery(recentRunsQuery([experiment], RUNS));
  if (query.data === undefined) return <p>{t("app.loading")}</p>;
  const others = query.data.filter((one) => one.info.run_id !== id);
  if (others.length === 0) return <p>{t("filediff.noOthers")}</p>;
  return (
    <ul className={styles.others}>
      {others.map((one) => (
        <li key={one.info.run_id}>
          <Link to={fileDiffPath(id, one.info.run_id, path)}>{nameOf(one)}</Link>
          <small>{one.info.start_time > 0 && format.dateTime(one.info.start_time)}</small>
        </li>
      ))}
    </ul>
  );
}
