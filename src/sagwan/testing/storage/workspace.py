"""Rules of looking at many runs at once."""

from collections.abc import Sequence
from math import isnan, nan

from hypothesis import HealthCheck, given, settings

from sagwan.domain.runs import RUN_NAME_TAG
from sagwan.domain.search.ast import Condition, OrderBy
from sagwan.domain.search.conditions import parse_condition
from sagwan.domain.search.fields import WORKSPACE_RUNS
from sagwan.domain.search.parser import parse_field, parse_order_by
from sagwan.domain.workspace import PARENT_TAG
from sagwan.entities import Metric, RunStatus, ViewType
from sagwan.entities.workspace import FacetBin, KeyValue, MetricKey, RunFacet, TextKey
from sagwan.errors import NotFound
from sagwan.storage.base import NewView, RunPage, RunQuery, RunTable, RunUpdate
from sagwan.storage.memory import MemoryStore
from sagwan.testing.storage.lab import Lab, run_id
from sagwan.testing.storage.run_search import Zoo
from sagwan.testing.storage.strategies import conditions, workspace_orders


def ask(
    filter: str = "",
    order: Sequence[str] = (),
    experiment_ids: Sequence[int] = (0,),
    view: ViewType = ViewType.ACTIVE_ONLY,
) -> RunQuery:
    """A query as it is written on the wire."""
    where = parse_condition(filter, WORKSPACE_RUNS)
    return RunQuery(experiment_ids, where, parse_order_by(order, WORKSPACE_RUNS), view)


def page(*columns: str, offset: int = 0, limit: int = 100, snapshot: str | None = None) -> RunPage:
    fields = [parse_field(column, WORKSPACE_RUNS) for column in columns]
    return RunPage(fields, offset, limit, snapshot)


def look(lab: Lab, query: RunQuery, of: RunPage | None = None) -> RunTable:
    return lab(lab.store.workspace.query(query, of or page()))


def names(lab: Lab, filter: str = "", order: Sequence[str] = ("start_time",)) -> str:
    return "".join(look(lab, ask(filter, order)).runs.run_name)


def count_up(lab: Lab, count: int) -> list[str]:
    """Runs named by numbers, the newest last."""
    return [lab.run(f"{number:02}", start_time=number) for number in range(count)]


class WorkspaceFilterRules(Zoo):
    def test_what_mlflow_lacks(self, zoo: Lab) -> None:
        cases = {
            "metrics.loss > 0 OR params.lr = '9'": "ab",
            "params.lr = '9' OR params.lr = '10' AND user_id = 'bob'": "b",
            "(params.lr = '9' OR params.lr = '10') AND user_id = 'Ada'": "a",
            "user_id = 'Ada' AND NOT (params.lr IS NULL)": "a",
            "NOT (metrics.loss > 0)": "bcd",
            "NOT (metrics.loss <= 1e999)": "bd",
            "NOT end_time > 15": "acd",
            "NOT (end_time > 15 OR end_time <= 15)": "cd",
            "NOT (tags.env = 'prod' AND params.lr = '10')": "bcd",
            "NOT NOT params.lr = '9'": "b",
            "NOT params.never = 'x'": "abcd",
            "NOT params.never IS NULL": "",
            "params.lr IN ('9', 'It''s', '10')": "ab",
            "params.lr NOT IN ('9')": "ac",
            "tags.env IN ('prod', 'Prod')": "ab",
            "metrics.loss IN (0.5, -2, 1e999)": "ac",
            "metrics.loss IN (0)": "",
            "metrics.loss NOT IN (0.5, 1e999)": "bc",
            "metrics.loss IS NULL": "d",
            "metrics.loss IS NOT NULL": "abc",
            "metrics.loss BETWEEN -2 AND 0.5": "ac",
            "metrics.loss BETWEEN 0.5 AND -2": "",
            "start_time BETWEEN 2 AND 3.5": "bc",
            "status IN ('FINISHED', 'FAILED')": "ab",
            "status NOT IN ('FINISHED', 'FAILED')": "cd",
            "run_name IN ('a', 'd') OR user_id IN ('')": "acd",
            "dataset.name = 'train' OR dataset.context = 'eval'": "ab",
            "NOT dataset.name = 'test'": "cd",
        }
        assert {filter: names(zoo, filter) for filter in cases} == cases

    def test_a_filter_of_mlflow_finds_the_same(self, zoo: Lab) -> None:
        for filter in ("", "metrics.loss < 1 AND params.lr LIKE '1%'", "tags.empty IS NULL"):
            assert names(zoo, filter) == "".join(zoo.find(filter, ["start_time"]))

    def test_many_comparisons(self, zoo: Lab) -> None:
        terms = " OR ".join(f"metrics.loss = {number}" for number in range(1, 499))
        assert names(zoo, f"{terms} OR NOT metrics.loss != 0.5") == "ad"
        nested = "NOT (" * 24 + "params.lr = '9'" + ")" * 24
        assert names(zoo, nested) == "b"

    def test_everything_that_can_be_asked(self, zoo: Lab) -> None:
        """What the model finds, in its order, is what this store finds."""
        model = Lab(_memory, zoo._runner)
        try:
            self.zoo.__wrapped__(self, model)  # type: ignore[attr-defined]

            @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
            @given(conditions, workspace_orders)
            def check(where: Condition, order: tuple[OrderBy, ...]) -> None:
                query = RunQuery((0,), where, order)
                assert look(zoo, query).runs.run_name == look(model, query).runs.run_name

            check()
        finally:
            model.close()


