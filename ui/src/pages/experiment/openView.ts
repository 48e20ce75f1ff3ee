import { useSyncExternalStore } from "react";

/** Which saved view of each experiment this tab went out from: what saving without a new name changes. */
const slugs = new Map<string, string>();
const listeners = new Set<() => void>();

export function openedView(experimentId: string, slug: string | null): void {
  if (slug === null) slugs.delete(experimentId);
  else slugs.set(experimentId, slug);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useOpenedView(experimentId: string): string | null {
  return useSyncExternalStore(subscribe, () => slugs.get(experimentId) ?? null);
}
