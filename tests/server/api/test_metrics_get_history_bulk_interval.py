"""GET metrics/get-history-bulk-interval"""

import pytest

from tests.server.api.answers import NOTHING, RUN, Said, missing, refused, said, wrong_type
from tests.server.support import Answer, Asker

OTHER = f"{2:032x}"


def log(app: Asker, run_id: str, count: int) -> None:
    metrics = [
        {"key": "m", "value": step / 2, "timestamp": 1, "step": step} for step in range(count)
    ]
    app.post("runs/create", {"experiment_id": "0"})
    app.post("runs/log-batch", {"run_id": run_id, "metrics": metrics})


def sample(app: Asker, query: str) -> Answer:
    return app.get(f"metrics/get-history-bulk-interval?{query}")


def steps(answer: Answer) -> list[int]:
    return [point["step"] for point in answer.json.get("metrics", [])]


def test_few_points_are_shown_all(app: Asker) -> None:
    log(app, RUN, 2)
    assert said(sample(app, f"run_ids={RUN}&metric_key=m")) == (
        200,
        b'{"metrics":[{"key":"m","value":0.0,"timestamp":1,"step":0,'
        b'"run_id":"00000000000000000000000000000001"},'
        b'{"key":"m","value":0.5,"timestamp":1,"step":1,'
        b'"run_id":"00000000000000000000000000000001"}]}',
    )


@pytest.mark.parametrize(
    ("limit", "shown"),
    [(1, [0, 9]), (2, [0, 5, 9]), (3, [0, 4, 7, 9]), (9, [0, *range(2, 10)]), (10, range(10))],
)
def test_of_many_the_first_of_each_bucket_and_the_last(
    app: Asker, limit: int, shown: list[int]
) -> None:
    log(app, RUN, 10)
    answer = sample(app, f"run_ids={RUN}&metric_key=m&max_results={limit}")
    assert steps(answer) == list(shown)


def test_the_limit_is_for_each_run(app: Asker) -> None:
    log(app, RUN, 4)
    log(app, OTHER, 2)
    answer = sample(app, f"run_ids={RUN}&run_ids={OTHER}&metric_key=m&max_results=2")
    shown = [(point["run_id"], point["step"]) for point in answer.json["metrics"]]
    assert shown == [(RUN, 0), (RUN, 2), (RUN, 3), (OTHER, 0), (OTHER, 1)]


@pytest.mark.parametrize(
    ("start", "end", "shown"), [(2, 4, [2, 3, 4]), (3, 3, [3]), (-9, 1, [0, 1]), (50, 60, [])]
)
def test_an_interval_includes_its_ends(app: Asker, start: int, end: int, shown: list[int]) -> None:
    log(app, RUN, 6)
    answer = sample(app, f"run_ids={RUN}&metric_key=m&start_step={start}&end_step={end}")
    assert steps(answer) == shown


@pytest.mark.parametrize(
    "query", [f"run_ids={RUN}&metric_key=unknown", "run_ids=nowhere&metric_key=m"]
)
def test_what_is_not_there_has_no_history(untouched: Asker, query: str) -> None:
    assert said(sample(untouched, query)) == NOTHING


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("metric_key=m", missing("run_ids")),
        (f"run_ids={RUN}", missing("metric_key")),
        (
            "metric_key=m" + "&run_ids=a" * 101,
            refused(
                "GetMetricHistoryBulkInterval request must specify at most 100 run_ids."
                " Received 101 run_ids."
            ),
        ),
        (
            f"run_ids={RUN}&metric_key=m&max_results=0",
            refused("max_results must be between 1 and 2500."),
        ),
        (
            f"run_ids={RUN}&metric_key=m&max_results=2501",
            refused("max_results must be between 1 and 2500."),
        ),
        (
            f"run_ids={RUN}&metric_key=m&start_step=3&end_step=1",
            refused("end_step must be greater than start_step. Found start_step=3 and end_step=1."),
        ),
        (
            f"run_ids={RUN}&metric_key=m&start_step=3",
            refused("If either start step or end step are specified, both must be specified."),
        ),
        (
            f"run_ids={RUN}&metric_key=m&end_step=3",
            refused("If either start step or end step are specified, both must be specified."),
        ),
        (
            f"run_ids={RUN}&metric_key=m&start_step=a&end_step=3",
            wrong_type("start_step", '"a"', "str"),
        ),
    ],
)
def test_says_what_is_wrong(untouched: Asker, query: str, answer: Said) -> None:
    assert said(sample(untouched, query)) == answer