async def _memory() -> MemoryStore:
    return MemoryStore("mlflow-artifacts:/")


class WorkspaceTableRules(Zoo):
    def test_rows(self, zoo: Lab) -> None:
        zoo.log(run_id("c"), tags={PARENT_TAG: run_id("a")})
        zoo(zoo.store.runs.update(RunUpdate(run_id("b"), RunStatus.KILLED, 20, "new")))
        table = look(zoo, ask(order=["start_time"]))
        assert table.total == 4
        assert table.runs.run_id == [run_id(name) for name in "abcd"]
        assert table.runs.run_name == ["a", "new", "c", "d"]
        assert table.runs.experiment_id == ["0"] * 4
        assert table.runs.status == ["FINISHED", "KILLED", "RUNNING", "RUNNING"]
        assert table.runs.start_time == [1, 2, 3, 4]
        assert table.runs.end_time == [10, 20, None, None]
        assert table.runs.user_id == ["Ada", "bob", "", "Ada"]
        assert table.runs.lifecycle_stage == ["active"] * 4
        assert table.runs.parent == [None, None, run_id("a"), None]
        assert table.columns == []

    def test_columns(self, zoo: Lab) -> None:
        fields = {
            "metrics.`loss`": [0.5, nan, -2.0, None],
            "params.`lr`": ["10", "9", "It's", None],
            "params.`a b.c`": [None, None, "1", None],
            "tags.`env`": ["prod", "Prod", "a_b%c", None],
            "tags.`empty`": ["", None, None, None],
            "metrics.`acc`": [None, 0.9, None, None],
            "metrics.`env`": [None] * 4,
            "params.`never`": [None] * 4,
            "tags.`loss`": [None] * 4,
            "attributes.status": ["FINISHED", "FAILED", "RUNNING", "RUNNING"],
            "attributes.end_time": [10, 20, None, None],
            "attributes.run_name": ["a", "b", "c", "d"],
        }
        found = look(zoo, ask(order=["start_time"]), page(*fields)).columns
        assert [*map(str, found)] == [*map(str, fields.values())]

    def test_a_column_may_be_asked_for_twice(self, zoo: Lab) -> None:
        table = look(zoo, ask(order=["start_time"]), page("params.lr", "params.lr"))
        assert table.columns == [["10", "9", "It's", None]] * 2

    def test_the_order_and_the_view(self, zoo: Lab) -> None:
        assert names(zoo, order=()) == "dcba"
        assert names(zoo, order=["metrics.loss DESC"]) == "acbd"
        assert names(zoo, order=["params.lr"]) == "abcd"
        zoo(zoo.store.runs.delete(run_id("b"), 5))
        views = {ViewType.ACTIVE_ONLY: "dca", ViewType.DELETED_ONLY: "b", ViewType.ALL: "dcba"}
        for view, expected in views.items():
            assert "".join(look(zoo, ask(view=view)).runs.run_name) == expected

    def test_experiments(self, lab: Lab) -> None:
        one, two = lab.experiment("one"), lab.experiment("two")
        lab.run("a", one), lab.run("b", two), lab.run("c")
        table = look(lab, ask(order=["run_name"], experiment_ids=[two, 99, one, one]))
        assert (table.runs.run_name, table.total) == (["a", "b"], 2)
        assert table.runs.experiment_id == [str(one), str(two)]
        for ids in ([], [99]):
            table = look(lab, ask(experiment_ids=ids), page("params.x"))
            assert (table.total, table.runs.run_id, table.columns) == (0, [], [[]])


