import type { TrashedExperiment } from "../../api/types.gen";
import { Button } from "../../components/controls";
import { Link } from "../../components/Link";
import tables from "../../components/table.module.css";
import { useI18n } from "../../i18n/context";
import { experimentPath } from "../../lib/routes";
import styles from "./trash.module.css";

interface Props {
  experiments: readonly TrashedExperiment[];
  measured: ReadonlyMap<string, number>;
  isBusy: boolean;
  onRestore(experiment: TrashedExperiment): void;
  onRemove(experiment: TrashedExperiment): void;
}

/** What each experiment has in the trash. */
export function TrashTable({ experiments, measured, isBusy, onRestore, onRemove }: Props) {
  const { t, format } = useI18n();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where it is narrow, so it must take the keyboard.
    <section className={styles.scroll} tabIndex={0} aria-label={t("trash.title")}>
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">{t("trash.experiment")}</th>
            <th scope="col" className={tables.number}>
              {t("trash.runs")}
            </th>
            <th scope="col" className={tables.number}>
              {t("trash.models")}
            </th>
            <th scope="col" className={tables.number} title={t("trash.databaseHint")}>
              {t("trash.database")}
            </th>
            <th scope="col" className={tables.number}>
              {t("trash.artifacts")}
            </th>
            <th scope="col">{t("trash.when")}</th>
            <th scope="col">
              <span className={styles.hidden}>{t("trash.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {experiments.map((one) => {
            const size = measured.get(one.experiment_id);
            const canRestore = one.runs > 0 || one.deleted_at != null;
            return (
              <tr key={one.experiment_id}>
                <th scope="row" className={styles.name}>
                  <Link to={`${experimentPath(one.experiment_id)}?view=deleted`}>{one.name}</Link>
                  {one.deleted_at != null && (
                    <span className={styles.badge}>{t("trash.isDeleted")}</span>
                  )}
                </th>
                <td className={tables.number}>{format.integer(one.runs)}</td>
                <td className={tables.number}>{format.integer(one.models)}</td>
                <td className={`${tables.number} ${tables.nowrap}`}>{format.bytes(one.bytes)}</td>
                <td className={`${tables.number} ${tables.nowrap}`}>
                  {size === undefined ? (
                    <span className={tables.soft}>{t("trash.unmeasured")}</span>
                  ) : (
                    format.bytes(size)
                  )}
                </td>
                <td className={tables.nowrap}>
                  <When one={one} />
                </td>
                <td className={styles.actions}>
                  {canRestore && (
                    <Button
                      disabled={isBusy}
                      aria-label={t("trash.restoreWhat", { name: one.name })}
                      onClick={() => onRestore(one)}
                    >
                      {t("trash.restore")}
                    </Button>
                  )}
                  <Button
                    disabled={isBusy}
                    aria-label={t("trash.removeWhat", { name: one.name })}
                    onClick={() => onRemove(one)}
                  >
                    {t("trash.remove")}
                  </Button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** From when to when it was deleted. */
function When({ one }: { one: TrashedExperiment }) {
  const { format } = useI18n();
  const times = [one.first, one.last, one.deleted_at].filter((time) => time != null);
  if (times.length === 0) return null;
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const [from, to] = [format.dateTime(first), format.dateTime(last)];
  return (
    <span title={`${format.exactTime(first)} – ${format.exactTime(last)}`}>
      {from === to ? from : `${from} – ${to}`}
    </span>
  );
}
