import { useQuery } from "@tanstack/react-query";
import { fileUrl } from "../../../api/artifacts";
import type { FileInfo, Run } from "../../../api/types.gen";
import { CopyButton, IconButton, Segments } from "../../../components/controls";
import controls from "../../../components/controls.module.css";
import { Icon } from "../../../components/Icon";
import { Empty, QueryNotice } from "../../../components/notices";
import { archiveUrl, folderQuery } from "../../../files/api";
import { FileView } from "../../../files/FileView";
import type { FilesView } from "../../../files/filesView";
import { baseName, fileKind, folderOf, hasSource } from "../../../files/kinds";
import { useI18n } from "../../../i18n/context";
import { CompareWith } from "./CompareWith";
import styles from "./filesTab.module.css";

interface Props {
  run: Run;
  path: string;
  view: FilesView;
  /** Which of the listed files this is, and how many they are. */
  place: { at: number; count: number };
  onStep(by: 1 | -1): void;
  onChange(part: Partial<FilesView>): void;
}

/** What is at a path, looked up in its folder; a link may name a folder or nothing. */
export function OpenPath(props: Props) {
  const { run, path } = props;
  const { t } = useI18n();
  const query = useQuery(folderQuery(run.info.run_id, folderOf(path)));
  if (path === "") return <Empty>{t("files.choose")}</Empty>;
  if (query.isError) return <QueryNotice query={query} />;
  const entries = query.data?.filter((entry) => entry.path === path);
  // In an object store a path may be both.
  const file = entries?.find((entry) => !entry.is_dir) ?? entries?.[0];
  if (file === undefined) {
    return query.isSuccess ? <Empty>{t("files.gone", { path })}</Empty> : <div />;
  }
  return file.is_dir ? (
    <OpenFolder runId={run.info.run_id} path={path} />
  ) : (
    <OpenFile {...props} file={file} />
  );
}

function OpenFolder({ runId, path }: { runId: string; path: string }) {
  const { t, format } = useI18n();
  const query = useQuery(folderQuery(runId, path));
  const files = (query.data ?? []).filter((file) => !file.is_dir);
  const bytes = files.reduce((sum, file) => sum + (file.file_size ?? 0), 0);
  return (
    <section className={styles.viewer}>
      <header>
        <span className={styles.where}>
          <strong>{path}</strong>
          <CopyButton text={path} what={path} />
        </span>
        <a className={controls.button} href={archiveUrl(runId, path)} download>
          <Icon name="download" />
          {t("files.zip")}
        </a>
      </header>
      {query.isSuccess && (
        <p className={styles.facts}>
          {t("files.folder", { n: files.length, size: format.bytes(bytes) })}
        </p>
      )}
    </section>
  );
}

function OpenFile({ run, file, view, place, onStep, onChange }: Props & { file: FileInfo }) {
  const { t, format } = useI18n();
  const runId = run.info.run_id;
  const kind = fileKind(file.path);
  return (
    <section className={styles.viewer}>
      <header>
        <span className={styles.where}>
          <strong>{file.path}</strong>
          <CopyButton text={file.path} what={file.path} />
          {file.file_size !== undefined && <small>{format.bytes(file.file_size)}</small>}
        </span>
        <span className={styles.actions}>
          {hasSource(kind, file.path) && (
            <Segments
              legend={t("files.look")}
              value={view.source ? "source" : "meaning"}
              options={[
                ["meaning", t("files.meaning")],
                ["source", t("files.source")],
              ]}
              onChange={(value) => onChange({ source: value === "source" })}
            />
          )}
          <span>
            <IconButton
              label={t("files.previous")}
              disabled={place.at <= 0}
              onClick={() => onStep(-1)}
            >
              <Icon name="up" />
            </IconButton>
            <IconButton
              label={t("files.next")}
              disabled={place.at >= place.count - 1}
              onClick={() => onStep(1)}
            >
              <Icon name="down" />
            </IconButton>
          </span>
          <CompareWith run={run} path={file.path} />
          <a
            className={controls.button}
            href={fileUrl(runId, file.path).href}
            download={baseName(file.path)}
          >
            <Icon name="download" />
            {t("files.download")}
          </a>
        </span>
      </header>
      <FileView
        runId={runId}
        file={file}
        source={view.source}
        line={view.line}
        row={view.row}
        onLine={(line) => onChange({ line })}
        onRow={(row) => onChange({ row })}
      />
    </section>
  );
}
