/**
 * Links of MLflow's own UI, which keeps its pages behind `#`: what its clients print, what people have in
 * their notes. Each is answered by the page here that shows the same thing.
 */
import {
  comparePath,
  experimentPath,
  filesPath,
  homePath,
  modelPath,
  modelsPath,
  runPath,
  tracePath,
  tracesPath,
  versionPath,
  versionsPath,
} from "./routes";
import { DEFAULT_SORT, readExperiment, writeExperiment } from "./workspaceView";

type Segments = string[];

function idList(text: string | null): string[] {
  try {
    const ids: unknown = JSON.parse(text ?? "");
    return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

/** MLflow's filter, order and lifecycle of a run table in our terms. */
function experiment(id: string, params: URLSearchParams): string {
  const orderKey = params.get("orderByKey");
  const view = readExperiment("");
  return (
    experimentPath(id) +
    writeExperiment({
      ...view,
      filter: params.get("searchFilter") ?? "",
      deleted: params.get("lifecycleFilter")?.toLowerCase() === "deleted" ? true : null,
      sort: orderKey
        ? { key: orderKey.replaceAll("`", ""), descending: params.get("orderByAsc") !== "true" }
        : DEFAULT_SORT,
    })
  );
}

/** Several runs side by side, or the experiment that has them. */
function comparison(params: URLSearchParams): string {
  const runs = idList(params.get("runs"));
  const experiments = idList(params.get("experiments"));
  const [run, experimentId] = [runs[0], experiments[0]];
  if (runs.length === 1 && run !== undefined) return runPath(run);
  if (runs.length > 1) return comparePath(runs);
  if (experiments.length !== 1 || experimentId === undefined) return homePath;
  return experimentPath(experimentId);
}

function run(id: string, rest: Segments): string {
  const [tab, ...path] = rest;
  if (tab !== "artifacts" && tab !== "artifactPath") return runPath(id);
  return filesPath(id, path.join("/"));
}

/** Registered models, one of them, one of its versions. */
function model([name, part, version]: Segments): string {
  if (name === undefined) return modelsPath;
  const isVersion = (part === "versions" || part === "version") && version !== undefined;
  return isVersion ? versionPath(name, version) : modelPath(name);
}

/** Versions side by side. MLflow writes the name twice encoded, and versions with their runs as an object. */
function modelComparison(params: URLSearchParams): string {
  try {
    const name: unknown = JSON.parse(params.get("name") ?? "");
    const chosen: unknown = JSON.parse(params.get("runs") ?? "");
    if (typeof name !== "string" || typeof chosen !== "object" || chosen === null) {
      return modelsPath;
    }
    return versionsPath(decodeURIComponent(name), Object.keys(chosen));
  } catch {
    return modelsPath;
  }
}

/** The path here for a hash such as "#/experiments/1/runs/abc"; null where there is no such page. */
export function legacyTarget(hash: string): string | null {
  if (!hash.startsWith("#/")) return null;
  const question = hash.indexOf("?");
  const path = question < 0 ? hash.slice(1) : hash.slice(1, question);
  const params = new URLSearchParams(question < 0 ? "" : hash.slice(question + 1));
  const segments = path
    .split("/")
    .filter((part) => part !== "")
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
  const [head, first, second, third, ...rest] = segments;
  if (head === undefined) return homePath;
  if (head === "experiments") {
    if (first === undefined) return homePath;
    if (second === "runs" && third !== undefined) return run(third, rest);
    if (second === "traces" || params.get("compareRunsMode") === "TRACES") {
      const trace = params.get("selectedEvaluationId") ?? params.get("selectedTraceId");
      return trace ? tracePath(trace) : tracesPath(first);
    }
    return experiment(first, params);
  }
  if (head === "runs" && first !== undefined) {
    return run(first, segments.slice(2));
  }
  if (head === "models" || head === "prompts") {
    return head === "prompts" && first === undefined
      ? `${modelsPath}?view=prompts`
      : model(segments.slice(1));
  }
  if (head === "compare-model-versions") return modelComparison(params);
  if (head === "compare-runs" || head === "metric") return comparison(params);
  if (head === "compare-experiments") return comparison(params);
  return null;
}
