import { type Ref, useRef, useState } from "react";
import { editExperiment } from "../../api/experiments";
import type { Experiment } from "../../api/types.gen";
import { Button, IconButton } from "../../components/controls";
import { EditForm } from "../../components/EditForm";
import { Icon } from "../../components/Icon";
import { Link } from "../../components/Link";
import { useServerNow } from "../../components/LiveDot";
import table from "../../components/table.module.css";
import { useI18n } from "../../i18n/context";
import { isStalled } from "../../lib/liveRows";
import { experimentPath } from "../../lib/routes";
import type { Row } from "../../lib/rows";
import { NOTE_TAG, splitTags, tagValue } from "../../lib/runs";
import { setStar, useStarred } from "../../lib/starred";
import styles from "./home.module.css";
import { indent } from "./indent";
import type { Moves } from "./useMoves";
import { useRefresh } from "./useRefresh";

const SHOWN_TAGS = 3;

interface Props {
  experiment: Experiment;
  /** Its name, or the part of it that its folders don't say. */
  shown: string;
  /** In how many folders it is. */
  depth: number;
  /** Its runs that are running now. */
  running: Row[] | undefined;
  moves: Moves;
}

export function ExperimentRow({ experiment, shown, depth, running, moves }: Props) {
  const { format } = useI18n();
  const [isRenaming, setRenaming] = useState(false);
  const pencil = useRef<HTMLButtonElement>(null);
  const { experiment_id: id, name } = experiment;
  const close = () => {
    setRenaming(false);
    pencil.current?.focus();
  };
  return (
    <tr>
      <td className={isRenaming ? undefined : table.cut} style={indent(depth)}>
        {isRenaming ? (
          <Rename experiment={experiment} onClose={close} />
        ) : (
          <Link
            className={styles.name}
            to={experimentPath(id)}
            {...(shown === name ? {} : { "aria-label": name, title: name })}
          >
            {shown}
          </Link>
        )}
        <Running rows={running} />
        <About experiment={experiment} />
      </td>
      {[experiment.last_update_time, experiment.creation_time].map((time, index) => (
        <td
          // biome-ignore lint/suspicious/noArrayIndexKey: two columns, always in this order.
          key={index}
          className={`${table.soft} ${table.nowrap} ${styles.wide}`}
          title={time ? format.exactTime(time) : undefined}
        >
          {time ? format.dateTime(time) : ""}
        </td>
      ))}
      <td className={`${table.number} ${table.soft} ${styles.wide}`}>{id}</td>
      <td className={styles.actions}>
        <Actions
          experiment={experiment}
          moves={moves}
          pencil={pencil}
          onRename={() => setRenaming(true)}
        />
      </td>
    </tr>
  );
}

interface ActionsProps {
  experiment: Experiment;
  moves: Moves;
  pencil: Ref<HTMLButtonElement>;
  onRename(): void;
}

function Actions({ experiment, moves, pencil, onRename }: ActionsProps) {
  const { t } = useI18n();
  const { name } = experiment;
  if (experiment.lifecycle_stage === "deleted") {
    return (
      <Button
        aria-label={t("experiments.restoreWhat", { name })}
        disabled={moves.isPending}
        onClick={() => moves.mutate({ experiment, kind: "restore" })}
      >
        {t("experiments.restore")}
      </Button>
    );
  }
  return (
    <>
      <Star experiment={experiment} />
      <IconButton ref={pencil} label={t("experiments.rename", { name })} onClick={onRename}>
        <Icon name="pencil" />
      </IconButton>
      <IconButton
        label={t("experiments.delete", { name })}
        disabled={moves.isPending}
        onClick={() => moves.mutate({ experiment, kind: "delete" })}
      >
        <Icon name="trash" />
      </IconButton>
    </>
  );
}

function Star({ experiment }: { experiment: Experiment }) {
  const { t } = useI18n();
  const { experiment_id: id, name } = experiment;
  const isOn = useStarred().includes(id);
  return (
    <IconButton
      label={t("experiments.star", { name })}
      aria-pressed={isOn}
      onClick={() => setStar(id, !isOn)}
    >
      <Icon name="star" />
    </IconButton>
  );
}

function Rename({ experiment, onClose }: { experiment: Experiment; onClose(): void }) {
  const { t } = useI18n();
  const refresh = useRefresh();
  const { experiment_id: id, name: old } = experiment;
  return (
    <EditForm
      label={t("experiments.newNameOf", { name: old })}
      text={old}
      save={(text) => {
        const name = text.trim();
        if (name === "" || name === old) return null;
        return async () => {
          await editExperiment(id, { kind: "name", name });
          await refresh();
        };
      }}
      onClose={onClose}
    />
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
