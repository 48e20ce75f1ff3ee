import type { Experiment } from "../../api/types.gen";
import { CopyButton } from "../../components/controls";
import { Live } from "../../components/notices";
import { useI18n } from "../../i18n/context";
import { NOTE_TAG, splitTags, tagValue } from "../../lib/runs";
import styles from "./experiment.module.css";

export function ExperimentHead({
  experiment,
  isLive,
}: {
  experiment: Experiment;
  isLive: boolean;
}) {
  const { t } = useI18n();
  const note = tagValue(experiment.tags, NOTE_TAG)?.trim();
  return (
    <div className={styles.head}>
      <div className={styles.title}>
        <h1>{experiment.name}</h1>
        {isLive && <Live />}
      </div>
      {note && <p className={styles.note}>{note}</p>}
      <div className={styles.facts}>
        <span>
          {t("home.id")} {experiment.experiment_id}
          <CopyButton text={experiment.experiment_id} what={t("home.id")} />
        </span>
        <span>
          {t("experiment.location")} {experiment.artifact_location}
          <CopyButton text={experiment.artifact_location} what={t("experiment.location")} />
        </span>
        {splitTags(experiment.tags).own.map((tag) => (
          <span key={tag.key}>
            {tag.key}: {tag.value}
          </span>
        ))}
      </div>
    </div>
  );
}
