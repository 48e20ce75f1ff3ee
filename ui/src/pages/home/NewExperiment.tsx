import { useState } from "react";
import { createExperiment } from "../../api/experiments";
import { Button } from "../../components/controls";
import { EditForm } from "../../components/EditForm";
import { useI18n } from "../../i18n/context";
import { navigate } from "../../lib/history";
import { experimentPath } from "../../lib/routes";
import styles from "./home.module.css";
import { useRefresh } from "./useRefresh";

/** Asks for a name, makes the experiment and goes to its page, which says how to log into it. */
export function NewExperiment() {
  const { t } = useI18n();
  const [isOpen, setOpen] = useState<boolean | null>(null);
  const refresh = useRefresh();
  if (!isOpen) {
    return (
      <Button autoFocus={isOpen === false} onClick={() => setOpen(true)}>
        {t("experiments.new")}
      </Button>
    );
  }
  return (
    <div className={styles.made}>
      <span aria-hidden="true">{t("experiments.newName")}</span>
      <EditForm
        label={t("experiments.newName")}
        text=""
        save={(text) => {
          const name = text.trim();
          if (name === "") return null;
          return async () => {
            const id = await createExperiment(name);
            void refresh();
            navigate(experimentPath(id));
          };
        }}
        onClose={() => setOpen(false)}
      />
    </div>
  );
}
