import { useCallback, useMemo } from "react";
import { navigate, presentPlace, usePlace } from "./history";

/**
 * A page's view as the URL has it, and a function that changes parts of it. Each change is a step in the
 * history unless it says `replace`.
 */
export function useView<View>(
  read: (search: string) => View,
  write: (view: View) => string,
): [View, (change: Partial<View>, options?: { replace?: boolean }) => void] {
  const { search } = usePlace();
  const view = useMemo(() => read(search), [read, search]);
  const change = useCallback(
    (part: Partial<View>, options: { replace?: boolean } = {}) => {
      // What changed since the page was drawn stays changed.
      const now = presentPlace();
      navigate(now.path + write({ ...read(now.search), ...part }), options);
    },
    [read, write],
  );
  return [view, change];
}
