"""Rules of runs: their life, their tags."""

import json

from sagwan.domain.runs import RUN_NAME_TAG
from sagwan.entities import (
    Metric,
    ModelOutput,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
    RunStatus,
    Tag,
)
from sagwan.errors import InvalidParameter, NotFound
from sagwan.storage.base import NewExperiment, NewRun, RunBatch, RunUpdate
from sagwan.testing.storage.lab import Lab, as_tags, dataset, run_id

UNKNOWN = "f" * 32
NOT_FOUND = f"Run with id={UNKNOWN} not found"


def inactive(run: str) -> str:
    return f"The run {run} must be in the 'active' state. Current state is deleted."


class RunRules:
    def test_a_new_run_has_what_it_was_created_with(self, lab: Lab) -> None:
        location = "s3://bucket/vision"
        number = lab(lab.store.experiments.create(NewExperiment("vision", 1, location)))
        tags = as_tags({RUN_NAME_TAG: "first", "b": "2", "a": ""})
        new = NewRun(run_id("x"), number, "first", "ada", 17, tags)
        created = lab(lab.store.runs.create(new))
        assert created == Run(
            info=RunInfo(
                run_uuid=run_id("x"),
                experiment_id=str(number),
                run_name="first",
                user_id="ada",
                status="RUNNING",
                start_time=17,
                artifact_uri=f"{location}/{run_id('x')}/artifacts",
                lifecycle_stage="active",
                run_id=run_id("x"),
            ),
            data=RunData(tags=as_tags({"a": "", "b": "2", RUN_NAME_TAG: "first"})),
            inputs=RunInputs(),
            outputs=None,
        )

    def test_a_run_that_is_read_has_outputs_even_if_none(self, lab: Lab) -> None:
        run = lab.get(lab.run())
        assert (run.inputs, run.outputs) == (RunInputs(), RunOutputs())

    def test_a_run_goes_where_its_experiment_keeps_its_query(self, lab: Lab) -> None:
        new = NewExperiment("vision", 1, "s3://bucket/vision?x=1")
        run = lab.run("a", lab(lab.store.experiments.create(new)))
        uri = f"s3://bucket/vision/{run}/artifacts?x=1"
        assert lab.get(run).info.artifact_uri == uri

    def test_the_experiment_must_be_there(self, lab: Lab) -> None:
        new = NewRun(run_id("x"), 99, "first", "ada", 1)
        lab.refuses(NotFound, "No Experiment with id=99 exists", lab.store.runs.create(new))

    def test_the_experiment_must_be_active(self, lab: Lab) -> None:
        number = lab.experiment()
        lab(lab.store.experiments.delete(number, 2))
        new = NewRun(run_id("x"), number, "first", "ada", 1)
        message = (
            f"The experiment {number} must be in the 'active' state. Current state is deleted."
        )
        lab.refuses(InvalidParameter, message, lab.store.runs.create(new))
        missing = f"Run with id={run_id('x')} not found"
        lab.refuses(NotFound, missing, lab.store.runs.get(run_id("x")))

    def test_an_unknown_run_is_not_found(self, lab: Lab) -> None:
        lab.refuses(NotFound, NOT_FOUND, lab.store.runs.get(UNKNOWN))

    def test_everything_comes_in_the_order_of_its_keys(self, lab: Lab) -> None:
        run = lab.run()
        keys = ["b", "a", "B", "10", "9", "é", "a/b", "a b"]
        lab.log(
            run,
            [Metric(key, 1.0, 1, 1) for key in keys],
            dict.fromkeys(keys, "v"),
            dict.fromkeys(keys, "v"),
        )
        data = lab.get(run).data
        assert [metric.key for metric in data.metrics] == sorted(keys)
        assert [param.key for param in data.params] == sorted(keys)
        assert [tag.key for tag in data.tags] == sorted([*keys, RUN_NAME_TAG])


