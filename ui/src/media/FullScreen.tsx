import { type KeyboardEvent, useEffect, useRef } from "react";
import { IconButton } from "../components/controls";
import { Icon } from "../components/Icon";
import { Link } from "../components/Link";
import { useI18n } from "../i18n/context";
import { filesPath } from "../lib/routes";
import { Medium } from "./Medium";
import styles from "./media.module.css";
import type { MediaItem } from "./names";

interface Props {
  item: MediaItem;
  runName: string;
  /** What is one further: in the steps or to the side, and in the runs or keys. */
  next(across: -1 | 0 | 1, down: -1 | 0 | 1): MediaItem | null;
  onOpen(item: MediaItem | null): void;
}

/** One picture or film over the whole window; arrow keys go to those beside it. */
export function FullScreen({ item, runName, next, onOpen }: Props) {
  const { t, format } = useI18n();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current;
    if (shown !== null && !shown.open) shown.showModal();
  }, []);
  const go = (across: -1 | 0 | 1, down: -1 | 0 | 1) => {
    const other = next(across, down);
    if (other !== null) onOpen(other);
  };
  const press = (event: KeyboardEvent) => {
    if ((event.target as Element).matches("video, audio")) return;
    const ways: Record<string, readonly [-1 | 0 | 1, -1 | 0 | 1]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    };
    const way = ways[event.key];
    if (way === undefined) return;
    event.preventDefault();
    go(...way);
  };
  return (
    <dialog
      ref={dialog}
      className={styles.full}
      aria-label={item.key}
      onKeyDown={press}
      onClose={() => onOpen(null)}
    >
      <header>
        <span>
          <strong>{runName}</strong> {item.key}
          {item.step !== null && ` · ${t("media.step", { step: format.integer(item.step) })}`}
        </span>
        <span>
          <Link to={filesPath(item.runId, item.path)}>{t("media.file")}</Link>
          <IconButton
            label={t("media.previous")}
            disabled={next(-1, 0) === null}
            onClick={() => go(-1, 0)}
          >
            <Icon name="left" />
          </IconButton>
          <IconButton
            label={t("media.next")}
            disabled={next(1, 0) === null}
            onClick={() => go(1, 0)}
          >
            <Icon name="right" />
          </IconButton>
          <IconButton label={t("media.close")} onClick={() => dialog.current?.close()}>
            <Icon name="cross" />
          </IconButton>
        </span>
      </header>
      <div className={styles.stage}>
        <Medium key={item.path} item={item} isFull />
      </div>
    </dialog>
  );
}
