"""Rules of logged models."""

from math import isnan, nan

import pytest

from sagwan.entities import (
    LoggedModel,
    LoggedModelData,
    LoggedModelInfo,
    LoggedModelStatus,
    Metric,
    Param,
    Tag,
)
from sagwan.errors import InvalidParameter, NotFound
from sagwan.storage.base import NewExperiment, NewModel, RunBatch
from sagwan.testing.storage.experiments import inactive
from sagwan.testing.storage.lab import Lab, as_params, as_tags
from sagwan.testing.storage.runs import NOT_FOUND as RUN_NOT_FOUND
from sagwan.testing.storage.runs import UNKNOWN

NOT_FOUND = "Logged model with ID 'm-0' not found."


def not_found(model_id: str) -> str:
    return f"Logged model with ID '{model_id}' not found."


class ModelRules:
    def test_a_new_model_has_what_it_was_created_with(self, lab: Lab) -> None:
        location = NewExperiment("vision", 1, "s3://bucket/vision")
        number = lab(lab.store.experiments.create(location))
        params, tags = as_params({"b": "2", "a": "x" * 7000}), as_tags({"d": "", "c": "3"})
        new = NewModel("m-1", number, "net", 17, "agent", UNKNOWN, params, tags)
        created = lab(lab.store.models.create(new))
        info = LoggedModelInfo(
            model_id="m-1",
            experiment_id=str(number),
            name="net",
            creation_timestamp_ms=17,
            last_updated_timestamp_ms=17,
            artifact_uri="s3://bucket/vision/models/m-1/artifacts",
            status="LOGGED_MODEL_PENDING",
            model_type="agent",
            source_run_id=UNKNOWN,
            tags=as_tags({"c": "3", "d": ""}),
        )
        data = LoggedModelData(as_params({"a": "x" * 7000, "b": "2"}))
        assert created == LoggedModel(info, data)
        assert lab.get_model("m-1") == created

    def test_type_and_source_may_be_missing(self, lab: Lab) -> None:
        info = lab.get_model(lab.model()).info
        assert (info.model_type, info.source_run_id, info.status_message) == (None, None, None)

    def test_names_need_not_be_unique(self, lab: Lab) -> None:
        for number in (1, 2):
            lab(lab.store.models.create(NewModel(f"m-{number}", 0, "net", 1)))
        assert lab.find_models() == ["net", "net"]

    def test_the_experiment_must_be_there_and_active(self, lab: Lab) -> None:
        message = "No Experiment with id=99 exists"
        new = NewModel("m-0", 99, "net", 1)
        lab.refuses(NotFound, message, lab.store.models.create(new))
        number = lab.experiment()
        lab(lab.store.experiments.delete(number, 2))
        new = NewModel("m-0", number, "net", 1)
        lab.refuses(InvalidParameter, inactive(number), lab.store.models.create(new))
        lab.refuses(NotFound, NOT_FOUND, lab.store.models.get("m-0"))

    def test_finalize_sets_the_status(self, lab: Lab) -> None:
        model_id = lab.model(now=1)
        for now, status in enumerate(LoggedModelStatus, 2):
            model = lab(lab.store.models.finalize(model_id, status, now))
            assert model.info.status == status.name
            assert model.info.creation_timestamp_ms == 1
            assert model.info.last_updated_timestamp_ms == now
            assert lab.get_model(model_id) == model

    def test_a_deleted_model_is_seen_by_those_who_ask_for_it(self, lab: Lab) -> None:
        model_id = lab.model(now=1, params={"p": "1"})
        before = lab.get_model(model_id)
        lab(lab.store.models.delete(model_id, 5))
        lab.refuses(NotFound, not_found(model_id), lab.store.models.get(model_id))
        after = lab(lab.store.models.get(model_id, allow_deleted=True))
        before.info.last_updated_timestamp_ms = 5
        assert after == before
        assert lab.find_models() == []

    def test_deleting_the_experiment_leaves_its_models(self, lab: Lab) -> None:
        number = lab.experiment()
        model_id = lab.model("net", number)
        lab(lab.store.experiments.delete(number, 2))
        assert lab.get_model(model_id).info.name == "net"
        assert lab.find_models(experiment_ids=[number]) == ["net"]

    @pytest.mark.parametrize("deleted", [False, True])
    def test_a_model_that_is_not_there_takes_nothing(self, lab: Lab, deleted: bool) -> None:
        if deleted:
            lab(lab.store.models.create(NewModel("m-0", 0, "net", 1, tags=[Tag("t", "1")])))
            lab(lab.store.models.delete("m-0", 2))
        ready = LoggedModelStatus.LOGGED_MODEL_READY
        calls = [
            lab.store.models.get("m-0"),
            lab.store.models.finalize("m-0", ready, 3),
            lab.store.models.set_tags("m-0", [Tag("t", "2")]),
            lab.store.models.set_tags("m-0", []),
            lab.store.models.delete_tag("m-0", "t"),
            lab.store.models.add_params("m-0", [Param("p", "1")]),
            lab.store.models.add_params("m-0", []),
        ]
        for call in calls:
            lab.refuses(NotFound, NOT_FOUND, call)

    def test_a_model_may_be_deleted_again(self, lab: Lab) -> None:
        model_id = lab.model(now=1)
        lab(lab.store.models.delete(model_id, 2))
        lab(lab.store.models.delete(model_id, 3))
        deleted = lab(lab.store.models.get(model_id, allow_deleted=True))
        assert deleted.info.last_updated_timestamp_ms == 3
        lab.refuses(
            NotFound, "Logged model with ID 'm-x' not found.", lab.store.models.delete("m-x", 3)
        )

    def test_an_unknown_model_is_not_found_among_the_deleted(self, lab: Lab) -> None:
        lab.refuses(NotFound, NOT_FOUND, lab.store.models.get("m-0", allow_deleted=True))