class SnapshotRules:
    def test_pages_are_parts_of_one_list(self, lab: Lab) -> None:
        count_up(lab, 7)
        query = ask(order=["run_name"])
        first = look(lab, query, page(limit=3))
        assert (first.total, first.runs.run_name) == (7, ["00", "01", "02"])
        for offset, expected in ((5, ["05", "06"]), (3, ["03", "04", "05"]), (7, []), (99, [])):
            rest = page(offset=offset, limit=3, snapshot=first.snapshot)
            table = look(lab, query, rest)
            assert (table.total, table.snapshot, table.runs.run_name) == (
                7,
                first.snapshot,
                expected,
            )

    def test_a_snapshot_keeps_its_runs_and_shows_them_as_they_are(self, lab: Lab) -> None:
        runs = count_up(lab, 3)
        query = ask("params.x IS NULL", ["metrics.m", "run_name"])
        before = look(lab, query)
        lab.log(runs[2], [Metric("m", 1.0, 1, 1)], {"x": "1"})
        lab.run("new")
        lab(lab.store.runs.delete(runs[0], 9))
        table = look(lab, query, page("metrics.m", snapshot=before.snapshot))
        assert (table.total, table.runs.run_id) == (3, runs)
        assert table.runs.lifecycle_stage == ["deleted", "active", "active"]
        assert table.columns == [[None, None, 1.0]]
        after = look(lab, query)
        assert after.runs.run_name == ["01", "new"]
        assert after.snapshot != before.snapshot

    def test_the_same_runs_have_the_same_name(self, lab: Lab) -> None:
        count_up(lab, 2)
        assert look(lab, ask()).snapshot == look(lab, ask(), page(snapshot="unknown")).snapshot
        assert look(lab, ask()).snapshot != look(lab, ask(order=["run_name"])).snapshot

    def test_a_snapshot_of_another_query_is_not_used(self, lab: Lab) -> None:
        count_up(lab, 4)
        snapshot = look(lab, ask()).snapshot
        others = {
            "00": ask("run_name = '00'"),
            "00010203": ask(order=["run_name"]),
            "": ask(experiment_ids=[99]),
        }
        for expected, query in others.items():
            table = look(lab, query, page(snapshot=snapshot))
            assert "".join(table.runs.run_name) == expected
            assert table.snapshot != snapshot

    def test_an_unknown_snapshot_is_made_anew(self, lab: Lab) -> None:
        count_up(lab, 3)
        table = look(lab, ask(), page(offset=1, limit=1, snapshot="made up"))
        assert (table.total, table.runs.run_name) == (3, ["01"])
        assert table.snapshot not in ("", "made up")


