"""Rules of searching logged models."""

from math import nan

import pytest

from sagwan.domain.search.fields import LOGGED_MODELS
from sagwan.domain.search.parser import parse_filter
from sagwan.entities import LoggedModel, LoggedModelStatus, Metric
from sagwan.errors import InvalidParameter
from sagwan.storage.base import ModelOrder, ModelQuery
from sagwan.testing.storage.experiments import BAD_TOKEN, BAD_TOKENS
from sagwan.testing.storage.lab import Lab, run_id


class Models:
    @pytest.fixture
    def models(self, lab: Lab) -> Lab:
        """Four models, of which `d` has nothing but a name."""
        a = lab.model("a", now=1, model_type="agent", source_run_id="r1", tags={"env": "prod"})
        b = lab.model("b", now=2, model_type="Agent", params={"depth": "3"}, tags={"env": "x"})
        c = lab.model("c", now=3, model_type="net", params={"depth": "10"})
        lab.model("d", now=4)
        run = lab.run("run")
        lab.log(
            run,
            [
                Metric("acc", 0.9, 1, 1, a, "test", "t1"),
                Metric("acc", 0.1, 2, 0, a, "train", "r1"),
                Metric("acc", 0.5, 1, 1, b, "test", "t2"),
                Metric("loss", 3.0, 1, 1, b),
                Metric("acc", nan, 1, 1, c),
            ],
        )
        lab(lab.store.models.finalize(a, LoggedModelStatus.LOGGED_MODEL_READY, 9))
        return lab


class ModelFilterRules(Models):
    def test_filters(self, models: Lab) -> None:
        cases = {
            "": "abcd",
            "name = 'a'": "a",
            "name != 'a'": "bcd",
            "name LIKE 'A'": "",
            "name ILIKE 'A'": "a",
            "name IN ('a', 'c')": "ac",
            "name NOT IN ('a', 'c')": "bd",
            f"model_id = 'm-{run_id('b')}'": "b",
            "model_type = 'agent'": "a",
            "model_type ILIKE 'agent'": "ab",
            "model_type != 'agent'": "bc",
            "model_type NOT IN ('agent')": "bc",
            "source_run_id = 'r1'": "a",
            "status = 2": "a",
            "status != 2": "bcd",
            "status IN (1, 2)": "abcd",
            "experiment_id = 0": "abcd",
            "experiment_id = 99999999999999999999": "",
            "creation_timestamp > 1 AND creation_time <= 3": "bc",
            "last_updated_timestamp = 9": "a",
            "creation_time < 99999999999999999999": "abcd",
            "lifecycle_stage = 'active'": "abcd",
            "lifecycle_stage = 'deleted'": "",
            "artifact_location LIKE '%/artifacts'": "abcd",
            "params.depth = '3'": "b",
            "params.depth LIKE '1%'": "c",
            "tags.env != 'prod'": "b",
            "tags.env IN ('prod', 'x')": "ab",
            "tags.env = 'prod' AND params.depth = '3'": "",
            "metrics.acc > 0.8": "a",
            "metrics.acc < 0.2": "a",
            "metrics.acc != 0.5": "ac",
            "metrics.acc = 0": "",
            "metrics.acc > 0.8 AND metrics.acc < 0.2": "a",
            "metrics.loss < 1e999": "b",
            "metrics.never != 1": "",
        }
        by_name = [ModelOrder("name")]
        assert {f: "".join(models.find_models(f, by_name)) for f in cases} == cases

    def test_datasets_narrow_which_metrics_are_looked_at(self, models: Lab) -> None:
        cases: list[tuple[str, list[tuple[str, str | None]], str]] = [
            ("metrics.acc > 0", [("test", None)], "ab"),
            ("metrics.acc > 0", [("test", "t1")], "a"),
            ("metrics.acc < 0.2", [("test", None)], ""),
            ("metrics.acc < 0.2", [("test", None), ("train", "r1")], "a"),
            ("metrics.loss > 0", [("test", None)], ""),
            ("metrics.acc > 0", [("never", None)], ""),
            ("", [("test", None)], "ab"),
            ("name != 'a'", [("test", None)], "b"),
            ("", [("train", "r1"), ("test", "t2")], "ab"),
            ("", [("train", "other")], ""),
        ]
        by_name = [ModelOrder("name")]
        for filter, datasets, expected in cases:
            found = "".join(models.find_models(filter, by_name, datasets))
            assert (filter, datasets, found) == (filter, datasets, expected)


