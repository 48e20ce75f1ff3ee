import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { Run } from "../../../api/types.gen";
import { IconButton, SearchField } from "../../../components/controls";
import controls from "../../../components/controls.module.css";
import { Icon } from "../../../components/Icon";
import { Empty, QueryNotice } from "../../../components/notices";
import { archiveUrl, folderQuery } from "../../../files/api";
import { readFiles, writeFiles } from "../../../files/filesView";
import { useI18n } from "../../../i18n/context";
import { navigate } from "../../../lib/history";
import { useShortcuts } from "../../../lib/hooks";
import { filesPath } from "../../../lib/routes";
import { useView } from "../../../lib/useView";
import { FileTree } from "./FileTree";
import styles from "./filesTab.module.css";
import { OpenPath } from "./OpenPath";
import { useFound, useTree } from "./useTree";

interface Props {
  run: Run;
  /** The open file or folder; "" for none. */
  path: string;
}

/** The files of a run: a tree of them, and the one that is open. */
export default function FilesTab({ run, path }: Props) {
  const { t } = useI18n();
  const id = run.info.run_id;
  const [view, change] = useView(readFiles, writeFiles);
  const client = useQueryClient();
  const root = useQuery(folderQuery(id, ""));
  const tree = useTree(id, path);
  const found = useFound(id, view.find);
  const isSearch = view.find !== "";
  const rows = isSearch ? found.rows : tree.rows;
  const linkTo = (to: string) =>
    filesPath(id, to) + writeFiles({ line: null, row: null, find: view.find, source: false });
  const open = (to: string) => {
    const row = rows.find((one) => one.path === to && one.note === null);
    if (row?.file?.is_dir) tree.toggle(to, !row.isOpen);
    navigate(linkTo(to), { replace: true });
  };
  const files = rows.filter(({ file }) => file !== null && !file.is_dir).map((row) => row.path);
  const step = (by: 1 | -1) => {
    const at = files.indexOf(path);
    const next = at < 0 ? files.at(by === 1 ? 0 : -1) : files[at + by];
    if (next !== undefined) navigate(linkTo(next), { replace: true });
  };
  useShortcuts({ j: () => step(1), k: () => step(-1) });
  const search = useCallback((find: string) => change({ find }, { replace: true }), [change]);
  if (root.isError) return <QueryNotice query={root} />;
  if (root.data?.length === 0) return <Empty>{t("run.noArtifacts")}</Empty>;
  return (
    <div className={styles.files}>
      <nav className={styles.side} aria-label={t("files.tree")}>
        <div className={styles.search}>
          <SearchField label={t("files.find")} value={view.find} onSearch={search} />
          <IconButton
            label={t("app.refresh")}
            onClick={() => void client.invalidateQueries({ queryKey: ["artifacts"] })}
          >
            <Icon name="refresh" />
          </IconButton>
          <a
            className={controls.quiet}
            href={archiveUrl(id, "")}
            download
            aria-label={t("files.archive")}
            title={t("files.archive")}
          >
            <Icon name="download" />
          </a>
        </div>
        {isSearch && <QueryNotice query={found.query} />}
        {isSearch && found.query.isSuccess && (
          <p className={styles.note} role="status">
            {t(found.query.hasNextPage ? "files.foundSome" : "files.found", { n: rows.length })}
            {found.query.hasNextPage && (
              <button
                type="button"
                className={controls.button}
                disabled={found.query.isFetchingNextPage}
                onClick={() => void found.query.fetchNextPage()}
              >
                {t("app.more")}
              </button>
            )}
          </p>
        )}
        {isSearch && found.query.isPending && <p className={styles.note}>{t("app.loading")}</p>}
        {rows.length > 0 && (
          <FileTree
            key={String(isSearch)}
            runId={id}
            label={t("files.tree")}
            rows={rows}
            open={path}
            isFlat={isSearch}
            linkTo={linkTo}
            onOpen={open}
            onToggle={tree.toggle}
          />
        )}
      </nav>
      <OpenPath
        key={path}
        run={run}
        path={path}
        view={view}
        place={{ at: files.indexOf(path), count: files.length }}
        onStep={step}
        onChange={(part) => change(part, { replace: true })}
      />
    </div>
  );
}
