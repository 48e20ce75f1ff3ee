import { queryOptions } from "@tanstack/react-query";
import { changeOwn, getOwn, postOwn } from "./client";
import type { DefaultViewResponse, SavedView, SavedViews, ViewResponse } from "./types.gen";

/** The saved views of an experiment by name, or those of all (null), the last changed first. */
export function viewsQuery(experimentId: string | null) {
  return queryOptions({
    queryKey: ["views", "of", experimentId],
    queryFn: ({ signal }) =>
      getOwn<SavedViews>(
        "views",
        experimentId === null ? {} : { experiment_id: experimentId },
        signal,
      ),
  });
}

/** The view that is seen where the address of an experiment says nothing else. */
export function defaultViewQuery(experimentId: string) {
  return queryOptions({
    queryKey: ["views", "default", experimentId],
    queryFn: async ({ signal }) => {
      const params = { experiment_id: experimentId };
      return (await getOwn<DefaultViewResponse>("default-view", params, signal)).view ?? null;
    },
    staleTime: 60_000,
    // The page waits for it, and can do without.
    retry: false,
  });
}

/** What a short link leads to. */
export function viewQuery(slug: string) {
  return queryOptions({
    queryKey: ["views", "one", slug],
    queryFn: async ({ signal }) =>
      (await getOwn<ViewResponse>(`views/${encodeURIComponent(slug)}`, {}, signal)).view,
    staleTime: 60_000,
  });
}

/** Keeps a place, so that a short link leads there; of one place it is always the same. */
export async function sharePlace(path: string, search: string): Promise<string> {
  return (await postOwn<ViewResponse>("views", { path, query: search })).view.slug;
}

export async function saveView(
  path: string,
  search: string,
  name: string,
  owner: string,
): Promise<SavedView> {
  return (await postOwn<ViewResponse>("views", { path, query: search, name, owner })).view;
}

export function updateView(
  slug: string,
  change: { name?: string; query?: string },
): Promise<unknown> {
  return changeOwn("PATCH", `views/${encodeURIComponent(slug)}`, change);
}

export function deleteView(slug: string): Promise<unknown> {
  return changeOwn("DELETE", `views/${encodeURIComponent(slug)}`);
}

/** Makes a view (null: none) the default of an experiment, or of the server (null). */
export function setDefaultView(experimentId: string | null, slug: string | null): Promise<unknown> {
  return postOwn("default-view", {
    ...(experimentId === null ? {} : { experiment_id: experimentId }),
    ...(slug === null ? {} : { slug }),
  });
}
