"""What the web UI's workspace asks of an experiment of 100,000 runs.

MLflow's UI can ask for the first page, in any order; for the rest it has no request.
"""

import hashlib
import json
import time
from collections.abc import Mapping

from benchmarks.api import Api
from benchmarks.cases.base import Case, CaseError, Prepared, Row, Sample, Target
from benchmarks.cases.search import experiment_with_runs

RUNS = 100_000
PAGE = 100
COLUMNS = [
    *(f"metrics.`metric_{number:02}`" for number in range(10)),
    *(f"params.`param_{number:02}`" for number in range(10)),
]
METRIC = "metrics.`metric_03`"
EITHER = "metrics.`metric_03` < 0.25 OR params.`param_05` = 'value 7'"

Fields = Mapping[str, object]
OWN = "/api/sagwan/v1/"


class Workspace(Case):
    """One request of the workspace, timed at the client."""

    group = "search"

    def __init__(
        self,
        name: str,
        label: str,
        endpoint: str,
        fields: Fields,
        order: list[str] | None = None,
        offset: int = 0,
    ) -> None:
        """`order` is that of MLflow's search for the same runs, None where it can't find them.

        With `offset`, the page is one of a list that an earlier request has made.
        """
        self.name = f"workspace-{name}"
        self.rows = (Row("ms", f"workspace of {RUNS:,} runs: {label}", "ms", False),)
        self._endpoint = endpoint
        self._fields = fields
        self._order = order
        self._offset = offset

    def prepare(self, target: Target) -> Prepared:
        if target.system.name == "mlflow" and self._order is None:
            raise CaseError("MLflow has no such request")
        experiment = experiment_with_runs(target, target.settings.scaled(RUNS))
        fields = {"experiment_ids": [experiment], **self._fields}
        endpoint = OWN + self._endpoint
        with Api(target.running.port) as api:
            if target.system.name == "mlflow":
                endpoint = "runs/search"
                fields = {"experiment_ids": [experiment], "order_by": self._order}
                fields["max_results"] = PAGE
            elif self._offset:
                fields["snapshot"] = api.post(endpoint, **fields)["snapshot"]
                fields["offset"] = min(self._offset, target.settings.scaled(RUNS) - PAGE)
            body = json.dumps(fields).encode()
            answer = json.loads(api.post_bytes(endpoint, body))

        def measure() -> Sample:
            with Api(target.running.port) as api:
                begun = time.perf_counter()
                size = len(api.post_bytes(endpoint, body))
                seconds = time.perf_counter() - begun
            return Sample({"ms": seconds * 1000}, {"bytes": size})

        return Prepared(measure, _fingerprint(answer) if self._order is not None else "")


def _fingerprint(answer: dict[str, object]) -> str:
    """A hash of the runs' names, in their order."""
    runs = answer["runs"]
    names = (
        runs["run_name"] if isinstance(runs, dict) else [run["info"]["run_name"] for run in runs]  # type: ignore[attr-defined]
    )
    if len(names) != PAGE:
        raise CaseError(f"the page holds {len(names)} runs instead of {PAGE}")
    return hashlib.sha256(repr(names).encode()).hexdigest()


def workspace_cases() -> list[Workspace]:
    """Every request of the workspace."""
    page = {"columns": COLUMNS, "limit": PAGE}
    sorted_page = {**page, "order_by": [f"{METRIC} ASC"]}
    query = "runs/query"
    return [
        Workspace("open", "first page, 20 columns", query, page, []),
        Workspace("roam", "page at 50,000, 20 columns", query, page, offset=RUNS // 2),
        Workspace("sort", "first page by a metric", query, sorted_page, [f"{METRIC} ASC"]),
        Workspace("or", "first page of a filter with OR", query, {**page, "filter": EITHER}),
        Workspace("keys", "keys and what varies", "experiments/keys", {}),
        Workspace("facet", "histogram of a metric", "runs/facet", {"field": METRIC}),
        Workspace("top", "values of a param", "runs/facet", {"field": "params.`param_05`"}),
    ]
