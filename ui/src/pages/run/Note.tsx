import type { Run } from "../../api/types.gen";
import { EditNote } from "../../components/EditNote";
import { NOTE_TAG, tagOf } from "../../lib/runs";
import styles from "./run.module.css";
import { useRunEdit } from "./useRunEdit";

/** What a person wrote about the run; MLflow's UI keeps it in the same tag. */
export function Note({ run }: { run: Run }) {
  const edit = useRunEdit(run.info.run_id);
  return (
    <section className={styles.section}>
      <EditNote
        note={tagOf(run, NOTE_TAG) ?? ""}
        save={(value) => edit({ kind: "tag", key: NOTE_TAG, value })}
      />
    </section>
  );
}