class KeyRules(Zoo):
    def test_an_experiment_opens_with_all_that_its_page_needs(self, zoo: Lab) -> None:
        workspace, views = zoo.store.workspace, zoo.store.views
        opened = zoo(workspace.open(0, 2))
        assert opened.experiment == zoo(zoo.store.experiments.get(0))
        assert opened.keys == zoo(workspace.keys([0], 2))
        assert opened.view is None
        view = zoo(views.create(NewView("s", 0, "mine", "", "rows=dense", 5)))
        zoo(views.set_default(None, "s"))
        assert zoo(workspace.open(0, 2)).view == view
        zoo.refuses(NotFound, "No Experiment with id=99 exists", workspace.open(99, 2))

    def test_metrics(self, zoo: Lab) -> None:
        zoo.log(run_id("d"), [Metric("z/VALue", 3.0, 1, 1), Metric("acc", 0.9, 1, 7)])
        found = zoo(zoo.store.workspace.keys([0], 200))
        assert (found.runs, found.sampled) == (4, 4)
        assert found.metrics == [
            MetricKey("z/VALue", 1, varies=False, points=False, min=3.0, max=3.0),
            MetricKey("loss", 3, varies=True, points=True, min=-2.0, max=0.5),
            MetricKey("acc", 2, varies=False, points=False, min=0.9, max=0.9),
        ]

    def test_params_and_tags(self, zoo: Lab) -> None:
        zoo.log(run_id("d"), params={"lr": "9", "const": "1"})
        zoo.log(run_id("a"), params={"const": "1"})
        found = zoo(zoo.store.workspace.keys([0], 200))
        assert found.params == [
            TextKey(
                *("lr", 4, 3, True),
                [KeyValue("9", 2), KeyValue("10", 1), KeyValue("It's", 1)],
            ),
            TextKey("const", 2, 1, False, [KeyValue("1", 2)]),
            TextKey("a b.c", 1, 1, False, [KeyValue("1", 1)]),
        ]
        assert [(key.key, key.runs, key.distinct) for key in found.tags] == [
            (RUN_NAME_TAG, 4, 4),
            ("env", 3, 3),
            ("empty", 1, 1),
        ]
        assert found.tags[2].values == [KeyValue("", 1)]

    def test_nan_is_a_value_of_its_own(self, lab: Lab) -> None:
        values = {"one": [nan, nan], "two": [nan, 1.0], "three": [1.0, 1.0]}
        for place in (0, 1):
            run = lab.run(str(place))
            lab.log(run, [Metric(key, both[place], 1, 1) for key, both in values.items()])
        found = lab(lab.store.workspace.keys([0], 200)).metrics
        assert found == [
            MetricKey("one", 2, False, False),
            MetricKey("three", 2, False, False, 1.0, 1.0),
            MetricKey("two", 2, True, False, 1.0, 1.0),
        ]

    def test_only_ten_values_and_none_that_is_long(self, lab: Lab) -> None:
        for number, run in enumerate(count_up(lab, 12)):
            lab.log(run, params={"p": f"{number:02}", "q": "x" * (251 if number else 250)})
        p, q = lab(lab.store.workspace.keys([0], 200)).params
        assert (p.distinct, p.runs) == (12, 12)
        assert p.values == [KeyValue(f"{number:02}", 1) for number in range(10)]
        assert (q.distinct, q.values) == (2, [KeyValue("x" * 250, 1)])

    def test_keys_of_other_runs_have_no_runs(self, lab: Lab) -> None:
        old, *_, new = count_up(lab, 5)
        lab.log(old, [Metric("old", 1.0, 1, 1), Metric("m", 1.0, 1, 1)], {"p": "1"}, {"t": "x"})
        lab.log(new, [Metric("m", 2.0, 1, 1)], {"q": "2"}, {"u": "x"})
        found = lab(lab.store.workspace.keys([0], 2))
        assert (found.runs, found.sampled) == (5, 2)
        assert found.metrics == [
            MetricKey("m", 1, False, False, 2.0, 2.0),
            MetricKey("old", 0, False, False),
        ]
        assert [(key.key, key.runs, key.distinct) for key in found.params] == [
            ("q", 1, 1),
            ("p", 0, 0),
        ]
        assert [key.key for key in found.tags] == [RUN_NAME_TAG, "u", "t"]

    def test_runs_of_other_experiments_in_between(self, lab: Lab) -> None:
        one, two = lab.experiment("one"), lab.experiment("two")
        for number in range(24):
            run = lab.run(str(number), (one, two)[number % 6 > 0], start_time=number)
            key = f"{number % 6 > 0}{number // 12}"
            lab.log(run, [Metric(key, 1.0, 1, 1)], {key: "1"}, {key: "1"})
        for experiment, expected in ((one, ["False1", "False0"]), (two, ["True1", "True0"])):
            found = lab(lab.store.workspace.keys([experiment], 2))
            assert [key.key for key in found.metrics] == expected
            assert [key.key for key in found.params] == expected
            assert [key.key for key in found.tags] == [RUN_NAME_TAG, *expected]

    def test_keys_that_another_experiment_had_first(self, lab: Lab) -> None:
        names = [f"k{number:02}" for number in range(20)]
        kept, sampled = ["k04", "k06", "k18"], names[1::2]
        for count in (1, 10):
            mine, other = lab.experiment(f"mine {count}"), lab.experiment(f"other {count}")
            lab.run(f"first {count}", mine)
            for name, experiment, has in (
                ("other", other, names),
                ("too", other, []),
                ("kept", mine, kept),
                *((str(number), mine, []) for number in range(count)),
                ("newest", mine, sampled),
            ):
                start = 9 if name == "newest" else 0
                run = lab.run(f"{name} {count}", experiment, start_time=start)
                texts = dict.fromkeys(has, "1")
                lab.log(run, [Metric(key, 1.0, 1, 1) for key in has], texts, texts)
            found = lab(lab.store.workspace.keys([mine], 1))
            assert (found.runs, found.sampled) == (count + 3, 1)
            for listed in (found.metrics, found.params, found.tags):
                there = [key.key for key in listed if key.key != RUN_NAME_TAG]
                assert there == [*sampled, *kept]

    def test_only_active_runs_of_these_experiments_count(self, lab: Lab) -> None:
        other = lab.experiment()
        runs = [lab.run("a", start_time=5), lab.run("b"), lab.run("c", other), lab.run("d")]
        for run, key in zip(runs, "abcd", strict=True):
            lab.log(run, [Metric(key, 1.0, 1, 1)], {key: "1"}, {key: "1"})
        lab(lab.store.runs.delete(runs[3], 9))
        for sample in (1, 200):
            found = lab(lab.store.workspace.keys([0, 99], sample))
            assert [key.key for key in found.metrics] == ["a", "b"]
            assert [key.key for key in found.params] == ["a", "b"]
            assert {key.key for key in found.tags} == {RUN_NAME_TAG, "a", "b"}
        assert [key.key for key in lab(lab.store.workspace.keys([other], 200)).params] == ["c"]
        assert lab(lab.store.workspace.keys([99], 200)).runs == 0
        assert lab(lab.store.workspace.keys([], 200)).params == []

    def test_metrics_with_points(self, lab: Lab) -> None:
        runs = count_up(lab, 11)
        curve = [Metric("curve", 1.0, step, step) for step in range(600)]
        lab.log(runs[1], curve)
        lab.log(runs[0], [Metric("early", 1.0, step, step) for step in range(2)])
        # No other step, but points all the same; and the same point twice, which is one.
        lab.log(runs[2], [Metric("timed", 1.0, at, 0) for at in range(2)])
        lab.log(runs[2], [Metric("valued", float(at), 0, 0) for at in range(2)])
        for _ in range(2):
            lab.log(runs[2], [Metric("single", 1.0, 5, 5)])
            lab.log(runs[3], [Metric("apart", 1.0, 5, 5)])
        lab.log(runs[4], [Metric("apart", 1.0, 6, 6)])
        found = lab(lab.store.workspace.keys([0], 200)).metrics
        assert {key.key for key in found if key.points} == {"curve", "timed", "valued"}
        assert len(found) == 6


