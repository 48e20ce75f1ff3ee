import { useMutation } from "@tanstack/react-query";
import { editExperiment } from "../../api/experiments";
import type { Experiment } from "../../api/types.gen";
import { useRefresh } from "./useRefresh";

export interface Move {
  experiment: Pick<Experiment, "experiment_id" | "name">;
  kind: "delete" | "restore";
}

export type Moves = ReturnType<typeof useMoves>;

/** Moves experiments to the trash and back; the last move is what can be undone. */
export function useMoves() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async ({ experiment, kind }: Move) => {
      await editExperiment(experiment.experiment_id, { kind });
      await refresh();
    },
    networkMode: "always",
  });
}
