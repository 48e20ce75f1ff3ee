import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { Run } from "../../api/types.gen";
import { Empty, Notice, QueryNotice } from "../../components/notices";
import { filesOfRunsQuery } from "../../files/api";
import { suffixesOf } from "../../files/kinds";
import { useI18n } from "../../i18n/context";
import { nameOf } from "../../lib/runs";
import { useView } from "../../lib/useView";
import { FullScreen } from "../../media/FullScreen";
import { MediaGrid } from "../../media/MediaGrid";
import { MediaTools } from "../../media/MediaTools";
import { type MediaView, readMedia, writeMedia } from "../../media/mediaView";
import { type MediaItem, mediaOf, mediaTable } from "../../media/names";

const MEDIA = suffixesOf("image", "audio", "video");

/** The media of a run: a row for each key, a column for each step. */
export default function MediaTab({ run }: { run: Run }) {
  const { t, format } = useI18n();
  const id = run.info.run_id;
  const [view, change] = useView(readMedia, writeMedia);
  const set = useCallback((part: Partial<MediaView>) => change(part, { replace: true }), [change]);
  const ids = useMemo(() => [id], [id]);
  const files = useQuery(filesOfRunsQuery(ids, MEDIA));
  const list = files.data?.get(id);
  const items = useMemo(() => mediaOf(id, list?.files ?? []), [id, list]);
  const table = useMemo(() => mediaTable(items), [items]);
  const keys = table.keys.filter((key) => key.toLowerCase().includes(view.find.toLowerCase()));
  // What has no step stands in a column before those that have one.
  const isPlain = items.some((item) => item.step === null);
  const steps: (number | null)[] = isPlain ? [null, ...table.steps] : table.steps;
  const at = (row: number, column: number) =>
    table.series(id, keys[row] ?? "").findLast((item) => item.step === (steps[column] ?? null)) ??
    null;
  const open = items.find(({ path }) => path === view.open?.path);
  const next = (across: -1 | 0 | 1, down: -1 | 0 | 1): MediaItem | null => {
    if (open === undefined) return null;
    const series = table.series(id, open.key);
    if (down === 0 && series.length > 1) return series[series.indexOf(open) + across] ?? null;
    const other = table.series(id, keys[keys.indexOf(open.key) + (down || across)] ?? "");
    return other.find((item) => item.step === open.step) ?? other[0] ?? null;
  };
  if (files.isError) return <QueryNotice query={files} />;
  if (list === undefined) return <p>{t("app.loading")}</p>;
  if (list.error !== null) return <Notice>{list.error}</Notice>;
  if (items.length === 0) return <Empty>{t("media.none")}</Empty>;
  return (
    <>
      <MediaTools view={view} steps={[]} onChange={set} />
      {list.isCut && <Notice>{t("media.cut")}</Notice>}
      <MediaGrid
        label={t("media.title")}
        rows={keys.map((key) => ({ id: key, head: key }))}
        columns={steps.map((step) => ({
          id: String(step),
          head: step === null ? t("media.noStep") : t("media.step", { step: format.integer(step) }),
        }))}
        at={at}
        size={view.size}
        onOpen={(item) => set({ open: { run: id, path: item.path } })}
      />
      {open !== undefined && (
        <FullScreen
          item={open}
          runName={nameOf(run)}
          next={next}
          onOpen={(item) => set({ open: item && { run: id, path: item.path } })}
        />
      )}
    </>
  );
}
