import type { Double, Run } from "../api/types.gen";

interface Shape {
  id?: string;
  name?: string;
  status?: string;
  parent?: string;
  params?: Record<string, string>;
  metrics?: Record<string, Double>;
  tags?: Record<string, string>;
  start?: number;
  end?: number;
}

const pairs = (values: Record<string, string> = {}) =>
  Object.entries(values).map(([key, value]) => ({ key, value }));

/** A run as the server would send it. */
export function makeRun(shape: Shape = {}): Run {
  const id = shape.id ?? "0123456789abcdef0123456789abcdef";
  const parent = shape.parent === undefined ? {} : { "mlflow.parentRunId": shape.parent };
  return {
    info: {
      run_id: id,
      run_uuid: id,
      experiment_id: "1",
      run_name: shape.name ?? "a run",
      user_id: "",
      status: shape.status ?? "FINISHED",
      start_time: shape.start ?? 1_700_000_000_000,
      artifact_uri: "mlflow-artifacts:/1/a/artifacts",
      lifecycle_stage: "active",
      ...(shape.end === undefined ? {} : { end_time: shape.end }),
    },
    data: {
      params: pairs(shape.params),
      metrics: Object.entries(shape.metrics ?? {}).map(([key, value]) => ({
        key,
        value,
        timestamp: 1_700_000_001_000,
        step: 3,
      })),
      tags: pairs({ ...shape.tags, ...parent }),
    },
    inputs: {},
  };
}
