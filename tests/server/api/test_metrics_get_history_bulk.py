"""GET metrics/get-history-bulk (below /ajax-api only)"""

import pytest

from tests.server.api.answers import NOTHING, RUN, Said, refused, said, wrong_type
from tests.server.support import Answer, Asker

OTHER = f"{2:032x}"


def log(app: Asker, run_id: str, *values: object) -> None:
    metrics = [
        {"key": "m", "value": value, "timestamp": moment, "step": moment}
        for moment, value in enumerate(values)
    ]
    app.post("runs/create", {"experiment_id": "0"})
    app.post("runs/log-batch", {"run_id": run_id, "metrics": metrics})


def bulk(app: Asker, query: str) -> Answer:
    return app.get(f"/ajax-api/2.0/mlflow/metrics/get-history-bulk?{query}")


def test_the_points_of_several_runs_by_run(app: Asker) -> None:
    log(app, RUN, 0.5)
    log(app, OTHER, 1, "NaN")
    assert said(bulk(app, f"run_id={OTHER}&run_id={RUN}&run_id=nowhere&metric_key=m")) == (
        200,
        b'{"metrics":[{"key":"m","value":0.5,"timestamp":0,"step":0,'
        b'"run_id":"00000000000000000000000000000001"},'
        b'{"key":"m","value":1.0,"timestamp":0,"step":0,'
        b'"run_id":"00000000000000000000000000000002"},'
        b'{"key":"m","value":"NaN","timestamp":1,"step":1,'
        b'"run_id":"00000000000000000000000000000002"}]}',
    )


def test_the_limit_is_for_all_runs_together(app: Asker) -> None:
    log(app, RUN, 1, 2)
    log(app, OTHER, 3, 4)
    answer = bulk(app, f"run_id={RUN}&run_id={OTHER}&metric_key=m&max_results=3")
    assert [point["value"] for point in answer.json["metrics"]] == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("limit", ["25000", "25001", "9000000000"])
def test_a_limit_beyond_the_largest_counts_as_the_largest(app: Asker, limit: str) -> None:
    log(app, RUN, 1, 2)
    answer = bulk(app, f"run_id={RUN}&metric_key=m&max_results={limit}")
    assert len(answer.json["metrics"]) == 2


@pytest.mark.parametrize("key", ["unknown", ""])
def test_what_is_not_there_has_no_history(untouched: Asker, key: str) -> None:
    assert said(bulk(untouched, f"run_id={RUN}&metric_key={key}")) == NOTHING


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        (
            "metric_key=m",
            refused("GetMetricHistoryBulk request must specify at least one run_id."),
        ),
        (f"run_id={RUN}", refused("GetMetricHistoryBulk request must specify a metric_key.")),
        (
            "metric_key=m" + "&run_id=a" * 101,
            refused(
                "GetMetricHistoryBulk request cannot specify more than 100 run_ids."
                " Received 101 run_ids."
            ),
        ),
        (
            f"run_id={RUN}&metric_key=m&max_results=0",
            refused(
                "Invalid value 0 for parameter 'max_results' supplied."
                " It must be a positive integer."
            ),
        ),
        (f"run_id={RUN}&metric_key=m&max_results=x", wrong_type("max_results", '"x"', "str")),
    ],
)
def test_says_what_is_wrong(untouched: Asker, query: str, answer: Said) -> None:
    assert said(bulk(untouched, query)) == answer


def test_there_is_no_twin_below_api(untouched: Asker) -> None:
    answer = untouched.get(f"/api/2.0/mlflow/metrics/get-history-bulk?run_id={RUN}&metric_key=m")
    assert answer.status == 404
