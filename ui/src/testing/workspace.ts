import type { ExperimentKeys, RunsPage, TextKey } from "../api/workspace";
import type { Asked } from "./server";

/** A run as the tests write it down. */
export interface Logged {
  id: string;
  name?: string;
  status?: string;
  parent?: string;
  start?: number;
  params?: Record<string, string>;
  metrics?: Record<string, number | string>;
  tags?: Record<string, string>;
}

const START = 1_700_000_000_000;

function loggedValue(run: Logged, field: string): string | number | null {
  const [, entity = "", key = ""] = /^(\w+)\.`(.*)`$/.exec(field) ?? [];
  const all = { params: run.params, metrics: run.metrics, tags: run.tags }[entity];
  return all?.[key] ?? null;
}

/** The answer to runs/query: `runs` are what the filter and the order give. */
export function runsPage(runs: Logged[], body: Asked["body"], snapshot = "s1"): RunsPage {
  const {
    offset = 0,
    limit = 100,
    columns = [],
  } = body as {
    offset?: number;
    limit?: number;
    columns?: string[];
  };
  const page = runs.slice(offset, offset + limit);
  return {
    total: runs.length,
    snapshot,
    offset,
    runs: {
      run_id: page.map(({ id }) => id),
      run_name: page.map(({ id, name }) => name ?? id),
      experiment_id: page.map(() => "1"),
      status: page.map(({ status }) => status ?? "FINISHED"),
      start_time: page.map(({ start }) => start ?? START),
      end_time: page.map(({ status }) => (status === "RUNNING" ? null : START + 60_000)),
      user_id: page.map(() => ""),
      lifecycle_stage: page.map(() => "active"),
      parent: page.map(({ parent }) => parent ?? null),
    },
    columns: columns.map((field) => ({
      field,
      values: page.map((run) => loggedValue(run, field)),
    })),
  };
}

function textKeys(runs: Logged[], of: "params" | "tags"): TextKey[] {
  const keys = [...new Set(runs.flatMap((run) => Object.keys(run[of] ?? {})))];
  return keys.map((key) => {
    const values = runs.flatMap((run) => run[of]?.[key] ?? []);
    const distinct = [...new Set(values)];
    return {
      key,
      runs: values.length,
      distinct: distinct.length,
      varies: distinct.length > 1 || values.length < runs.length,
      values: distinct.map((value) => ({
        value,
        runs: values.filter((one) => one === value).length,
      })),
    };
  });
}

/** The answer to experiments/keys. */
export function keysAnswer(runs: Logged[]): ExperimentKeys {
  const metrics = [...new Set(runs.flatMap((run) => Object.keys(run.metrics ?? {})))];
  const parents = runs.filter(({ parent }) => parent !== undefined);
  const parentTag = {
    key: "mlflow.parentRunId",
    runs: parents.length,
    distinct: 1,
    varies: true,
    values: [],
  };
  return {
    runs: runs.length,
    sampled: runs.length,
    params: textKeys(runs, "params"),
    metrics: metrics.map((key) => ({ key, runs: runs.length, varies: true, points: true })),
    tags: [...textKeys(runs, "tags"), ...(parents.length > 0 ? [parentTag] : [])],
  };
}

/** What the page of an experiment with these runs asks for. */
export function workspaceHandlers(runs: Logged[]) {
  return {
    "runs/query": ({ body }: Asked): object => runsPage(runs, body),
    "experiments/keys": (): object => keysAnswer(runs),
    "default-view": (): object => ({}),
  };
}