class FacetRules(Zoo):
    def facet(self, lab: Lab, field: str, filter: str = "", bins: int = 4) -> RunFacet:
        of = parse_field(field, WORKSPACE_RUNS)
        return lab(lab.store.workspace.facet(ask(filter), of, bins))

    def test_a_metric(self, lab: Lab) -> None:
        for number, run in enumerate(count_up(lab, 8)):
            if number < 6:
                value = nan if number == 5 else float(number)
                lab.log(run, [Metric("m", value, 1, 1)])
        facet = self.facet(lab, "metrics.m")
        assert (facet.kind, facet.runs, facet.missing, facet.nan) == ("number", 8, 2, 1)
        assert (facet.min, facet.max, facet.mean) == (0.0, 4.0, 2.0)
        assert facet.bins == [
            FacetBin(0.0, 1.0, 1),
            FacetBin(1.0, 2.0, 1),
            FacetBin(2.0, 3.0, 1),
            FacetBin(3.0, 4.0, 2),
        ]
        assert (facet.distinct, facet.top) == (0, [])
        facet = self.facet(lab, "metrics.m", "metrics.m = 3 OR run_name = '07'")
        assert (facet.runs, facet.missing, facet.min, facet.mean) == (2, 1, 3.0, 3.0)
        assert facet.bins == [FacetBin(3.0, 3.0, 1)]

    def test_the_largest_numbers(self, lab: Lab) -> None:
        largest = 1.7976931348623157e308
        for run, value in zip(count_up(lab, 3), (-largest, largest, largest), strict=True):
            lab.log(run, [Metric("m", value, 1, 1)])
        facet = self.facet(lab, "metrics.m", bins=2)
        assert (facet.min, facet.max, facet.mean) == (-largest, largest, None)
        assert facet.bins == [FacetBin(-largest, 0.0, 1), FacetBin(0.0, largest, 2)]

    def test_numbers_that_nobody_has(self, lab: Lab) -> None:
        (run,) = count_up(lab, 1)
        lab.log(run, [Metric("m", nan, 1, 1)], {"p": "1"})
        assert self.facet(lab, "metrics.m") == RunFacet("number", 1, 0, 1)
        assert self.facet(lab, "metrics.p") == RunFacet("number", 1, 1)
        assert self.facet(lab, "metrics.never") == RunFacet("number", 1, 1)
        assert self.facet(lab, "params.never") == RunFacet("text", 1, 1)
        assert self.facet(lab, "params.p", "run_name = 'x'") == RunFacet("text", 0, 0)
        assert self.facet(lab, "metrics.m", "run_name = 'x'") == RunFacet("number", 0, 0)

    def test_times(self, zoo: Lab) -> None:
        facet = self.facet(zoo, "attributes.end_time", bins=2)
        assert (facet.kind, facet.runs, facet.missing) == ("number", 4, 2)
        assert (facet.min, facet.max, facet.mean) == (10.0, 20.0, 15.0)
        assert facet.bins == [FacetBin(10.0, 15.0, 1), FacetBin(15.0, 20.0, 1)]
        assert self.facet(zoo, "attributes.start_time").mean == 2.5

    def test_texts(self, zoo: Lab) -> None:
        zoo.log(run_id("d"), params={"lr": "9"})
        facet = self.facet(zoo, "params.lr")
        top = [KeyValue("9", 2), KeyValue("10", 1), KeyValue("It's", 1)]
        assert facet == RunFacet("text", 4, 0, distinct=3, top=top)
        facet = self.facet(zoo, "tags.env", "NOT run_name = 'a'")
        top = [KeyValue("Prod", 1), KeyValue("a_b%c", 1)]
        assert facet == RunFacet("text", 3, 1, distinct=2, top=top)
        facet = self.facet(zoo, "attributes.status")
        top = [KeyValue("RUNNING", 2), KeyValue("FAILED", 1), KeyValue("FINISHED", 1)]
        assert facet == RunFacet("text", 4, 0, distinct=3, top=top)
        facet = self.facet(zoo, "attributes.user_id")
        assert facet.top == [KeyValue("Ada", 2), KeyValue("", 1), KeyValue("bob", 1)]

    def test_only_twenty_texts(self, lab: Lab) -> None:
        count_up(lab, 25)
        facet = self.facet(lab, "attributes.run_name")
        assert (facet.distinct, facet.missing) == (25, 0)
        assert facet.top == [KeyValue(f"{number:02}", 1) for number in range(20)]

    def test_bins_hold_every_run_once(self, lab: Lab) -> None:
        values = [0.1 * number for number in range(11)]
        for number, run in enumerate(count_up(lab, 11)):
            lab.log(run, [Metric("m", values[number], 1, 1)])
        for bins in (1, 3, 7, 10, 100):
            facet = self.facet(lab, "metrics.m", bins=bins)
            assert len(facet.bins) == bins
            for place, part in enumerate(facet.bins):
                last = place == bins - 1
                inside = [
                    value
                    for value in values
                    if part.start <= value and (value <= part.end if last else value < part.end)
                ]
                assert part.runs == len(inside)
            assert facet.mean is not None
            assert abs(facet.mean - 0.5) < 1e-12
            assert not isnan(facet.mean)
