/** What is in the trash, and the jobs that measure it and remove it for good. */
import { queryOptions } from "@tanstack/react-query";
import { getOwn, post, postOwn } from "./client";
import type {
  BulkRunsResponse,
  Job,
  JobResponse,
  RunInTrashResponse,
  TrashedExperiment,
  TrashResponse,
} from "./types.gen";

const FOLLOWED = 1000;
const IS_OVER = new Set(["done", "stopped", "failed"]);

export const isOver = (job: Job) => IS_OVER.has(job.state);

/** All of the trash; asked again every second while a job works on it. */
export const trashQuery = queryOptions({
  queryKey: ["trash"],
  queryFn: ({ signal }) => getOwn<TrashResponse>("trash", {}, signal),
  refetchInterval: ({ state }) => (state.data?.jobs.every(isOver) === false ? FOLLOWED : false),
});

/** When a run was deleted, in Unix milliseconds; null where it isn't. */
export function deletedAtQuery(runId: string) {
  return queryOptions({
    queryKey: ["trash", "run", runId],
    queryFn: async ({ signal }) =>
      (await getOwn<RunInTrashResponse>("trash/run", { run_id: runId }, signal)).deleted_at ?? null,
  });
}

/** How many things of an experiment are in the trash, as the server counts them. */
export function thingsIn(experiment: TrashedExperiment): number {
  return experiment.runs + experiment.models + (experiment.deleted_at == null ? 0 : 1);
}

/** Removes what these experiments have in the trash for good. */
export function purge(experiments: readonly TrashedExperiment[]): Promise<JobResponse> {
  return postOwn("trash/purge", {
    experiment_ids: experiments.map((one) => one.experiment_id),
    expected: experiments.reduce((sum, one) => sum + thingsIn(one), 0),
  });
}

/** Sums up the artifacts of what these experiments have in the trash. */
export function measure(experiments: readonly TrashedExperiment[]): Promise<JobResponse> {
  return postOwn("trash/measure", { experiment_ids: experiments.map((one) => one.experiment_id) });
}

export function stopJob(id: string): Promise<JobResponse> {
  return postOwn(`jobs/${encodeURIComponent(id)}/stop`, {});
}

/** Takes an experiment with its runs from the trash, or all runs of an active one. */
export async function restoreExperiment(experiment: TrashedExperiment): Promise<void> {
  const { experiment_id: id, runs } = experiment;
  if (experiment.deleted_at != null) await post("experiments/restore", { experiment_id: id });
  else {
    const all = { action: "restore", experiment_ids: [id], expected: runs };
    await postOwn<BulkRunsResponse>("runs/bulk", all);
  }
}
