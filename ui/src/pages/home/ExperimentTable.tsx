import type { Experiment } from "../../api/types.gen";
import { Link } from "../../components/Link";
import { useServerNow } from "../../components/LiveDot";
import table from "../../components/table.module.css";
import { useI18n } from "../../i18n/context";
import { isStalled } from "../../lib/liveRows";
import { experimentPath } from "../../lib/routes";
import type { Row } from "../../lib/rows";
import { NOTE_TAG, splitTags, tagValue } from "../../lib/runs";
import styles from "./home.module.css";

const SHOWN_TAGS = 3;

interface Props {
  experiments: Experiment[];
  /** The runs that are running now, by experiment. */
  running: ReadonlyMap<string, Row[]>;
}

export function ExperimentTable({ experiments, running }: Props) {
  const { t, format } = useI18n();
  return (
    <table className={table.table}>
      <thead>
        <tr>
          <th scope="col" className={styles.main}>
            {t("home.name")}
          </th>
          <th scope="col" className={styles.wide}>
            {t("home.updated")}
          </th>
          <th scope="col">{t("home.created")}</th>
          <th scope="col" className={`${table.number} ${styles.wide}`}>
            {t("home.id")}
          </th>
        </tr>
      </thead>
      <tbody>
        {experiments.map((experiment) => (
          <tr key={experiment.experiment_id}>
            <td className={table.cut}>
              <Link className={styles.name} to={experimentPath(experiment.experiment_id)}>
                {experiment.name}
              </Link>
              <Running rows={running.get(experiment.experiment_id)} />
              <About experiment={experiment} />
            </td>
            {[experiment.last_update_time, experiment.creation_time].map((time, index) => (
              <td
                // biome-ignore lint/suspicious/noArrayIndexKey: two columns, always in this order.
                key={index}
                className={`${table.soft} ${table.nowrap} ${index === 0 ? styles.wide : ""}`}
                title={time ? format.exactTime(time) : undefined}
              >
                {time ? format.dateTime(time) : ""}
              </td>
            ))}
            <td className={`${table.number} ${table.soft} ${styles.wide}`}>
              {experiment.experiment_id}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** How many of an experiment's runs are running, and how many of them have gone silent. */
function Running({ rows = [] }: { rows: Row[] | undefined }) {
  const { t } = useI18n();
  const now = useServerNow(rows.length > 0);
  const silent = rows.filter((row) => isStalled(row.status, row.active, now)).length;
  if (rows.length === 0) return null;
  return (
    <span className={styles.running}>
      <span>{t("live.running", { n: rows.length })}</span>
      {silent > 0 && <span className={styles.silent}>{t("live.silent", { n: silent })}</span>}
    </span>
  );
}

function About({ experiment }: { experiment: Experiment }) {
  const note = tagValue(experiment.tags, NOTE_TAG)?.trim() ?? "";
  const { own } = splitTags(experiment.tags);
  if (note === "" && own.length === 0) return null;
  return (
    <div className={styles.note}>
      {note !== "" && (
        <span className={styles.text} title={note}>
          {note}
        </span>
      )}
      {own.length > 0 && (
        <span className={styles.tags}>
          {own.slice(0, SHOWN_TAGS).map((tag) => (
            <span key={tag.key} className={styles.tag} title={`${tag.key}: ${tag.value}`}>
              {tag.value === "" ? tag.key : `${tag.key}: ${tag.value}`}
            </span>
          ))}
        </span>
      )}
    </div>
  );
}
