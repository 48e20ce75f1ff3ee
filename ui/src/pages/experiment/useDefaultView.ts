import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { defaultViewQuery } from "../../api/views";
import { navigate, presentPlace } from "../../lib/history";
import { searchIn } from "../../lib/savedViews";
import { openedView } from "./openView";

/** Paths whose next page is shown as its address says, even where that says nothing. */
const asGiven = new Set<string>();

/** Says that the address which is gone to is the whole view: a short link was followed. */
export function startAsGiven(path: string): void {
  asGiven.add(path);
}

/**
 * Goes from an address without a view to the experiment's default view, or the server's. True while that is
 * still being asked for, which begins once the experiment `isReady`.
 */
export function useDefaultView(id: string, isReady: boolean): boolean {
  const [isOpen, setOpen] = useState(() => {
    const { path, search } = presentPlace();
    return search === "" && !asGiven.delete(path);
  });
  const query = useQuery({ ...defaultViewQuery(id), enabled: isOpen && isReady });
  const { data, isPending } = query;
  useEffect(() => {
    if (!isOpen || isPending) return;
    setOpen(false);
    const { path, search } = presentPlace();
    if (data && search === "") {
      openedView(id, data.slug);
      navigate(path + searchIn(id, data), { replace: true });
    }
  }, [id, isOpen, isPending, data]);
  return isOpen;
}