class RunUpdateRules:
    def test_update_changes_what_is_given(self, lab: Lab) -> None:
        run = lab.run("a", start_time=3)
        info = lab(lab.store.runs.update(RunUpdate(run, RunStatus.FINISHED, 9)))
        assert (info.status, info.end_time, info.run_name) == ("FINISHED", 9, "a")
        assert info == lab.get(run).info
        info = lab(lab.store.runs.update(RunUpdate(run, RunStatus.RUNNING)))
        assert (info.status, info.end_time) == ("RUNNING", 9)
        info = lab(lab.store.runs.update(RunUpdate(run, end_time=0)))
        assert (info.status, info.end_time) == ("RUNNING", 0)

    def test_update_of_nothing_changes_nothing(self, lab: Lab) -> None:
        run = lab.run("a")
        before = lab.get(run)
        assert lab(lab.store.runs.update(RunUpdate(run))) == before.info
        assert lab.get(run) == before

    def test_every_status_is_kept(self, lab: Lab) -> None:
        run = lab.run()
        for status in RunStatus:
            assert lab(lab.store.runs.update(RunUpdate(run, status))).status == status.name
            assert lab.get(run).info.status == status.name

    def test_a_new_name_is_also_the_tag(self, lab: Lab) -> None:
        run = lab.run("a")
        info = lab(lab.store.runs.update(RunUpdate(run, name="second")))
        assert info.run_name == "second"
        assert lab.get(run).data.tags == as_tags({RUN_NAME_TAG: "second"})

    def test_an_empty_name_leaves_the_name(self, lab: Lab) -> None:
        run = lab.run("a")
        before = lab.get(run)
        assert lab(lab.store.runs.update(RunUpdate(run, name=""))) == before.info
        assert lab.get(run) == before

    def test_a_new_name_brings_a_deleted_tag_back(self, lab: Lab) -> None:
        run = lab.run("a")
        lab(lab.store.runs.delete_tag(run, RUN_NAME_TAG))
        assert lab.get(run).data.tags == []
        assert lab.get(run).info.run_name == "a"
        lab(lab.store.runs.update(RunUpdate(run, name="second")))
        assert lab.get(run).data.tags == as_tags({RUN_NAME_TAG: "second"})

    def test_an_unknown_run_is_not_updated(self, lab: Lab) -> None:
        call = lab.store.runs.update(RunUpdate(UNKNOWN, RunStatus.FINISHED))
        lab.refuses(NotFound, NOT_FOUND, call)


class RunTrashRules:
    def test_delete_and_restore(self, lab: Lab) -> None:
        run = lab.run()
        before = lab.get(run)
        lab(lab.store.runs.delete(run, 2))
        assert lab.get(run).info.lifecycle_stage == "deleted"
        lab(lab.store.runs.restore(run))
        assert lab.get(run) == before

    def test_delete_and_restore_may_be_repeated(self, lab: Lab) -> None:
        run = lab.run()
        lab(lab.store.runs.restore(run))
        assert lab.get(run).info.lifecycle_stage == "active"
        lab(lab.store.runs.delete(run, 2))
        lab(lab.store.runs.delete(run, 3))
        assert lab.get(run).info.lifecycle_stage == "deleted"

    def test_an_unknown_run_is_neither_deleted_nor_restored(self, lab: Lab) -> None:
        lab.refuses(NotFound, NOT_FOUND, lab.store.runs.delete(UNKNOWN, 2))
        lab.refuses(NotFound, NOT_FOUND, lab.store.runs.restore(UNKNOWN))

    def test_a_deleted_run_keeps_what_was_logged(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, [Metric("loss", 0.5, 1, 1)], {"p": "1"}, {"t": "2"})
        before = lab.get(run)
        lab(lab.store.runs.delete(run, 2))
        after = lab.get(run)
        assert (after.data, after.inputs, after.outputs) == (
            before.data,
            before.inputs,
            before.outputs,
        )
        assert lab.history(run, "loss") == [(1, 1, 0.5)]

    def test_a_deleted_run_is_frozen(self, lab: Lab) -> None:
        run = lab.run(tags={"t": "1"})
        lab(lab.store.runs.delete(run, 2))
        before = lab.get(run)
        calls = [
            lab.store.runs.update(RunUpdate(run, RunStatus.FINISHED, 9, "b")),
            lab.store.runs.log_batch(RunBatch(run)),
            lab.store.runs.log_batch(RunBatch(run, [Metric("m", 1.0, 1, 1)])),
            lab.store.runs.delete_tag(run, "t"),
            lab.store.runs.delete_tag(run, "absent"),
            lab.store.runs.log_inputs(run, [dataset("d")], ["m-1"]),
            lab.store.runs.log_inputs(run, [], []),
            lab.store.runs.log_outputs(run, [ModelOutput("m-1", 0)]),
            lab.store.runs.append_to_json_tag(run, "list", 1),
        ]
        for call in calls:
            lab.refuses(InvalidParameter, inactive(run), call)
        assert lab.get(run) == before
        assert lab.history(run, "m") == []

    def test_an_unknown_run_takes_nothing(self, lab: Lab) -> None:
        calls = [
            lab.store.runs.log_batch(RunBatch(UNKNOWN)),
            lab.store.runs.log_batch(RunBatch(UNKNOWN, [Metric("m", 1.0, 1, 1)])),
            lab.store.runs.delete_tag(UNKNOWN, "t"),
            lab.store.runs.log_inputs(UNKNOWN, [dataset("d")], ["m-1"]),
            lab.store.runs.log_outputs(UNKNOWN, [ModelOutput("m-1", 0)]),
            lab.store.runs.append_to_json_tag(UNKNOWN, "list", 1),
        ]
        for call in calls:
            lab.refuses(NotFound, NOT_FOUND, call)


