import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { filesQuery } from "../../api/artifacts";
import type { FileInfo } from "../../api/types.gen";
import { Button } from "../../components/controls";
import { Icon } from "../../components/Icon";
import { QueryNotice } from "../../components/notices";
import { useI18n } from "../../i18n/context";
import { baseName } from "../../lib/preview";
import styles from "./run.module.css";

interface Props {
  runId: string;
  /** "" is the root. */
  folder: string;
  /** The path of the open file or folder. */
  open: string;
  onOpen(path: string): void;
}

/** A folder's entries; a folder below is read when it is opened. */
export function FileTree({ runId, folder, open, onOpen }: Props) {
  const { t } = useI18n();
  const query = useInfiniteQuery(filesQuery(runId, folder));
  const files = query.data?.pages.flatMap((page) => page.files ?? []) ?? [];
  return (
    <>
      <QueryNotice query={query} />
      {query.isPending && <p className={styles.small}>{t("app.loading")}</p>}
      {query.isSuccess && files.length === 0 && (
        <p className={styles.small}>{t("files.emptyFolder")}</p>
      )}
      <ul>
        {files.map((file) => (
          <li key={file.path}>
            {file.is_dir ? (
              <Folder runId={runId} folder={file.path} open={open} onOpen={onOpen} />
            ) : (
              <File file={file} isOpen={file.path === open} onOpen={onOpen} />
            )}
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t("app.more")}
        </Button>
      )}
    </>
  );
}

function File(props: { file: FileInfo; isOpen: boolean; onOpen(path: string): void }) {
  const { file, isOpen, onOpen } = props;
  const { format } = useI18n();
  return (
    <div className={styles.entry}>
      <button
        type="button"
        className={styles.open}
        aria-current={isOpen ? "true" : undefined}
        title={file.path}
        onClick={() => onOpen(file.path)}
      >
        <Icon name="file" />
        <span>{baseName(file.path)}</span>
      </button>
      <span className={styles.size}>
        {file.file_size === undefined ? "" : format.bytes(file.file_size)}
      </span>
    </div>
  );
}

function Folder({ runId, folder, open, onOpen }: Props) {
  const leadsToOpen = open === folder || open.startsWith(`${folder}/`);
  const [isExpanded, setExpanded] = useState(leadsToOpen);
  return (
    <>
      <div className={styles.entry}>
        <button
          type="button"
          className={styles.open}
          aria-expanded={isExpanded}
          title={folder}
          onClick={() => setExpanded(!isExpanded)}
        >
          <Icon name="chevron" size={12} />
          <span>{baseName(folder)}</span>
        </button>
      </div>
      {isExpanded && <FileTree runId={runId} folder={folder} open={open} onOpen={onOpen} />}
    </>
  );
}
