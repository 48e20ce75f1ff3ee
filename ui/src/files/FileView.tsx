import { lazy, type ReactNode, Suspense } from "react";
import { fileUrl } from "../api/artifacts";
import type { FileInfo } from "../api/types.gen";
import { Markdown } from "../components/Markdown";
import { Empty, QueryNotice } from "../components/notices";
import { useI18n } from "../i18n/context";
import { shownUrl } from "./api";
import { Cut } from "./Cut";
import styles from "./files.module.css";
import { baseName, fileKind } from "./kinds";
import { PART, useText } from "./useText";

const TextView = lazy(() => import("./TextView"));
const TableView = lazy(() => import("./TableView"));
const JsonView = lazy(() => import("./JsonView"));
const ImageView = lazy(() => import("./ImageView"));
const NotebookView = lazy(() => import("./NotebookView"));
const ParquetView = lazy(() => import("./ParquetView"));

export interface FileViewProps {
  runId: string;
  file: FileInfo;
  source: boolean;
  line: number | null;
  row: number | null;
  onLine(line: number | null): void;
  onRow(row: number | null): void;
}

/** A file as what it means. */
export function FileView(props: FileViewProps) {
  const { t } = useI18n();
  return (
    <Suspense fallback={<p>{t("app.loading")}</p>}>{viewOf(props, t("files.noPreview"))}</Suspense>
  );
}

function viewOf(props: FileViewProps, noPreview: string): ReactNode {
  const { runId, file, source } = props;
  const name = baseName(file.path);
  const url = fileUrl(runId, file.path).href;
  if (source) return <TextView {...props} />;
  const kind = fileKind(file.path);
  switch (kind) {
    case "image":
      return <ImageView url={url} name={name} />;
    case "audio":
      // biome-ignore lint/a11y/useMediaCaption: what people log has none.
      return <audio className={styles.sound} src={url} controls preload="metadata" />;
    case "video":
      // biome-ignore lint/a11y/useMediaCaption: what people log has none.
      return <video className={styles.video} src={url} controls preload="metadata" />;
    case "table":
      return <TableView {...props} />;
    case "parquet":
      return <ParquetView {...props} />;
    case "json":
    case "yaml":
      return <JsonView {...props} kind={kind} />;
    case "markdown":
      return <MarkdownFile {...props} />;
    case "notebook":
      return <NotebookView {...props} />;
    case "page":
      return <Page {...props} />;
    case "pdf":
      return <iframe className={styles.frame} src={shownUrl(runId, file.path)} title={name} />;
    case "text":
      return <TextView {...props} />;
    case "none":
      return <Empty>{noPreview}</Empty>;
  }
}

/** What runs in a page that a run logged belongs to no origin, and reaches nothing. */
function Page({ runId, file }: FileViewProps) {
  const { t } = useI18n();
  return (
    <>
      <p className={styles.count}>{t("files.sandbox")}</p>
      <iframe
        className={styles.frame}
        sandbox="allow-scripts"
        src={shownUrl(runId, file.path)}
        title={baseName(file.path)}
      />
    </>
  );
}

function MarkdownFile({ runId, file }: FileViewProps) {
  const { t } = useI18n();
  const { query, loaded } = useText(runId, file, PART);
  if (loaded === null) {
    return query.isError ? <QueryNotice query={query} /> : <p>{t("app.loading")}</p>;
  }
  if (loaded.text === null) return <Empty>{t("files.noPreview")}</Empty>;
  if (loaded.text === "") return <Empty>{t("files.empty")}</Empty>;
  return (
    <>
      <Cut
        bytes={loaded.bytes}
        size={file.file_size ?? 0}
        isReading={query.isFetchingNextPage}
        onMore={query.hasNextPage ? () => void query.fetchNextPage() : null}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must take the keyboard. */}
      <section className={styles.prose} aria-label={file.path} tabIndex={0}>
        <Markdown text={loaded.text} />
      </section>
    </>
  );
}