class ModelOrderRules(Models):
    def test_order(self, models: Lab) -> None:
        cases: list[tuple[list[ModelOrder], str]] = [
            ([], "dcba"),
            ([ModelOrder("creation_timestamp")], "abcd"),
            ([ModelOrder("name")], "abcd"),
            ([ModelOrder("name", ascending=False)], "dcba"),
            ([ModelOrder("model_id")], "abcd"),
            ([ModelOrder("model_type")], "bacd"),
            ([ModelOrder("model_type", ascending=False)], "cabd"),
            ([ModelOrder("source_run_id"), ModelOrder("name")], "abcd"),
            ([ModelOrder("status"), ModelOrder("name")], "bcda"),
            ([ModelOrder("last_updated_timestamp", ascending=False)], "adcb"),
            ([ModelOrder("metrics.acc")], "abcd"),
            ([ModelOrder("metrics.acc", ascending=False)], "bacd"),
            ([ModelOrder("metrics.acc", False, "test")], "abdc"),
            ([ModelOrder("metrics.acc", True, "test", "t2")], "bdca"),
            ([ModelOrder("metrics.acc", True, "test"), ModelOrder("name")], "bacd"),
            ([ModelOrder("metrics.loss"), ModelOrder("metrics.acc", False, "test")], "badc"),
        ]
        for order, expected in cases:
            assert (order, "".join(models.find_models("", order))) == (order, expected)

    def test_the_newest_value_counts(self, lab: Lab) -> None:
        a, b, run = lab.model("a"), lab.model("b"), lab.run("run")
        lab.log(
            run,
            [
                Metric("acc", 0.5, 5, 1, b),
                # By time first, whatever the step.
                Metric("acc", 0.1, 9, 1, a),
                Metric("acc", 0.9, 8, 7, a),
            ],
        )
        assert lab.find_models("", [ModelOrder("metrics.acc")]) == ["a", "b"]
        lab.log(run, [Metric("acc", 0.8, 9, 2, a)])
        assert lab.find_models("", [ModelOrder("metrics.acc")]) == ["b", "a"]

    def test_of_one_moment_the_first_run_by_id_counts(self, lab: Lab) -> None:
        a, b = lab.model("a"), lab.model("b")
        lab.log(lab.run("x"), [Metric("acc", 0.9, 1, 1, a), Metric("acc", 0.5, 1, 1, b)])
        lab.log(lab.run("w"), [Metric("acc", 0.1, 1, 1, a)])
        assert lab.find_models("", [ModelOrder("metrics.acc")]) == ["a", "b"]


class ModelSearchRules(Models):
    def test_a_search_shows_what_get_shows(self, models: Lab) -> None:
        query = ModelQuery([0], parse_filter("name = 'a'", LOGGED_MODELS), (), 5)
        found = models(models.store.models.search(query)).items
        assert found == [models.get_model(f"m-{run_id('a')}")]

    def test_only_the_experiments_asked_for_are_searched(self, lab: Lab) -> None:
        number = lab.experiment()
        lab.model("a", 0), lab.model("b", number)
        assert lab.find_models(experiment_ids=[number, 99]) == ["b"]
        assert lab.find_models("", [ModelOrder("name")], (), [number, 0]) == ["a", "b"]
        assert lab.find_models(experiment_ids=[]) == []

    def test_pages_hold_everything_once_in_order(self, models: Lab) -> None:
        orders: list[list[ModelOrder]] = [
            [],
            [ModelOrder("metrics.acc")],
            [ModelOrder("metrics.acc", ascending=False)],
            [ModelOrder("model_type"), ModelOrder("metrics.loss", ascending=False)],
            [ModelOrder("status"), ModelOrder("source_run_id", ascending=False)],
        ]
        models.model("e", now=2)
        models.model("f", now=2, model_type="agent")
        for order in orders:
            everything = models.find_models("", order)
            for limit in (1, 2, 5):
                found: list[LoggedModel] = []
                token = None
                while True:
                    query = ModelQuery([0], (), order, limit, page_token=token)
                    page = models(models.store.models.search(query))
                    found += page.items
                    token = page.next_page_token
                    if token is None:
                        break
                    assert len(page.items) == limit
                assert [model.info.name for model in found] == everything

    def test_the_last_page_has_no_token(self, models: Lab) -> None:
        page = models(models.store.models.search(ModelQuery([0], (), (), 4)))
        assert page.next_page_token is None

    def test_a_token_that_no_search_gave_is_refused(self, models: Lab) -> None:
        for token in BAD_TOKENS:
            query = ModelQuery([0], (), (), 1, page_token=token)
            models.refuses(InvalidParameter, BAD_TOKEN, models.store.models.search(query))

    def test_a_token_of_another_search_is_refused(self, models: Lab) -> None:
        first = ModelQuery([0], (), (), 1)
        token = models(models.store.models.search(first)).next_page_token
        filter = parse_filter("name != 'x'", LOGGED_MODELS)
        others = [
            ModelQuery([0, 1], (), (), 1, page_token=token),
            ModelQuery([0], filter, (), 1, page_token=token),
            ModelQuery([0], (), [ModelOrder("name")], 1, page_token=token),
            ModelQuery([0], (), (), 1, [("test", None)], token),
        ]
        for query in others:
            models.refuses(InvalidParameter, BAD_TOKEN, models.store.models.search(query))