class RunTagRules:
    def test_a_tag_is_deleted(self, lab: Lab) -> None:
        run, other = lab.run("a", tags={"t": "1", "u": "2"}), lab.run("b", tags={"t": "1"})
        lab(lab.store.runs.delete_tag(run, "t"))
        assert lab.tags(run) == {"u": "2"}
        assert lab.tags(other) == {"t": "1"}

    def test_a_tag_that_is_not_there_is_not_deleted(self, lab: Lab) -> None:
        run = lab.run("a")
        lab.run("b", tags={"t": "1"})
        for key in ("t", "never-seen"):
            message = f"No tag with name: {key} in run with id {run}"
            lab.refuses(NotFound, message, lab.store.runs.delete_tag(run, key))

    def test_items_are_appended_to_a_json_tag(self, lab: Lab) -> None:
        run = lab.run()
        items: list[object] = [{"path": "model", "n": 1}, "é", None]
        for item in items:
            lab(lab.store.runs.append_to_json_tag(run, "history", item))
        assert json.loads(lab.tags(run)["history"]) == items

    def test_items_are_appended_to_what_a_client_set(self, lab: Lab) -> None:
        run = lab.run(tags={"history": "[1,\n 2]"})
        lab(lab.store.runs.append_to_json_tag(run, "history", 3))
        assert json.loads(lab.tags(run)["history"]) == [1, 2, 3]

    def test_nothing_is_appended_to_what_is_no_list(self, lab: Lab) -> None:
        run = lab.run()
        message = (
            f"The tag history of run {run} does not hold a JSON list, so nothing can be appended"
            " to it. Delete the tag and try again."
        )
        for value in ("", "no json", "{}", "1", "[1", "null"):
            lab.log(run, tags={"history": value})
            call = lab.store.runs.append_to_json_tag(run, "history", 1)
            lab.refuses(InvalidParameter, message, call)
            assert lab.tags(run) == {"history": value}

    def test_the_name_tag_set_in_a_batch_renames_the_run(self, lab: Lab) -> None:
        run = lab.run("a")
        lab.log(run, tags={RUN_NAME_TAG: "second"})
        assert lab.get(run).info.run_name == "second"
        assert lab.get(run).data.tags == as_tags({RUN_NAME_TAG: "second"})

    def test_an_empty_name_tag_leaves_the_name(self, lab: Lab) -> None:
        run = lab.run("a")
        tags = [Tag(RUN_NAME_TAG, "second"), Tag(RUN_NAME_TAG, "")]
        lab.log(run, tags={RUN_NAME_TAG: ""})
        assert lab.get(run).info.run_name == "a"
        assert lab.get(run).data.tags == as_tags({RUN_NAME_TAG: "a"})
        lab(lab.store.runs.log_batch(RunBatch(run, tags=tags)))
        assert lab.get(run).info.run_name == "second"
        assert lab.get(run).data.tags == as_tags({RUN_NAME_TAG: "second"})
