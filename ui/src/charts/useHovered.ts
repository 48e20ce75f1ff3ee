import { useCallback, useSyncExternalStore } from "react";
import type { HoverStore } from "./hoverStore";

/** Whether a run or a group is under the pointer; only what begins or ends to be is drawn anew. */
export function useIsHovered(hover: HoverStore, id: string): boolean {
  const subscribe = useCallback((listener: () => void) => hover.subscribe(listener), [hover]);
  return useSyncExternalStore(subscribe, () => id !== "" && hover.now.run === id);
}
