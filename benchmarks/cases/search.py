"""Search among many runs: a page of 1,000 with all their metrics, params and tags."""

import hashlib
import json
import time

from benchmarks.api import Api
from benchmarks.cases.base import Case, CaseError, Prepared, Row, Sample, Target
from benchmarks.fill import fill_runs

PAGE = 1_000
FILTER = "metrics.metric_03 > 0.25"
ORDER = "metrics.metric_07 ASC"


class SearchRuns(Case):
    """The first page of `count` runs, plain or with a metric filter and another metric's order."""

    group = "search"

    def __init__(self, count: int, filtered: bool) -> None:
        self.count = count
        self.filtered = filtered
        self.name = f"search{'-filtered' if filtered else ''}-{count}"
        what = ", metric filter, order by another metric" if filtered else ""
        self.rows = (Row("ms", f"search among {count:,} runs, page of 1,000{what}", "ms", False),)

    def prepare(self, target: Target) -> Prepared:
        count = target.settings.scaled(self.count)
        request = self.request(experiment_with_runs(target, count))
        with Api(target.running.port) as api:
            answer = api.post_bytes("runs/search", request)
        found = json.loads(answer)["runs"]
        expected = min(PAGE, count)
        if len(found) != expected and not (self.filtered and 0 < len(found) < expected):
            raise CaseError(f"the page holds {len(found)} runs instead of {expected}")

        def measure() -> Sample:
            with Api(target.running.port) as api:
                begun = time.perf_counter()
                body = api.post_bytes("runs/search", request)
                seconds = time.perf_counter() - begun
            return Sample({"ms": seconds * 1000}, {"bytes": len(body), "runs": len(found)})

        return Prepared(measure, fingerprint(found))

    def request(self, experiment_id: str) -> bytes:
        """The body of the search."""
        body: dict[str, object] = {"experiment_ids": [experiment_id], "max_results": PAGE}
        if self.filtered:
            body |= {"filter": FILTER, "order_by": [ORDER]}
        return json.dumps(body).encode()


def experiment_with_runs(target: Target, count: int) -> str:
    """The id of the experiment with `count` runs, made and filled when it is first asked for."""
    name = f"search-{count}"
    with Api(target.running.port) as api:
        found = api.post("experiments/search", filter=f"name = '{name}'", max_results=1)
        if found.get("experiments"):
            return str(found["experiments"][0]["experiment_id"])
        experiment_id = api.create_experiment(name)
    fill_runs(target, experiment_id, count)
    return experiment_id


def fingerprint(found: list[dict[str, dict[str, object]]]) -> str:
    """A hash of names, metrics, params and tags of runs in their order."""
    digest = hashlib.sha256()
    for run in found:
        digest.update(str(run["info"]["run_name"]).encode())
        for kind in ("metrics", "params", "tags"):
            pairs = run["data"].get(kind, [])
            assert isinstance(pairs, list)
            digest.update(repr(sorted((pair["key"], pair["value"]) for pair in pairs)).encode())
    return digest.hexdigest()
