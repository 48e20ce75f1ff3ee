import { queryOptions, useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { post } from "../../api/client";
import { experimentQuery } from "../../api/experiments";
import type { SearchRunsResponse } from "../../api/types.gen";
import { Button, SearchField } from "../../components/controls";
import { Link } from "../../components/Link";
import { Empty, Notice, QueryNotice } from "../../components/notices";
import { Page } from "../../components/Page";
import { filesOfRunsQuery } from "../../files/api";
import { suffixesOf } from "../../files/kinds";
import { useI18n } from "../../i18n/context";
import { experimentPath, homePath, runMediaPath } from "../../lib/routes";
import { nameOf } from "../../lib/runs";
import { useView } from "../../lib/useView";
import { FullScreen } from "../../media/FullScreen";
import { MediaGrid } from "../../media/MediaGrid";
import { MediaTools } from "../../media/MediaTools";
import styles from "../../media/media.module.css";
import { type MediaView, RUNS, readMedia, writeMedia } from "../../media/mediaView";
import { itemAt, type MediaItem, mediaOf, mediaTable } from "../../media/names";

function runsQuery(experimentId: string, filter: string, count: number) {
  return queryOptions({
    queryKey: ["runs", "media", experimentId, filter, count],
    queryFn: ({ signal }) =>
      post<SearchRunsResponse>(
        "runs/search",
        { experiment_ids: [experimentId], filter, max_results: count },
        signal,
      ),
    placeholderData: (before) => before,
    refetchOnWindowFocus: false,
    retry: false,
  });
}

const MEDIA = suffixesOf("image", "audio", "video");

/** The media of an experiment's runs: a row for each run, a column for each key, one step for all. */
export default function MediaPage({ id }: { id: string }) {
  const { t, format } = useI18n();
  const [view, change] = useView(readMedia, writeMedia);
  const set = useCallback((part: Partial<MediaView>) => change(part, { replace: true }), [change]);
  const experiment = useQuery(experimentQuery(id)).data;
  const found = useQuery(runsQuery(id, view.filter, view.runs));
  const runs = useMemo(() => found.data?.runs ?? [], [found.data]);
  const ids = useMemo(() => runs.map((run) => run.info.run_id), [runs]);
  const files = useQuery({ ...filesOfRunsQuery(ids, MEDIA), enabled: ids.length > 0 });
  const items = useMemo(
    () => [...(files.data ?? [])].flatMap(([run, list]) => mediaOf(run, list.files)),
    [files.data],
  );
  const table = useMemo(() => mediaTable(items), [items]);
  const having = useMemo(() => {
    const known = new Set(items.map((item) => item.runId));
    return runs.filter((run) => known.has(run.info.run_id));
  }, [runs, items]);
  const small = view.find.toLowerCase();
  const keys = table.keys.filter((key) => key.toLowerCase().includes(small));
  const at = (row: number, column: number) =>
    itemAt(table.series(having[row]?.info.run_id ?? "", keys[column] ?? ""), view.step);
  const open = items.find(({ runId, path }) => runId === view.open?.run && path === view.open.path);
  const next = (across: -1 | 0 | 1, down: -1 | 0 | 1): MediaItem | null => {
    if (open === undefined) return null;
    const series = table.series(open.runId, open.key);
    if (down === 0 && series.length > 1) return series[series.indexOf(open) + across] ?? null;
    const row = having.findIndex((run) => run.info.run_id === open.runId);
    const run = having[row + down]?.info.run_id ?? "";
    const key = keys[keys.indexOf(open.key) + across] ?? "";
    return itemAt(table.series(run, key), open.step ?? view.step);
  };
  const name = experiment?.name ?? id;
  const failed = [...(files.data ?? [])].filter(([, list]) => list.error !== null);
  const isCut = [...(files.data?.values() ?? [])].some((list) => list.isCut);
  const filter = useCallback((text: string) => set({ filter: text, runs: RUNS }), [set]);
  return (
    <Page
      title={t("media.of", { name })}
      crumbs={[
        { text: t("home.title"), to: homePath },
        { text: name, to: experimentPath(id) },
      ]}
      filled
    >
      <h1>{t("media.title")}</h1>
      <MediaTools view={view} steps={table.steps} onChange={set}>
        <SearchField
          label={t("experiment.filter")}
          value={view.filter}
          onSearch={filter}
          delay={500}
        />
      </MediaTools>
      <QueryNotice query={found} />
      <QueryNotice query={files} />
      {failed.length > 0 && (
        <Notice>{t("media.unread", { n: failed.length, why: failed[0]?.[1].error ?? "" })}</Notice>
      )}
      {isCut && <Notice>{t("media.cut")}</Notice>}
      {(found.isPending || files.isLoading) && <p className={styles.count}>{t("app.loading")}</p>}
      {found.isSuccess && !files.isLoading && (
        <p className={styles.count} role="status">
          {t("media.count", { n: having.length, total: format.integer(runs.length) })}
          {found.data?.next_page_token && (
            <Button onClick={() => set({ runs: view.runs + RUNS })}>{t("media.more")}</Button>
          )}
        </p>
      )}
      {files.isSuccess && items.length === 0 && <Empty>{t("media.none")}</Empty>}
      {having.length > 0 && (
        <MediaGrid
          label={t("media.of", { name })}
          rows={having.map((run) => ({
            id: run.info.run_id,
            head: <Link to={runMediaPath(run.info.run_id)}>{nameOf(run)}</Link>,
          }))}
          columns={keys.map((key) => ({ id: key, head: <span title={key}>{key}</span> }))}
          at={at}
          size={view.size}
          onOpen={(item) => set({ open: { run: item.runId, path: item.path } })}
        />
      )}
      {open !== undefined && (
        <FullScreen
          item={open}
          runName={having
            .filter((run) => run.info.run_id === open.runId)
            .map(nameOf)
            .join("")}
          next={next}
          onOpen={(item) => set({ open: item && { run: item.runId, path: item.path } })}
        />
      )}
    </Page>
  );
}
