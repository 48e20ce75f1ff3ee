import type { Run } from "../../api/types.gen";
import { EditTags } from "../../components/EditTags";
import { useI18n } from "../../i18n/context";
import { splitTags } from "../../lib/runs";
import styles from "./run.module.css";
import { useRunEdit } from "./useRunEdit";

/** The tags that a person set: to be changed, removed and added in place. */
export function Tags({ run }: { run: Run }) {
  const { t, format } = useI18n();
  const { own } = splitTags(run.data.tags);
  const edit = useRunEdit(run.info.run_id);
  return (
    <section className={styles.section}>
      <h2>
        {t("run.tags")} <span className={styles.count}>{format.integer(own.length)}</span>
      </h2>
      <EditTags
        tags={own}
        set={(key, value) => edit({ kind: "tag", key, value })}
        remove={(key) => edit({ kind: "untag", key })}
      />
    </section>
  );
}
