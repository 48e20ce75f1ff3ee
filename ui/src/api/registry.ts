import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { containsPattern, quoted } from "../lib/filters";
import { readModelFile } from "../lib/modelFile";
import { ROOT } from "../lib/root";
import { change, get, post, request } from "./client";
import type {
  LoggedModelResponse,
  ModelVersion,
  ModelVersionResponse,
  RegisteredModelResponse,
  SearchModelVersions,
  SearchModelVersionsResponse,
  SearchRegisteredModels,
  SearchRegisteredModelsResponse,
} from "./types.gen";

export const MODELS_PER_PAGE = 100;
export const VERSIONS_PER_PAGE = 100;
const VERSIONS_OF_A_RUN = 50;

const IS_PROMPT = "tags.`mlflow.prompt.is_prompt` = 'true'";

export interface ModelsSearch {
  name: string;
  prompts: boolean;
}

/** Pages of registered models (or prompts) whose name contains a text, the last changed first. */
export function modelsQuery(search: ModelsSearch) {
  const terms = [
    ...(search.name === "" ? [] : [`name ILIKE ${containsPattern(search.name)}`]),
    ...(search.prompts ? [IS_PROMPT] : []),
  ];
  return infiniteQueryOptions({
    queryKey: ["models", "search", search],
    queryFn: ({ pageParam, signal }) => {
      const asked: SearchRegisteredModels = {
        max_results: MODELS_PER_PAGE,
        order_by: ["timestamp DESC"],
        ...(terms.length === 0 ? {} : { filter: terms.join(" AND ") }),
        ...(pageParam === "" ? {} : { page_token: pageParam }),
      };
      return get<SearchRegisteredModelsResponse>("registered-models/search", asked, signal);
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

export function modelQuery(name: string) {
  return queryOptions({
    queryKey: ["models", "one", name],
    queryFn: async ({ signal }) =>
      (await get<RegisteredModelResponse>("registered-models/get", { name }, signal))
        .registered_model,
  });
}

/** Pages of the versions of a registered model or prompt, newest first. */
export function versionsQuery(name: string, isPrompt: boolean) {
  const named = `name = ${quoted(name)}`;
  return infiniteQueryOptions({
    queryKey: ["models", "versions", name, isPrompt],
    queryFn: ({ pageParam, signal }) => {
      const asked: SearchModelVersions = {
        filter: isPrompt ? `${named} AND ${IS_PROMPT}` : named,
        max_results: VERSIONS_PER_PAGE,
        order_by: ["version_number DESC"],
        ...(pageParam === "" ? {} : { page_token: pageParam }),
      };
      return get<SearchModelVersionsResponse>("model-versions/search", asked, signal);
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next_page_token || undefined,
  });
}

export function versionQuery(name: string, version: string) {
  return queryOptions({
    queryKey: ["models", "version", name, version],
    queryFn: async ({ signal }) =>
      (await get<ModelVersionResponse>("model-versions/get", { name, version }, signal))
        .model_version,
  });
}

/** The versions that were registered from a run, the last changed first. */
export function versionsOfRunQuery(runId: string) {
  return queryOptions({
    queryKey: ["models", "of run", runId],
    queryFn: async ({ signal }) =>
      (
        await get<SearchModelVersionsResponse>(
          "model-versions/search",
          { filter: `run_id = ${quoted(runId)}`, max_results: VERSIONS_OF_A_RUN },
          signal,
        )
      ).model_versions ?? [],
    staleTime: 30_000,
  });
}

export function loggedModelQuery(id: string) {
  return queryOptions({
    queryKey: ["models", "logged", id],
    queryFn: async ({ signal }) =>
      (await get<LoggedModelResponse>(`logged-models/${encodeURIComponent(id)}`, {}, signal)).model,
    staleTime: 60_000,
  });
}

/** What a version's `MLmodel` file says; null where it can't be understood. */
export function modelFileQuery({ name, version }: Pick<ModelVersion, "name" | "version">) {
  return queryOptions({
    // Not among the models: an edit doesn't change it.
    queryKey: ["model file", name, version],
    queryFn: async ({ signal }) => {
      const url = new URL("model-versions/get-artifact", ROOT);
      url.searchParams.set("name", name);
      url.searchParams.set("version", version);
      url.searchParams.set("path", "MLmodel");
      return readModelFile(await (await request(url, { signal })).text());
    },
    staleTime: 600_000,
    refetchOnWindowFocus: false,
  });
}

/** A change of a registered model or of a version of it. */
export type RegistryEdit =
  | { kind: "description"; version?: string; text: string }
  | { kind: "tag"; version?: string; key: string; value: string }
  | { kind: "untag"; version?: string; key: string }
  | { kind: "alias"; version: string; alias: string }
  | { kind: "unalias"; alias: string }
  | { kind: "delete"; version?: string }
  | { kind: "rename"; name: string };

/** Makes a change of the registered model `name`. */
export function editModel(name: string, edit: RegistryEdit): Promise<unknown> {
  const version = "version" in edit ? edit.version : undefined;
  const [things, named] =
    version === undefined ? ["registered-models", { name }] : ["model-versions", { name, version }];
  switch (edit.kind) {
    case "description":
      return change("PATCH", `${things}/update`, { ...named, description: edit.text });
    case "tag":
      return post(`${things}/set-tag`, { ...named, key: edit.key, value: edit.value });
    case "untag":
      return change("DELETE", `${things}/delete-tag`, { ...named, key: edit.key });
    case "alias":
      return post("registered-models/alias", { ...named, alias: edit.alias });
    case "unalias":
      return change("DELETE", "registered-models/alias", { name, alias: edit.alias });
    case "delete":
      return change("DELETE", `${things}/delete`, named);
    case "rename":
      return post("registered-models/rename", { name, new_name: edit.name });
  }
}
