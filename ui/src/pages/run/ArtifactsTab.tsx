import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { filesQuery, fileUrl, PREVIEW_BYTES, textQuery } from "../../api/artifacts";
import type { FileInfo, Run } from "../../api/types.gen";
import { CopyButton } from "../../components/controls";
import controls from "../../components/controls.module.css";
import { Icon } from "../../components/Icon";
import { Empty, QueryNotice } from "../../components/notices";
import { useI18n } from "../../i18n/context";
import { baseName, previewKind } from "../../lib/preview";
import { FileTree } from "./FileTree";
import styles from "./run.module.css";

interface Props {
  run: Run;
  /** The open file; "" for none. */
  path: string;
  onOpen(path: string): void;
}

export function ArtifactsTab({ run, path, onOpen }: Props) {
  const { t } = useI18n();
  const root = useInfiniteQuery(filesQuery(run.info.run_id, ""));
  const isEmpty = root.isSuccess && (root.data.pages[0]?.files ?? []).length === 0;
  if (isEmpty) return <Empty>{t("run.noArtifacts")}</Empty>;
  return (
    <div className={styles.files}>
      <nav className={styles.tree} aria-label={t("files.tree")}>
        <FileTree runId={run.info.run_id} folder="" open={path} onOpen={onOpen} />
      </nav>
      {path === "" ? (
        <Empty>{t("files.choose")}</Empty>
      ) : (
        <OpenFile key={path} runId={run.info.run_id} path={path} />
      )}
    </div>
  );
}

/** The file at `path`, looked up in its folder; a link may name a folder or nothing. */
function OpenFile({ runId, path }: { runId: string; path: string }) {
  const { t } = useI18n();
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  const query = useInfiniteQuery(filesQuery(runId, folder));
  const file = query.data?.pages
    .flatMap((page) => page.files ?? [])
    .find((entry) => entry.path === path);
  if (query.isError) return <QueryNotice query={query} />;
  if (file === undefined) {
    return query.isSuccess ? <Empty>{t("files.gone", { path })}</Empty> : null;
  }
  return file.is_dir ? <Empty>{t("files.choose")}</Empty> : <Preview runId={runId} file={file} />;
}

function Preview({ runId, file }: { runId: string; file: FileInfo }) {
  const { t, format } = useI18n();
  const url = fileUrl(runId, file.path).href;
  const kind = previewKind(file.path);
  return (
    <section className={styles.preview}>
      <header>
        <span>
          <strong>{file.path}</strong>
          <CopyButton text={file.path} what={file.path} />
          {file.file_size !== undefined && (
            <span className={styles.count}>{format.bytes(file.file_size)}</span>
          )}
        </span>
        <a className={controls.button} href={url} download={baseName(file.path)}>
          <Icon name="download" />
          {t("files.download")}
        </a>
      </header>
      {kind === "image" && <img src={url} alt={baseName(file.path)} />}
      {kind === "text" && <Text runId={runId} file={file} />}
      {kind === "none" && <Empty>{t("files.noPreview")}</Empty>}
    </section>
  );
}

function Text({ runId, file }: { runId: string; file: FileInfo }) {
  const { t, format } = useI18n();
  const query = useQuery(textQuery(runId, file.path, file.file_size));
  if (query.data === undefined) {
    return query.isError ? <QueryNotice query={query} /> : <p>{t("app.loading")}</p>;
  }
  const { text } = query.data;
  if (text === null) return <Empty>{t("files.noPreview")}</Empty>;
  if (text === "") return <Empty>{t("files.empty")}</Empty>;
  const size = file.file_size ?? 0;
  return (
    <>
      {size > PREVIEW_BYTES && (
        <p className={styles.count}>
          {t("files.cut", { size: format.bytes(PREVIEW_BYTES), total: format.bytes(size) })}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard. */}
      <pre tabIndex={0}>{text}</pre>
    </>
  );
}
