import type { Experiment } from "../../api/types.gen";
import { CopyButton } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { Icon } from "../../components/Icon";
import { Link } from "../../components/Link";
import { Popover } from "../../components/Popover";
import { useI18n } from "../../i18n/context";
import { experimentSettingsPath, mediaPath, notesPath, tracesPath } from "../../lib/routes";
import { NOTE_TAG, splitTags, tagValue } from "../../lib/runs";
import styles from "./experiment.module.css";
import { ViewMenu } from "./ViewMenu";

export function ExperimentHead({ experiment }: { experiment: Experiment }) {
  const { t } = useI18n();
  const note = tagValue(experiment.tags, NOTE_TAG)?.trim();
  return (
    <div className={styles.head}>
      <h1>{experiment.name}</h1>
      <Popover
        label={<Icon name="info" size={16} />}
        name={t("experiment.about")}
        className={controls.quiet}
      >
        <About experiment={experiment} />
      </Popover>
      <ViewMenu id={experiment.experiment_id} />
      <Link to={mediaPath(experiment.experiment_id)}>{t("media.title")}</Link>
      <Link to={tracesPath(experiment.experiment_id)}>{t("traces.title")}</Link>
      <Link
        to={notesPath(experiment.experiment_id)}
        className={note ? styles.note : undefined}
        title={note}
      >
        {note ? firstLine(note) : t("notes.title")}
      </Link>
      <Link
        to={experimentSettingsPath(experiment.experiment_id)}
        className={controls.quiet}
        aria-label={t("dictionary.settings")}
        title={t("dictionary.settings")}
      >
        <Icon name="settings" size={16} />
      </Link>
    </div>
  );
}

/** The first line of a text in Markdown, without the sign of a heading. */
function firstLine(note: string): string {
  return (note.split("\n")[0] ?? "").replace(/^#+\s*/, "");
}

function About({ experiment }: { experiment: Experiment }) {
  const { t } = useI18n();
  const note = tagValue(experiment.tags, NOTE_TAG)?.trim();
  const { own } = splitTags(experiment.tags);
  const facts = [
    [t("home.id"), experiment.experiment_id],
    [t("experiment.location"), experiment.artifact_location],
  ] as const;
  return (
    <dl className={styles.about}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <code>{value}</code>
            <CopyButton text={value} what={name} />
          </dd>
        </div>
      ))}
      {own.map((tag) => (
        <div key={tag.key}>
          <dt>{tag.key}</dt>
          <dd>{tag.value}</dd>
        </div>
      ))}
      {note && (
        <div>
          <dt>{t("run.description")}</dt>
          <dd className={styles.longNote}>{note}</dd>
        </div>
      )}
    </dl>
  );
}