class ModelTagRules:
    def test_tags_are_set_and_overwritten(self, lab: Lab) -> None:
        model_id = lab.model(now=1, tags={"a": "1"})
        tags = [Tag("b", "2"), Tag("a", "x" * 9000), Tag("b", "3")]
        lab(lab.store.models.set_tags(model_id, tags))
        lab(lab.store.models.set_tags(model_id, []))
        info = lab.get_model(model_id).info
        assert info.tags == as_tags({"a": "x" * 9000, "b": "3"})
        assert info.last_updated_timestamp_ms == 1

    def test_a_tag_is_deleted(self, lab: Lab) -> None:
        model_id, other = lab.model("a", tags={"t": "1"}), lab.model("b", tags={"t": "1"})
        lab(lab.store.models.delete_tag(model_id, "t"))
        assert lab.get_model(model_id).info.tags == []
        assert lab.get_model(other).info.tags == [Tag("t", "1")]

    def test_a_tag_that_is_not_there_is_not_deleted(self, lab: Lab) -> None:
        model_id = lab.model()
        message = f"No tag with key 't' found for model with ID '{model_id}'."
        lab.refuses(NotFound, message, lab.store.models.delete_tag(model_id, "t"))


class ModelParamRules:
    def test_params_are_added(self, lab: Lab) -> None:
        model_id = lab.model(now=1, params={"b": "1"})
        lab(lab.store.models.add_params(model_id, as_params({"c": "2", "a": ""})))
        model = lab.get_model(model_id)
        assert model.data.params == as_params({"a": "", "b": "1", "c": "2"})
        assert model.info.last_updated_timestamp_ms == 1

    @pytest.mark.parametrize("value", ["1", "2"])
    def test_a_param_that_is_there_is_refused(self, lab: Lab, value: str) -> None:
        model_id = lab.model(params={"p": "1"})
        call = lab.store.models.add_params(model_id, as_params({"q": "1", "p": value}))
        message = (
            f"Params ['p'] were already logged for model with ID '{model_id}'."
            " Params of a logged model can't be changed."
        )
        lab.refuses(InvalidParameter, message, call)
        assert lab.get_model(model_id).data.params == [Param("p", "1")]


class ModelMetricRules:
    def test_a_model_shows_every_point_measured_on_it(self, lab: Lab) -> None:
        model, a, b = lab.model(), lab.run("a"), lab.run("b")
        lab.log(b, [Metric("m", 2.0, 9, 9, model, "test", "d2"), Metric("m", 1.0, 1, 1, model)])
        lab.log(a, [Metric("m", 2.0, 9, 9, model, "test", "d2"), Metric("n", 0.0, 0, -1, model)])
        assert lab.get_model(model).data.metrics == [
            Metric("m", 2.0, 9, 9, model, "test", "d2", b),
            Metric("m", 1.0, 1, 1, model, run_id=b),
            Metric("m", 2.0, 9, 9, model, "test", "d2", a),
            Metric("n", 0.0, 0, -1, model, run_id=a),
        ]

    def test_a_measurement_is_also_the_runs(self, lab: Lab) -> None:
        model, run = lab.model(), lab.run()
        lab.log(run, [Metric("m", 2.0, 9, 9, model, "test", "d2")])
        assert lab.latest(run) == {"m": 2.0}
        assert lab.history(run, "m") == [(9, 9, 2.0)]

    def test_an_exact_duplicate_is_kept_once(self, lab: Lab) -> None:
        model, run = lab.model(), lab.run()
        for _ in range(2):
            lab.log(
                run,
                [
                    Metric("m", nan, 1, 1, model),
                    Metric("m", nan, 1, 1, model),
                    Metric("m", 0.0, 1, 1, model),
                    Metric("m", 0.0, 1, 1, model, "test", "d"),
                ],
            )
        metrics = lab.get_model(model).data.metrics
        assert [isnan(metric.value) for metric in metrics] == [True, False, False]
        assert [metric.dataset_name for metric in metrics] == [None, None, "test"]
        assert len(lab.history(run, "m")) == 2

    def test_a_model_that_is_not_there_is_no_error(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, [Metric("m", 1.0, 1, 1, "m-0")])
        assert lab.history(run, "m") == [(1, 1, 1.0)]
        lab(lab.store.models.create(NewModel("m-0", 0, "net", 1)))
        assert lab.get_model("m-0").data.metrics == []

    def test_a_deleted_model_still_takes_measurements(self, lab: Lab) -> None:
        model, run = lab.model(), lab.run()
        lab(lab.store.models.delete(model, 2))
        lab.log(run, [Metric("m", 1.0, 1, 1, model)])
        shown = lab(lab.store.models.get(model, allow_deleted=True)).data.metrics
        assert shown == [Metric("m", 1.0, 1, 1, model, run_id=run)]

    def test_a_refused_batch_leaves_the_model_alone(self, lab: Lab) -> None:
        model, run = lab.model(), lab.run()
        lab(lab.store.runs.delete(run, 2))
        metrics = [Metric("m", 1.0, 1, 1, model)]
        with pytest.raises(InvalidParameter):
            lab(lab.store.runs.log_batch(RunBatch(run, metrics)))
        lab.refuses(NotFound, RUN_NOT_FOUND, lab.store.runs.log_batch(RunBatch(UNKNOWN, metrics)))
        assert lab.get_model(model).data.metrics == []
