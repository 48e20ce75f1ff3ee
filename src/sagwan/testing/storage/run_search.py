"""Rules of searching runs."""

from math import nan

import pytest

from sagwan.domain.runs import RUN_NAME_TAG
from sagwan.domain.search.fields import RUNS
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.entities import Metric, ModelOutput, Run, RunStatus, ViewType
from sagwan.errors import InvalidParameter
from sagwan.storage.base import RunUpdate, SearchQuery
from sagwan.testing.storage.experiments import BAD_TOKEN, BAD_TOKENS
from sagwan.testing.storage.lab import Lab, dataset, run_id


class Zoo:
    @pytest.fixture
    def zoo(self, lab: Lab) -> Lab:
        """Four runs that differ in everything; `d` has nothing but a name."""
        a = lab.run("a", start_time=1, user_id="Ada", tags={"env": "prod", "empty": ""})
        b = lab.run("b", start_time=2, user_id="bob", tags={"env": "Prod"})
        c = lab.run("c", start_time=3, user_id="", tags={"env": "a_b%c"})
        lab.run("d", start_time=4, user_id="Ada")
        lab.log(a, [Metric("loss", 1.0, 1, 1), Metric("loss", 0.5, 2, 2)], {"lr": "10"})
        lab.log(b, [Metric("loss", nan, 1, 1), Metric("acc", 0.9, 1, 1)], {"lr": "9"})
        lab.log(c, [Metric("loss", -2.0, 1, 1)], {"lr": "It's", "a b.c": "1"})
        lab(lab.store.runs.update(RunUpdate(a, RunStatus.FINISHED, 10)))
        lab(lab.store.runs.update(RunUpdate(b, RunStatus.FAILED, 20)))
        lab(lab.store.runs.log_inputs(a, [dataset("train", "x1", context="training")], []))
        lab(lab.store.runs.log_inputs(a, [dataset("test", "x2")], []))
        lab(lab.store.runs.log_inputs(b, [dataset("test", "x3", context="eval")], []))
        return lab


