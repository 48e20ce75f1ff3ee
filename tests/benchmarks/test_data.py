"""The data that both systems get: the same every time, and of the shape that the rows name."""

import json

from benchmarks import bodies, curves, registry_data
from benchmarks.api import _path
from benchmarks.cases.history import next_token
from benchmarks.cases.search import fingerprint
from benchmarks.cases.series import SERIES
from benchmarks.environment import parse_processor
from benchmarks.runs_data import runs


def test_runs_are_the_same_every_time() -> None:
    first, second = list(runs(50)), list(runs(50))
    assert first == second
    assert len({run.name for run in first}) == 50
    for run in first:
        assert (len(run.metrics), len(run.params), len(run.tags)) == (20, 20, 4)
        assert run.start_time < run.end_time
    assert [run.start_time for run in first] == sorted({run.start_time for run in first})


def test_registered_models_have_different_names() -> None:
    names = list(registry_data.names(10_000))
    assert len(set(names)) == 10_000
    assert names != sorted(names)


def test_curves_hold_every_step_of_every_metric_once() -> None:
    for kind in ("training", "random"):
        found = [json.loads(body) for body in curves.batches("run", 120, kind, seed=1)]
        points = [point for body in found for point in body["metrics"]]
        assert {body["run_id"] for body in found} == {"run"}
        assert [len(body["metrics"]) for body in found] == [1000, 1000, 400]
        assert {(point["key"], point["step"]) for point in points} == {
            (key, step) for key in bodies.KEYS for step in range(120)
        }
        assert len(points) == 120 * 20


def test_losses_are_single_precision() -> None:
    for body in curves.batches("run", 50, "training", seed=1):
        for point in json.loads(body)["metrics"]:
            if point["key"].endswith("loss"):
                assert curves.float32(point["value"]) == point["value"]


def test_next_token() -> None:
    assert next_token(b'{"metrics": [], "next_page_token": "a/b\\u003d"}') == "a/b="
    assert next_token(b'{"next_page_token":"x","metrics":[]}') == "x"
    assert next_token(b'{"metrics": []}') is None
    assert next_token(b'{"metrics": [], "next_page_token": ""}') is None


def run(name: str, *metrics: tuple[str, float]) -> dict[str, dict[str, object]]:
    pairs = [{"key": key, "value": value} for key, value in metrics]
    return {"info": {"run_name": name}, "data": {"metrics": pairs}}


def test_fingerprint_sees_order_of_runs_but_not_of_metrics() -> None:
    first, second = run("one", ("a", 1.0), ("b", 2.0)), run("two")
    swapped = run("one", ("b", 2.0), ("a", 1.0))
    assert fingerprint([first, second]) == fingerprint([swapped, second])
    assert fingerprint([first, second]) != fingerprint([second, first])
    assert fingerprint([first]) != fingerprint([run("one", ("a", 1.0))])


def test_parse_processor() -> None:
    assert parse_processor("processor\t: 0\nmodel name\t: Some CPU @ 2: 3\n") == "Some CPU @ 2: 3"
    assert parse_processor("processor\t: 0\n") == ""


def test_endpoints_are_below_mlflows_root_unless_they_are_whole_paths() -> None:
    assert _path("runs/get") == "/api/2.0/mlflow/runs/get"
    assert _path(SERIES) == SERIES
