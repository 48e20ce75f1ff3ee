import { useState } from "react";
import type { Run } from "../../api/types.gen";
import { CopyButton, IconButton } from "../../components/controls";
import { EditForm } from "../../components/EditForm";
import edit from "../../components/edit.module.css";
import { Icon } from "../../components/Icon";
import { Link } from "../../components/Link";
import { Stalled, useServerNow } from "../../components/LiveDot";
import { ShareLink } from "../../components/ShareLink";
import { Status } from "../../components/Status";
import { useI18n } from "../../i18n/context";
import { useNow } from "../../lib/hooks";
import { tracesPath } from "../../lib/routes";
import { durationOf, nameOf, userOf } from "../../lib/runs";
import { writeTraces } from "../../lib/views";
import styles from "./run.module.css";
import { useRunEdit } from "./useRunEdit";

interface Props {
  run: Run;
  isLive: boolean;
  /** When the server was last told something of it; null where that isn't known. */
  active: number | null;
}

export function RunHead({ run, isLive, active }: Props) {
  const { t, format } = useI18n();
  const [isEditing, setEditing] = useState(false);
  const change = useRunEdit(run.info.run_id);
  const now = useNow(isLive);
  const serverNow = useServerNow(isLive);
  const duration = durationOf(run, now);
  const { run_id: id, start_time: start, status } = run.info;
  return (
    <div className={styles.head}>
      <div className={styles.title}>
        {isEditing ? (
          <EditForm
            label={t("edit.name")}
            text={nameOf(run)}
            save={(name) =>
              name.trim() === "" || name === run.info.run_name
                ? null
                : () => change({ kind: "name", name: name.trim() })
            }
            onClose={() => setEditing(false)}
          />
        ) : (
          <div className={edit.heading}>
            <h1>{nameOf(run)}</h1>
            <IconButton label={t("edit.name")} onClick={() => setEditing(true)}>
              <Icon name="pencil" />
            </IconButton>
          </div>
        )}
        <Status status={status} />
        <Stalled status={status} active={active} now={serverNow} />
        <div className={styles.share}>
          <ShareLink />
        </div>
      </div>
      <div className={styles.facts}>
        {start > 0 && <span title={format.exactTime(start)}>{format.dateTime(start)}</span>}
        {duration !== null && <span>{format.duration(duration)}</span>}
        {userOf(run) !== "" && <span>{userOf(run)}</span>}
        <Link to={tracesPath(run.info.experiment_id) + writeTraces({ filter: `run_id = '${id}'` })}>
          {t("traces.title")}
        </Link>
        <span>
          <code>{id}</code>
          <CopyButton text={id} what={t("run.id")} />
        </span>
      </div>
    </div>
  );
}
