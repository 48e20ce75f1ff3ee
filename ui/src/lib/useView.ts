import { useCallback, useMemo } from "react";
import { navigate, usePlace } from "./history";

/**
 * A page's view as the URL has it, and a function that changes parts of it. Each change is a step in the
 * history unless it says `replace`.
 */
export function useView<View>(
  read: (search: string) => View,
  write: (view: View) => string,
): [View, (change: Partial<View>, options?: { replace?: boolean }) => void] {
  const { path, search } = usePlace();
  const view = useMemo(() => read(search), [read, search]);
  const change = useCallback(
    (part: Partial<View>, options: { replace?: boolean } = {}) => {
      navigate(path + write({ ...view, ...part }), options);
    },
    [path, view, write],
  );
  return [view, change];
}
