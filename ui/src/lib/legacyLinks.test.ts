import { describe, expect, test } from "vitest";
import { legacyTarget } from "./legacyLinks";
import { readExperiment } from "./workspaceView";

const RUN = "0123456789abcdef0123456789abcdef";

describe("links of MLflow's UI", () => {
  test.each([
    ["#/", "/"],
    ["#/experiments", "/"],
    ["#/experiments/1", "/e/1"],
    ["#/experiments/1/", "/e/1"],
    ["#/experiments/1/runs", "/e/1"],
    ["#/experiments/1/traces", "/e/1/traces"],
    ["#/experiments/1/traces?selectedEvaluationId=tr-1", "/t/tr-1"],
    ["#/experiments/1?compareRunsMode=TRACES", "/e/1/traces"],
    ["#/experiments/1/models/m-0123", "/e/1"],
    ["#/experiments/1/s?searchFilter=", "/e/1"],
    [`#/experiments/1/runs/${RUN}`, `/r/${RUN}`],
    [`#/experiments/1/runs/${RUN}/model-metrics`, `/r/${RUN}`],
    [`#/experiments/1/runs/${RUN}/artifacts`, `/r/${RUN}/files`],
    [`#/experiments/1/runs/${RUN}/artifacts/model/MLmodel`, `/r/${RUN}/files/model/MLmodel`],
    [`#/runs/${RUN}`, `/r/${RUN}`],
    [`#/compare-runs?runs=["${RUN}"]&experiments=["1"]`, `/r/${RUN}`],
    ['#/compare-experiments/s?experiments=["7"]', "/e/7"],
    ['#/compare-experiments/s?experiments=["7","8"]', "/"],
    ["#/compare-experiments/s?experiments=nonsense", "/"],
    [`#/metric/loss?runs=["${RUN}"]&experiments=["1"]`, `/r/${RUN}`],
    ["#/models", "/models"],
    ["#/models/a%20b", "/m/a%20b"],
    ["#/models/churn/versions/3", "/m/churn/v/3"],
    ["#/models/churn/serving", "/m/churn"],
    ["#/prompts", "/models?view=prompts"],
    ["#/prompts/greeting", "/m/greeting"],
    ['#/compare-model-versions?name="a%2520b"&runs={"1":"r1","2":"r2"}', "/m/a%20b/compare?v=1,2"],
    ["#/compare-model-versions?name=nonsense", "/models"],
    ["#/experiments/%E0%A4%A", "/e/%25E0%25A4%25A"],
  ])("%s leads to %s", (hash, target) => {
    expect(legacyTarget(hash)).toBe(target);
  });

  test.each(["", "#", "#content", "#/gateway"])("%s is no link of a page that is here", (hash) => {
    expect(legacyTarget(hash)).toBeNull();
  });

  test("a comparison stays one", () => {
    const link = '#/compare-runs?runs=["a1","b2"]&experiments=["4"]';
    expect(legacyTarget(link)).toBe("/compare?runs=a1,b2");
  });

  test("the filter, the order and the lifecycle of a table are kept", () => {
    const query = new URLSearchParams({
      searchFilter: "metrics.loss < 1",
      orderByKey: "metrics.`val/loss`",
      orderByAsc: "true",
      lifecycleFilter: "Deleted",
    });
    const target = legacyTarget(`#/experiments/4?${query}`) ?? "";
    expect(readExperiment(target.slice(target.indexOf("?")))).toMatchObject({
      filter: "metrics.loss < 1",
      sort: { key: "metrics.val/loss", descending: false },
      deleted: true,
    });
  });
});
