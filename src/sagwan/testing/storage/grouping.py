"""Rules of groups of runs."""

from collections.abc import Sequence
from math import nan

import numpy as np

from sagwan.domain.search.fields import WORKSPACE_RUNS
from sagwan.domain.search.parser import parse_field
from sagwan.entities import Metric, ViewType
from sagwan.entities.workspace import MetricSpread, RunGroups
from sagwan.storage.base import Grouping, RunQuery
from sagwan.testing.storage.lab import Lab
from sagwan.testing.storage.workspace import ask

ALL = 5000


def grouping(
    by: Sequence[str] = (),
    without: Sequence[str] = (),
    metrics: Sequence[str] = (),
    limit: int = 100,
    members: int = ALL,
) -> Grouping:
    asked = [
        [parse_field(text, WORKSPACE_RUNS) for text in texts] for texts in (by, without, metrics)
    ]
    return Grouping(asked[0], asked[1], asked[2], limit, members)


def look(lab: Lab, query: RunQuery, of: Grouping) -> RunGroups:
    return lab(lab.store.workspace.groups(query, of))


def shapes(found: RunGroups) -> list[tuple[list[str | None], int, str]]:
    return [(group.values, group.runs, group.first_name) for group in found.groups]


class GroupRules:
    def test_statistics_are_those_of_all_runs(self, lab: Lab) -> None:
        """Every number of every group, as numpy finds it."""
        random = np.random.default_rng(7)
        logged: dict[tuple[str, str], list[float]] = {}
        for number in range(40):
            config = (str(number % 3), "adam" if number % 2 else "sgd")
            value = 1000 + float(random.normal())
            params = {"lr": config[0], "opt": config[1], "seed": str(number), "same": "x"}
            logged.setdefault(config, []).append(value)
            run = lab.run(f"{number:02}", start_time=number)
            lab.log(run, [Metric("m", value - 9, 1, 1), Metric("m", value, 2, 2)], params)
        found = look(lab, ask(), grouping(without=["params.seed"], metrics=["metrics.m"]))
        assert (found.by, found.runs, found.total) == (["params.lr", "params.opt"], 40, 6)
        assert {(str(one.values[0]), str(one.values[1])) for one in found.groups} == set(logged)
        for group in found.groups:
            values = logged[str(group.values[0]), str(group.values[1])]
            (spread,) = group.metrics
            assert group.runs == spread.n == len(group.run_ids) == len(values)
            assert spread.mean is not None
            assert abs(spread.mean - np.mean(values)) < 1e-9
            assert spread.std is not None
            assert abs(spread.std - np.std(values, ddof=1)) < 1e-9
            assert (spread.min, spread.max) == (min(values), max(values))

    def test_what_runs_lack_is_a_value(self, lab: Lab) -> None:
        for name, params in {"a": {"p": "1"}, "b": {}, "c": {"p": "1", "q": "2"}}.items():
            lab.log(lab.run(name, start_time=ord(name)), params=params)
        lab.run("d", start_time=9, tags={"team": "팀"})
        ordered = ask("", ["start_time"])
        found = look(lab, ordered, grouping())
        assert found.by == ["params.p", "params.q"]
        assert shapes(found) == [
            ([None, None], 2, "d"),
            (["1", None], 1, "a"),
            (["1", "2"], 1, "c"),
        ]
        found = look(lab, ordered, grouping(["tags.team", "params.p"]))
        assert found.by == ["tags.team", "params.p"]
        assert shapes(found) == [
            (["팀", None], 1, "d"),
            ([None, "1"], 2, "a"),
            ([None] * 2, 1, "b"),
        ]
        assert shapes(look(lab, ordered, grouping(["params.never"]))) == [([None], 4, "d")]
        filtered = look(lab, ask("params.p = '1'", ["start_time"]), grouping())
        assert (filtered.by, filtered.runs, filtered.total) == (["params.q"], 2, 2)

    def test_runs_that_do_not_differ_are_one_group(self, lab: Lab) -> None:
        for name in "ab":
            lab.log(lab.run(name), params={"p": "1", "seed": name})
        found = look(lab, ask(), grouping(without=["params.seed"]))
        assert (found.by, found.total, found.groups[0].runs) == ([], 1, 2)
        deleted = RunQuery([0], view=ViewType.DELETED_ONLY)
        assert look(lab, deleted, grouping()) == RunGroups([], 0, 0, [])

    def test_the_mean_orders_and_the_best_run_is_first(self, lab: Lab) -> None:
        logged = {"a": ("x", 1.0), "b": ("x", 5.0), "c": ("y", 2.0), "d": ("y", 2.5)}
        logged |= {"e": ("z", nan), "f": ("", 9.0)}
        for name, (value, metric) in logged.items():
            lab.log(lab.run(name, start_time=ord(name)), [Metric("m", metric, 1, 1)], {"p": value})
        by = grouping(["params.p"])
        up = look(lab, ask("", ["metrics.m ASC"]), by)
        assert shapes(up) == [(["y"], 2, "c"), (["x"], 2, "a"), ([""], 1, "f"), (["z"], 1, "e")]
        down = look(lab, ask("", ["metrics.m DESC"]), by)
        assert shapes(down) == [([""], 1, "f"), (["x"], 2, "b"), (["y"], 2, "d"), (["z"], 1, "e")]
        # By anything else, a group stands where its first run does.
        assert (
            "".join(g.first_name for g in look(lab, ask("", ["start_time"]), by).groups) == "acef"
        )

    def test_numbers_that_are_none(self, lab: Lab) -> None:
        largest = 1.7976931348623157e308
        values = {"a": nan, "b": largest, "c": -largest, "d": 3.0}
        for name, value in values.items():
            lab.log(lab.run(name), [Metric("m", value, 1, 1)], {"p": "1" if name == "a" else "2"})
        of = grouping(["params.p"], metrics=["metrics.m", "metrics.never"])
        spreads = {str(one.values[0]): one.metrics for one in look(lab, ask(), of).groups}
        assert spreads["1"] == [MetricSpread(0), MetricSpread(0)]
        assert spreads["2"][0] == MetricSpread(3, None, None, -largest, largest)
        one = look(lab, ask("run_name = 'd'"), of).groups[0].metrics[0]
        assert one == MetricSpread(1, 3.0, 0.0, 3.0, 3.0)

    def test_only_the_first_groups_and_few_names(self, lab: Lab) -> None:
        for number in range(6):
            lab.log(lab.run(str(number), start_time=number), params={"p": str(number // 2)})
        of = grouping(["params.p"], limit=2, members=3)
        found = look(lab, ask("", ["start_time"]), of)
        assert (found.runs, found.total) == (6, 3)
        assert [len(group.run_ids) for group in found.groups] == [2, 0]
        assert [group.runs for group in found.groups] == [2, 2]