class RunFilterRules(Zoo):
    """What a filter finds; names in the order of the start times."""

    def test_attributes(self, zoo: Lab) -> None:
        cases = {
            "": "abcd",
            "run_name = 'a'": "a",
            "run_name != 'a'": "bcd",
            "run_name ILIKE 'A'": "a",
            "run_name LIKE 'A'": "",
            "user_id = 'Ada'": "ad",
            "user_id = ''": "c",
            "user_id LIKE '%'": "abcd",
            "status = 'FINISHED'": "a",
            "status = 'finished'": "",
            "status != 'RUNNING'": "ab",
            "status LIKE 'F%'": "ab",
            "status ILIKE 'f%ed'": "ab",
            "start_time > 2": "cd",
            "start_time >= 1.5 AND start_time < 4": "bc",
            "start_time != 99999999999999999999": "abcd",
            "start_time > -99999999999999999999": "abcd",
            "start_time = 99999999999999999999": "",
            "end_time > 0": "ab",
            "end_time != 10": "b",
            "artifact_uri LIKE '%/artifacts'": "abcd",
            f"run_id = '{run_id('b')}'": "b",
            f"run_id IN ('{run_id('b')}', 'x', '{run_id('d')}')": "bd",
            f"run_id NOT IN ('{run_id('b')}', '{run_id('d')}')": "ac",
            f"run_id LIKE '{run_id('b')[:3]}%'": "b",
        }
        assert {filter: "".join(zoo.find(filter, ["start_time"])) for filter in cases} == cases

    def test_metrics_count_with_their_latest_value(self, zoo: Lab) -> None:
        cases = {
            "metrics.loss > 0": "a",
            "metrics.loss = 0.5": "a",
            "metrics.loss = 1": "",
            "metrics.loss <= 0.5": "ac",
            "metrics.loss != 0.5": "bc",
            "metrics.loss = 0": "",
            "metrics.loss >= -1e999": "ac",
            "metrics.loss < 1e999 AND metrics.acc > 0": "",
            "metrics.acc != 5": "b",
            "metrics.never != 5": "",
        }
        assert {filter: "".join(zoo.find(filter, ["start_time"])) for filter in cases} == cases

    def test_params_and_tags(self, zoo: Lab) -> None:
        cases = {
            "params.lr = '10'": "a",
            "params.lr != '10'": "bc",
            'params.lr = "It\'s"': "c",
            "params.lr LIKE '_'": "b",
            "params.lr IS NULL": "d",
            "params.lr IS NOT NULL": "abc",
            "params.`a b.c` = '1'": "c",
            "tags.env = 'prod'": "a",
            "tags.env ILIKE 'PROD'": "ab",
            "tags.env LIKE 'P%'": "b",
            "tags.env LIKE 'a_b%'": "c",
            "tags.env != 'prod'": "bc",
            "tags.empty = ''": "a",
            "tags.empty LIKE '%'": "a",
            "tags.empty IS NULL": "bcd",
            "tags.never IS NULL": "abcd",
            "tags.never IS NOT NULL": "",
            "tags.never = 'x'": "",
            "tags.env = 'prod' AND tags.empty = '' AND params.lr = '10'": "a",
            "tags.env = 'prod' AND params.lr = '9'": "",
            "tags.env LIKE '%o%' AND tags.env LIKE 'P%'": "b",
        }
        assert {filter: "".join(zoo.find(filter, ["start_time"])) for filter in cases} == cases

    def test_datasets(self, zoo: Lab) -> None:
        cases = {
            "dataset.name = 'test'": "ab",
            "dataset.name != 'test'": "a",
            "dataset.name LIKE 't%'": "ab",
            "dataset.digest IN ('x1', 'x3')": "ab",
            "dataset.digest NOT IN ('x1', 'x2')": "b",
            "dataset.context = 'training'": "a",
            "dataset.context != 'training'": "b",
            "dataset.context ILIKE 'E%'": "b",
            "dataset.name = 'train' AND dataset.digest = 'x2'": "a",
        }
        assert {filter: "".join(zoo.find(filter, ["start_time"])) for filter in cases} == cases

    def test_a_name_is_found_through_its_tag(self, zoo: Lab) -> None:
        zoo(zoo.store.runs.delete_tag(run_id("a"), RUN_NAME_TAG))
        assert zoo.find("run_name = 'a'") == []
        assert zoo.find("run_name != 'x'", ["start_time"]) == ["b", "c", "d"]
        assert zoo.find("", ["run_name"]) == ["a", "b", "c", "d"]

    def test_a_new_value_is_found_and_the_old_one_is_not(self, zoo: Lab) -> None:
        zoo.log(run_id("a"), [Metric("loss", 7.0, 3, 3)], tags={"env": "new"})
        zoo(zoo.store.runs.update(RunUpdate(run_id("a"), RunStatus.KILLED, 30, "z")))
        new = "metrics.loss = 7 AND tags.env = 'new' AND status = 'KILLED' AND end_time = 30"
        assert zoo.find(f"{new} AND run_name = 'z'") == ["z"]
        for old in ("metrics.loss = 0.5", "tags.env = 'prod'", "run_name = 'a'", "end_time = 10"):
            assert zoo.find(old) == []

    def test_many_ids_can_be_listed(self, zoo: Lab) -> None:
        listed = ", ".join(f"'{run_id(str(number))}'" for number in range(2000))
        assert zoo.find(f"run_id IN ({listed}, '{run_id('c')}')") == ["c"]


class RunOrderRules(Zoo):
    def test_order(self, zoo: Lab) -> None:
        cases: dict[tuple[str, ...], str] = {
            (): "dcba",
            ("start_time",): "abcd",
            ("run_name DESC",): "dcba",
            ("run_id",): "abcd",
            ("user_id",): "cdab",
            ("user_id DESC", "run_name"): "badc",
            ("status",): "badc",
            ("end_time",): "abdc",
            ("end_time DESC",): "badc",
            ("metrics.loss",): "cabd",
            ("metrics.loss DESC",): "acbd",
            ("metrics.acc", "run_name"): "bacd",
            ("params.lr",): "abcd",
            ("params.lr DESC",): "cbad",
            ("tags.env",): "bcad",
            ("tags.empty", "tags.env DESC"): "acbd",
            ("metrics.never", "params.never", "run_name"): "abcd",
        }
        assert {order: "".join(zoo.find("", order)) for order in cases} == cases

    def test_equals_come_by_start_time_and_id(self, lab: Lab) -> None:
        for name, start_time in (("c", 1), ("a", 1), ("b", 2)):
            lab.run(name, start_time=start_time)
        assert lab.find() == ["b", "a", "c"]
        assert lab.find(order=["status"]) == ["b", "a", "c"]

    def test_numbers_are_followed_by_nan_and_then_by_nothing(self, lab: Lab) -> None:
        values = {"a": nan, "b": 1.0, "c": None, "d": -1.0, "e": 0.0}
        for name, value in values.items():
            run = lab.run(name)
            if value is not None:
                lab.log(run, [Metric("m", value, 1, 1)])
        assert lab.find(order=["metrics.m"]) == ["d", "e", "b", "a", "c"]
        assert lab.find(order=["metrics.m DESC"]) == ["b", "e", "d", "a", "c"]


