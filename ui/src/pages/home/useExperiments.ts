import { keepPreviousData, useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { ApiError, isRefusal } from "../../api/client";
import { EXPERIMENTS_PER_TREE, experimentQuery, experimentsQuery } from "../../api/experiments";
import { useStarred } from "../../lib/starred";
import type { HomeView } from "../../lib/views";

/** The experiments that a view shows, as far as they are read. */
export function useExperiments(view: HomeView) {
  const starred = useStarred();
  const { name, show, tree } = view;
  const isStarred = show === "starred";
  const pages = useInfiniteQuery({
    ...experimentsQuery({
      name,
      deleted: show === "deleted",
      ...(tree ? { perPage: EXPERIMENTS_PER_TREE } : {}),
    }),
    enabled: !isStarred,
    placeholderData: keepPreviousData,
  });
  const ones = useQueries({ queries: (isStarred ? starred : []).map((id) => experimentQuery(id)) });
  const listed = useMemo(
    () => pages.data?.pages.flatMap((page) => page.experiments ?? []) ?? [],
    [pages.data],
  );
  if (!isStarred) {
    const more = pages.hasNextPage ? pages : null;
    return {
      experiments: listed,
      failed: pages,
      isComplete: pages.isSuccess,
      isOld: pages.isPlaceholderData,
      more,
    };
  }
  // One that was removed for good is refused, and simply isn't there.
  const failed = ones.find(
    ({ error }) => error && !(error instanceof ApiError && isRefusal(error)),
  );
  const sought = name.toLocaleLowerCase();
  const experiments = ones
    .flatMap((one) => one.data ?? [])
    .filter((one) => one.lifecycle_stage === "active")
    .filter((one) => one.name.toLocaleLowerCase().includes(sought));
  const isComplete = failed === undefined && ones.every((one) => !one.isPending);
  return { experiments, failed, isComplete, isOld: false, more: null };
}
