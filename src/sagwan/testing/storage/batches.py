"""Rules of logging metrics, params and tags."""

from math import isnan, nan

import pytest

from sagwan.domain.limits import INT64_MAX, INT64_MIN
from sagwan.entities import Metric, Param, Tag
from sagwan.errors import ParamConflict
from sagwan.storage.base import RunBatch
from sagwan.testing.storage.lab import Lab, as_params

LARGEST = 1.7976931348623157e308
SMALLEST = 5e-324


def conflict(run: str, *conflicts: tuple[str, str, str]) -> str:
    listed = [{"key": key, "old_value": old, "new_value": new} for key, old, new in conflicts]
    return (
        "Changing param values is not allowed. Params were already logged="
        f"'{listed}' for run ID='{run}'."
    )


def log_all(lab: Lab, run: str, metrics: list[Metric], together: bool) -> None:
    """Log metrics in one batch, or in one each."""
    for batch in [metrics] if together else [[metric] for metric in metrics]:
        lab.log(run, batch)


class ParamRules:
    def test_params_are_logged(self, lab: Lab) -> None:
        run, other = lab.run("a"), lab.run("b")
        lab.log(run, params={"lr": "0.1", "empty": ""})
        lab.log(run, params={"depth": "x" * 6000})
        assert lab.params(run) == {"depth": "x" * 6000, "empty": "", "lr": "0.1"}
        assert lab.params(other) == {}

    def test_the_same_value_may_be_logged_again(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, params={"lr": "0.1"})
        lab.log(run, params={"lr": "0.1", "depth": "3"})
        assert lab.params(run) == {"depth": "3", "lr": "0.1"}

    @pytest.mark.parametrize("new", ["0.2", "", "0.10", "0.1 "])
    def test_another_value_is_refused(self, lab: Lab, new: str) -> None:
        run = lab.run()
        lab.log(run, params={"lr": "0.1"})
        call = lab.store.runs.log_batch(RunBatch(run, params=[Param("lr", new)]))
        lab.refuses(ParamConflict, conflict(run, ("lr", "0.1", new)), call)
        assert lab.params(run) == {"lr": "0.1"}

    def test_an_empty_value_is_a_value(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, params={"lr": ""})
        call = lab.store.runs.log_batch(RunBatch(run, params=[Param("lr", "1")]))
        lab.refuses(ParamConflict, conflict(run, ("lr", "", "1")), call)

    def test_all_conflicts_are_told_in_the_order_of_the_batch(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, params={"a": "1", "b": "2", "c": "3"})
        params = as_params({"c": "x", "b": "2", "a": "y", "d": "z"})
        call = lab.store.runs.log_batch(RunBatch(run, params=params))
        lab.refuses(ParamConflict, conflict(run, ("c", "3", "x"), ("a", "1", "y")), call)

    def test_a_conflict_stops_the_whole_batch(self, lab: Lab) -> None:
        run = lab.run(tags={"t": "old"})
        lab.log(run, params={"lr": "0.1"})
        before = lab.get(run)
        batch = RunBatch(
            run,
            [Metric("loss", 1.0, 1, 1)],
            as_params({"new": "1", "lr": "0.2"}),
            [Tag("t", "new"), Tag("mlflow.runName", "new")],
        )
        message = conflict(run, ("lr", "0.1", "0.2"))
        lab.refuses(ParamConflict, message, lab.store.runs.log_batch(batch))
        assert lab.get(run) == before
        assert lab.history(run, "loss") == []

    def test_keys_of_params_metrics_and_tags_are_apart(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, [Metric("k", 1.0, 1, 1)], {"k": "p"}, {"k": "t"})
        assert (lab.latest(run), lab.params(run), lab.tags(run)) == (
            {"k": 1.0},
            {"k": "p"},
            {"k": "t"},
        )

    @pytest.mark.parametrize("keys", [("a", "A"), ("é", "e"), ("a", "a "), ("ß", "ss"), ("i", "İ")])
    def test_keys_differ_by_every_character(self, lab: Lab, keys: tuple[str, str]) -> None:
        run = lab.run()
        values = {keys[0]: "1", keys[1]: "2"}
        lab.log(run, [Metric(key, float(value), 1, 1) for key, value in values.items()])
        lab.log(run, params=values, tags=values)
        assert lab.params(run) == lab.tags(run) == values
        assert lab.latest(run) == {keys[0]: 1.0, keys[1]: 2.0}
        assert lab.history(run, keys[1]) == [(1, 1, 2.0)]

    def test_values_come_back_as_they_went(self, lab: Lab) -> None:
        run = lab.run()
        values = ["'", '"', "%", "\\", "日本", "\U0001f600", "a\nb", " a ", "\r\n", "\t"]
        by_key = {f"k{number}": value for number, value in enumerate(values)}
        lab.log(run, params=by_key, tags=by_key)
        assert lab.params(run) == lab.tags(run) == by_key


