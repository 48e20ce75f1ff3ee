"""Rules for calls that are made at once."""

from sagwan.entities import Metric, Param, Tag
from sagwan.errors import AlreadyExists, NotFound, ParamConflict
from sagwan.storage.base import NewExperiment, RunBatch
from sagwan.testing.storage.experiments import TAKEN
from sagwan.testing.storage.lab import Lab, run_id
from sagwan.testing.storage.runs import NOT_FOUND, UNKNOWN


class ConcurrencyRules:
    def test_every_call_is_answered_with_its_own_result(self, lab: Lab) -> None:
        runs = [lab.run(f"run {number}") for number in range(10)]
        results = lab.together(
            *(
                lab.store.runs.log_batch(RunBatch(run, [Metric("m", float(step), step, step)]))
                for step in range(20)
                for run in runs
            )
        )
        assert results == [None] * 200
        for run in runs:
            assert lab.history(run, "m") == [(step, step, float(step)) for step in range(20)]
            assert lab.latest(run) == {"m": 19.0}

    def test_one_bad_neighbour_harms_nobody(self, lab: Lab) -> None:
        good, other, deleted = lab.run("good"), lab.run("other"), lab.run("deleted")
        lab.log(other, params={"p": "1"})
        lab(lab.store.runs.delete(deleted, 2))
        metrics, params = [Metric("m", 1.0, 1, 1)], [Param("p", "2")]
        results = lab.together(
            lab.store.runs.log_batch(RunBatch(good, metrics, [Param("p", "1")])),
            lab.store.runs.log_batch(RunBatch(UNKNOWN, metrics)),
            lab.store.runs.log_batch(RunBatch(other, metrics, params, [Tag("t", "1")])),
            lab.store.runs.log_batch(RunBatch(deleted, metrics)),
            lab.store.experiments.create(NewExperiment("Default", 1)),
            lab.store.runs.log_batch(RunBatch(good, tags=[Tag("t", "1")])),
        )
        errors = [type(result).__name__ for result in results]
        assert errors == [
            "NoneType",
            "NotFound",
            "ParamConflict",
            "InvalidParameter",
            "AlreadyExists",
            "NoneType",
        ]
        assert (lab.latest(good), lab.params(good), lab.tags(good)) == (
            {"m": 1.0},
            {"p": "1"},
            {"t": "1"},
        )
        assert (lab.latest(other), lab.params(other), lab.tags(other)) == ({}, {"p": "1"}, {})
        assert lab.history(other, "m") == []

    def test_of_two_values_of_a_param_one_is_refused(self, lab: Lab) -> None:
        run = lab.run()
        results = lab.together(
            *(
                lab.store.runs.log_batch(RunBatch(run, params=[Param("p", value)]))
                for value in ("1", "2", "1", "2")
            )
        )
        refused = [result for result in results if result is not None]
        assert [type(error) for error in refused] == [ParamConflict, ParamConflict]
        assert lab.params(run)["p"] in ("1", "2")

    def test_a_name_is_given_to_one_of_many(self, lab: Lab) -> None:
        results = lab.together(
            *(lab.store.experiments.create(NewExperiment("vision", now)) for now in range(5))
        )
        errors = [result for result in results if not isinstance(result, int)]
        assert [(type(error), error.message) for error in errors] == [(AlreadyExists, TAKEN)] * 4

    def test_the_same_point_at_once_is_kept_once(self, lab: Lab) -> None:
        run = lab.run()
        batch = RunBatch(run, [Metric("m", 1.0, 1, 1)], [Param("p", "1")], [Tag("t", "1")])
        assert lab.together(*(lab.store.runs.log_batch(batch) for _ in range(8))) == [None] * 8
        assert lab.history(run, "m") == [(1, 1, 1.0)]

    def test_a_run_can_be_read_once_its_creation_was_acknowledged(self, lab: Lab) -> None:
        for number in range(20):
            run = lab.run(f"{number}")
            lab.log(run, [Metric("m", 1.0, 1, 1)])
            found, history, latest = lab.together(
                lab.store.runs.get(run),
                lab.store.metrics.history(run, "m"),
                lab.store.metrics.bulk([run], "m", 5),
            )
            assert found.info.run_id == run_id(f"{number}")
            assert len(history.items) == len(latest) == len(found.data.metrics) == 1

    def test_reads_and_writes_of_what_is_not_there(self, lab: Lab) -> None:
        results = lab.together(
            lab.store.runs.get(UNKNOWN),
            lab.store.runs.log_batch(RunBatch(UNKNOWN, [Metric("m", 1.0, 1, 1)])),
            lab.store.runs.delete_tag(UNKNOWN, "t"),
        )
        told = [(type(error), error.message) for error in results]
        assert told == [(NotFound, NOT_FOUND)] * 3
