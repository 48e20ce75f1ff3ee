import { Button } from "../../components/controls";
import { Link } from "../../components/Link";
import { Toast } from "../../components/Toast";
import { useI18n } from "../../i18n/context";
import { comparePath } from "../../lib/routes";
import { MOST_COMPARED, type Selection } from "../../lib/selection";
import { MOST_IN_ADDRESS, openComparison } from "../compare/openComparison";
import styles from "./experiment.module.css";
import type { useBulk } from "./useBulk";

type Bulk = ReturnType<typeof useBulk>;

interface Props {
  bulk: Bulk;
  selection: Selection;
  count: number;
  showDeleted: boolean;
}

/** The ids to compare; null where they are too few, too many or not all known. */
export function compared(selection: Selection): string[] | null {
  const { all, ids } = selection;
  return all || ids.size < 2 || ids.size > MOST_COMPARED ? null : [...ids];
}

/** What can be done with the selected runs. */
export function BulkActions({ bulk, selection, count, showDeleted }: Props) {
  const { t } = useI18n();
  const ids = compared(selection);
  const isBusy = bulk.state?.phase === "working";
  const action = showDeleted ? "restore" : "delete";
  return (
    <>
      {ids !== null && (
        <Link
          to={comparePath(ids)}
          className={styles.textButton}
          onClick={(event) => {
            if (ids.length <= MOST_IN_ADDRESS || event.ctrlKey || event.metaKey) return;
            event.preventDefault();
            void openComparison(ids);
          }}
        >
          {t("bulk.compare")}
        </Link>
      )}
      <button
        type="button"
        className={`${styles.textButton} ${showDeleted ? "" : styles.danger}`}
        disabled={isBusy}
        onClick={() => bulk.start(action)}
      >
        {showDeleted ? t("bulk.restore", { n: count }) : t("bulk.delete", { n: count })}
      </button>
    </>
  );
}

/** Says what is being done, and what was. */
export function BulkToast({ bulk }: { bulk: Bulk }) {
  const { t } = useI18n();
  const { state } = bulk;
  if (state === null) return null;
  if (state.phase === "working") {
    const key = state.action === "delete" ? "bulk.deleting" : "bulk.restoring";
    return <Toast>{t(key, { n: state.count })}</Toast>;
  }
  if (state.phase === "failed") {
    return <Toast onClose={bulk.close}>{t("bulk.failed", { reason: state.reason })}</Toast>;
  }
  const n = state.done.runs;
  return (
    <Toast onClose={bulk.close}>
      <span>{t(state.action === "delete" ? "bulk.deleted" : "bulk.restored", { n })}</span>
      {n > 0 && <Button onClick={bulk.undo}>{t("bulk.undo")}</Button>}
    </Toast>
  );
}