class BatchTagRules:
    def test_tags_are_set_and_overwritten(self, lab: Lab) -> None:
        run = lab.run(tags={"a": "1"})
        lab.log(run, tags={"a": "x" * 8000, "b": ""})
        assert lab.tags(run) == {"a": "x" * 8000, "b": ""}

    def test_of_one_key_the_last_counts(self, lab: Lab) -> None:
        run = lab.run()
        tags = [Tag("a", "1"), Tag("b", "2"), Tag("a", "3")]
        lab(lab.store.runs.log_batch(RunBatch(run, tags=tags)))
        assert lab.tags(run) == {"a": "3", "b": "2"}

    def test_an_empty_batch_changes_nothing(self, lab: Lab) -> None:
        run = lab.run(tags={"a": "1"})
        before = lab.get(run)
        lab(lab.store.runs.log_batch(RunBatch(run)))
        assert lab.get(run) == before


class LatestRules:
    """Which point of a metric a run shows."""

    @pytest.mark.parametrize("together", [True, False])
    def test_the_greatest_by_step_time_value_is_latest(self, lab: Lab, together: bool) -> None:
        cases: list[tuple[list[tuple[int, int, float]], tuple[int, int, float]]] = [
            ([(1, 1, 5.0), (2, 2, 3.0)], (2, 2, 3.0)),
            ([(2, 2, 3.0), (1, 1, 5.0)], (2, 2, 3.0)),
            ([(9, 1, 5.0), (1, 2, 3.0)], (1, 2, 3.0)),
            ([(9, 1, 5.0), (8, 1, 7.0)], (9, 1, 5.0)),
            ([(9, 1, 5.0), (9, 1, 7.0), (9, 1, 6.0)], (9, 1, 7.0)),
            ([(1, -3, 5.0), (0, -2, 4.0)], (0, -2, 4.0)),
            ([(0, INT64_MAX, 1.0), (INT64_MAX, INT64_MIN, 2.0)], (0, INT64_MAX, 1.0)),
            ([(1, 1, LARGEST), (1, 1, -LARGEST)], (1, 1, LARGEST)),
            ([(1, 1, -SMALLEST), (1, 1, SMALLEST)], (1, 1, SMALLEST)),
        ]
        for number, (points, latest) in enumerate(cases):
            run = lab.run(f"{number}")
            metrics = [Metric("m", value, time, step) for time, step, value in points]
            log_all(lab, run, metrics, together)
            time, step, value = latest
            assert lab.get(run).data.metrics == [Metric("m", value, time, step)]
            assert lab.history(run, "m") == sorted(points)

    @pytest.mark.parametrize("together", [True, False])
    def test_nan_counts_as_zero_and_of_equals_the_first_stays(
        self, lab: Lab, together: bool
    ) -> None:
        cases = [
            ([nan, 1.0], False),
            ([1.0, nan], False),
            ([nan, -1.0], True),
            ([-1.0, nan], True),
            ([nan, 0.0], True),
            ([0.0, nan], False),
        ]
        for number, (values, shows_nan) in enumerate(cases):
            run = lab.run(f"{number}")
            log_all(lab, run, [Metric("m", value, 1, 1) for value in values], together)
            assert isnan(lab.latest(run)["m"]) == shows_nan, values

    def test_a_newer_nan_replaces_a_number(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, [Metric("m", 5.0, 1, 1)])
        lab.log(run, [Metric("m", nan, 2, 2)])
        assert isnan(lab.latest(run)["m"])
        lab.log(run, [Metric("m", 7.0, 3, 3)])
        assert lab.latest(run) == {"m": 7.0}

    def test_a_shown_metric_tells_nothing_of_models(self, lab: Lab) -> None:
        run, model = lab.run(), lab.model()
        lab.log(run, [Metric("m", 5.0, 1, 2, model, "data", "d1")])
        assert lab.get(run).data.metrics == [Metric("m", 5.0, 1, 2)]
        assert lab(lab.store.metrics.history(run, "m")).items == [Metric("m", 5.0, 1, 2)]
