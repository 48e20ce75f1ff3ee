import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { containsPattern } from "../lib/filters";
import { get, post } from "./client";
import type {
  CreateExperiment,
  CreateExperimentResponse,
  ExperimentResponse,
  SearchExperiments,
  SearchExperimentsResponse,
  UpdateExperiment,
} from "./types.gen";

export const EXPERIMENTS_PER_PAGE = 100;
/** A tree of a part of them says little. */
export const EXPERIMENTS_PER_TREE = 1000;

export interface ExperimentsSearch {
  name: string;
  deleted: boolean;
  /** 100 where it isn't said. */
  perPage?: number;
}

/** Pages of experiments whose name contains a text, newest first. */
export function experimentsQuery(search: ExperimentsSearch) {
  return infiniteQueryOptions({
    queryKey: ["experiments", "search", search],
    queryFn: ({ pageParam, signal }) => {
      const request: SearchExperiments = {
        max_results: search.perPage ?? EXPERIMENTS_PER_PAGE,
        view_type: search.deleted ? "DELETED_ONLY" : "ACTIVE_ONLY",
        ...(search.name === "" ? {} : { filter: `name ILIKE ${containsPattern(search.name)}` }),
        ...(pageParam === "" ? {} : { page_token: pageParam }),
      };
      return post<SearchExperimentsResponse>("experiments/search", request, signal);
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

export function experimentQuery(id: string) {
  return queryOptions({
    queryKey: ["experiments", "one", id],
    queryFn: async ({ signal }) =>
      (await get<ExperimentResponse>("experiments/get", { experiment_id: id }, signal)).experiment,
    staleTime: 60_000,
  });
}

export function setExperimentTag(id: string, key: string, value: string): Promise<unknown> {
  return post("experiments/set-experiment-tag", { experiment_id: id, key, value });
}

/** Makes an experiment; its id. */
export async function createExperiment(name: string): Promise<string> {
  const asked: CreateExperiment = { name };
  return (await post<CreateExperimentResponse>("experiments/create", asked)).experiment_id;
}

/** A change of an experiment that can be taken back by another one. */
export type ExperimentEdit = { kind: "name"; name: string } | { kind: "delete" | "restore" };

/** Changes an experiment; a deleted one is in the trash, with its runs. */
export function editExperiment(id: string, edit: ExperimentEdit): Promise<unknown> {
  if (edit.kind !== "name") return post(`experiments/${edit.kind}`, { experiment_id: id });
  const asked: UpdateExperiment = { experiment_id: id, new_name: edit.name };
  return post("experiments/update", asked);
}
