import { useState } from "react";
import type { Run } from "../../../api/types.gen";
import { navigate } from "../../../lib/history";
import { useShortcuts } from "../../../lib/hooks";
import { steppedRun } from "../../../lib/plotAxes";
import { runPath } from "../../../lib/routes";

interface ActiveRun {
  /** The place of the run that stands out: under the pointer, else the one that is held. */
  active: number | null;
  hover(run: number | null): void;
  hold(run: number | null): void;
}

/** The run that stands out in a plot, and the keys that go through the runs in an order. */
export function useActiveRun(
  runs: readonly Run[],
  order: readonly number[],
  held: string | null,
  onHold: (id: string | null) => void,
): ActiveRun {
  const [hovered, hover] = useState<number | null>(null);
  const place = runs.findIndex(({ info }) => info.run_id === held);
  const kept = order.includes(place) ? place : null;
  const active = hovered !== null && order.includes(hovered) ? hovered : kept;
  const hold = (run: number | null) => {
    onHold(run === null ? null : (runs[run]?.info.run_id ?? null));
  };
  const step = (by: 1 | -1) => {
    hover(null);
    hold(steppedRun(order, active, by));
  };
  const open = () => {
    const id = active === null ? undefined : runs[active]?.info.run_id;
    if (id !== undefined) navigate(runPath(id));
  };
  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    o: open,
    Enter: open,
    Escape: () => hold(null),
  });
  return { active, hover, hold };
}
