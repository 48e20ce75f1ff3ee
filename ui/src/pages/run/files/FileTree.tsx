import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { Icon } from "../../../components/Icon";
import { Link } from "../../../components/Link";
import { archiveUrl } from "../../../files/api";
import { baseName, folderOf } from "../../../files/kinds";
import { useI18n } from "../../../i18n/context";
import styles from "./filesTab.module.css";
import type { TreeRow } from "./useTree";

interface Props {
  runId: string;
  label: string;
  rows: readonly TreeRow[];
  /** The path of the open file or folder. */
  open: string;
  /** Whether rows show their whole paths. */
  isFlat: boolean;
  linkTo(path: string): string;
  onOpen(path: string): void;
  onToggle(folder: string, isOpen: boolean): void;
}

const HEIGHT = 28;
const INDENT = 14;

/** Files and folders; what is in the document is what is in sight. Arrow keys go through it. */
export function FileTree(props: Props) {
  const { label, rows, open, isFlat, onOpen, onToggle } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(open);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => HEIGHT,
    overscan: 10,
    initialRect: { width: 300, height: 600 },
  });
  const at = rows.findIndex(({ path, note }) => note === null && path === active);
  const openAt = rows.findIndex(({ path, note }) => note === null && path === open);
  useEffect(() => setActive(open), [open]);
  useEffect(() => {
    if (openAt >= 0) list.scrollToIndex(openAt);
  }, [list, openAt]);
  const go = (to: number) => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, to))];
    if (row === undefined) return;
    setActive(row.path);
    list.scrollToIndex(rows.indexOf(row));
  };
  const press = (event: KeyboardEvent) => {
    const row = rows[at];
    const isFolder = row?.file?.is_dir === true;
    const acts: Record<string, () => void> = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at < 0 ? 0 : at - 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowRight: () => {
        if (isFolder && !row.isOpen) onToggle(row.path, true);
        else if (isFolder) go(at + 1);
      },
      ArrowLeft: () => {
        if (isFolder && row.isOpen) onToggle(row.path, false);
        else if (row !== undefined && folderOf(row.path) !== "") {
          go(rows.findIndex(({ path, note }) => note === null && path === folderOf(row.path)));
        }
      },
      Enter: () => row !== undefined && onOpen(row.path),
      " ": () => row !== undefined && onOpen(row.path),
    };
    const act = acts[event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  return (
    <div
      ref={scroller}
      role="tree"
      aria-label={label}
      aria-activedescendant={at < 0 ? undefined : `${id}-${at}`}
      tabIndex={0}
      className={styles.tree}
      onKeyDown={press}
    >
      <div role="presentation" style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const place = {
            top: start,
            height: HEIGHT,
            paddingLeft: isFlat ? 0 : row.depth * INDENT,
          };
          return (
            <Row
              key={`${row.note ?? ""} ${row.path}`}
              {...props}
              id={`${id}-${index}`}
              row={row}
              place={place}
              isActive={index === at}
            />
          );
        })}
      </div>
    </div>
  );
}

interface RowProps extends Props {
  id: string;
  row: TreeRow;
  place: React.CSSProperties;
  isActive: boolean;
}

function Row({ id, row, place, isActive, open, isFlat, runId, linkTo, onToggle }: RowProps) {
  const { t, format } = useI18n();
  const { file, note, path, depth } = row;
  if (file === null) {
    const text =
      note === "reading"
        ? t("app.loading")
        : note === "failed"
          ? t("files.unread")
          : t("files.emptyFolder");
    return (
      <div
        role="treeitem"
        tabIndex={-1}
        aria-level={depth + 1}
        className={styles.note}
        style={place}
      >
        {text}
      </div>
    );
  }
  const isOpen = path === open;
  return (
    <div
      id={id}
      role="treeitem"
      tabIndex={-1}
      aria-level={depth + 1}
      aria-selected={isOpen}
      aria-expanded={file.is_dir ? row.isOpen : undefined}
      className={`${styles.row} ${isOpen ? styles.open : ""} ${isActive ? styles.active : ""}`}
      style={place}
    >
      <Link
        to={linkTo(path)}
        replace
        tabIndex={-1}
        title={path}
        onClick={() => file.is_dir && onToggle(path, !row.isOpen)}
      >
        {file.is_dir ? (
          <span className={row.isOpen ? styles.turned : styles.sign}>
            <Icon name="chevron" size={12} />
          </span>
        ) : (
          <span className={styles.sign}>
            <Icon name="file" />
          </span>
        )}
        <span className={isFlat ? styles.path : styles.name}>
          {isFlat ? <bdi>{path}</bdi> : baseName(path)}
        </span>
      </Link>
      {file.is_dir ? (
        <a
          href={archiveUrl(runId, path)}
          download
          tabIndex={-1}
          className={styles.archive}
          aria-label={t("files.archiveOf", { name: path })}
          title={t("files.archiveOf", { name: path })}
        >
          <Icon name="download" />
        </a>
      ) : (
        <span className={styles.size}>
          {file.file_size === undefined ? "" : format.bytes(file.file_size)}
        </span>
      )}
    </div>
  );
}