class RunSearchRules(Zoo):
    def test_the_view_chooses_the_stage(self, zoo: Lab) -> None:
        zoo(zoo.store.runs.delete(run_id("b"), 2))
        assert zoo.find() == ["d", "c", "a"]
        assert zoo.find(view=ViewType.DELETED_ONLY) == ["b"]
        assert zoo.find(view=ViewType.ALL) == ["d", "c", "b", "a"]
        assert zoo.find("metrics.acc > 0") == []
        assert zoo.find("metrics.acc > 0", view=ViewType.ALL) == ["b"]

    def test_only_the_experiments_asked_for_are_searched(self, lab: Lab) -> None:
        one, two = lab.experiment("one"), lab.experiment("two")
        lab.run("a", 0), lab.run("b", one), lab.run("c", two)
        assert lab.find(order=["run_name"], experiment_ids=[two, 0]) == ["a", "c"]
        assert lab.find(order=["run_name"], experiment_ids=[one, 99, one]) == ["b"]
        assert lab.find(experiment_ids=[99]) == []
        assert lab.find(experiment_ids=[]) == []
        everything = [0, *range(50, 3000), one, two]
        assert lab.find(order=["run_name"], experiment_ids=everything) == ["a", "b", "c"]

    def test_runs_of_deleted_experiments_are_found_by_their_own_stage(self, lab: Lab) -> None:
        number = lab.experiment()
        lab.run("a", number)
        lab(lab.store.experiments.delete(number, 2))
        assert lab.find(experiment_ids=[number]) == []
        assert lab.find(experiment_ids=[number], view=ViewType.DELETED_ONLY) == ["a"]

    def test_a_search_shows_what_get_shows(self, zoo: Lab) -> None:
        zoo(zoo.store.runs.log_outputs(run_id("a"), [ModelOutput("m-1", 3)]))
        order = parse_order_by(["run_name"], RUNS)
        found = zoo(zoo.store.runs.search([0], SearchQuery((), order, 10))).items
        shown = [zoo.get(run_id(name)) for name in "abcd"]
        # NaN is no equal of itself.
        assert [str(run) for run in found] == [str(run) for run in shown]

    def test_pages_hold_everything_once_in_order(self, zoo: Lab) -> None:
        orders: list[list[str]] = [
            [],
            ["metrics.loss"],
            ["metrics.loss DESC"],
            ["tags.env", "end_time DESC"],
            ["end_time"],
            ["user_id", "metrics.acc DESC"],
            ["params.lr DESC", "status"],
        ]
        zoo.run("e", start_time=2)
        zoo.run("f", start_time=2, tags={"env": "prod"})
        zoo.log(zoo.run("g", start_time=0), [Metric("loss", nan, 1, 1)], {"lr": "9"})
        for order in orders:
            keys = parse_order_by(order, RUNS)
            everything = zoo.find("", order)
            for limit in (1, 2, 3, 6):
                found: list[Run] = []
                token = None
                while True:
                    query = SearchQuery((), keys, limit, page_token=token)
                    page = zoo(zoo.store.runs.search([0], query))
                    found += page.items
                    token = page.next_page_token
                    if token is None:
                        break
                    assert len(page.items) == limit
                assert [run.info.run_name for run in found] == everything

    def test_the_last_page_has_no_token(self, zoo: Lab) -> None:
        assert zoo(zoo.store.runs.search([0], SearchQuery((), (), 4))).next_page_token is None

    def test_the_limit_may_change_from_page_to_page(self, zoo: Lab) -> None:
        first = zoo(zoo.store.runs.search([0], SearchQuery((), (), 1)))
        rest = SearchQuery((), (), 50, page_token=first.next_page_token)
        found = zoo(zoo.store.runs.search([0], rest)).items
        assert [run.info.run_name for run in found] == ["c", "b", "a"]

    def test_a_token_that_no_search_gave_is_refused(self, zoo: Lab) -> None:
        for token in BAD_TOKENS:
            query = SearchQuery((), (), 1, page_token=token)
            zoo.refuses(InvalidParameter, BAD_TOKEN, zoo.store.runs.search([0], query))

    def test_a_token_of_another_search_is_refused(self, zoo: Lab) -> None:
        token = zoo(zoo.store.runs.search([0], SearchQuery((), (), 1))).next_page_token
        others = [
            ([0, 1], SearchQuery((), (), 1, page_token=token)),
            ([0], SearchQuery((), (), 1, ViewType.ALL, token)),
            ([0], SearchQuery(parse_filter("start_time > 0", RUNS), (), 1, page_token=token)),
            ([0], SearchQuery((), parse_order_by(["run_name"], RUNS), 1, page_token=token)),
        ]
        for experiment_ids, query in others:
            call = zoo.store.runs.search(experiment_ids, query)
            zoo.refuses(InvalidParameter, BAD_TOKEN, call)
