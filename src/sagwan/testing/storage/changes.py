"""Rules of what those are told who look on."""

from collections.abc import Callable
from math import isnan, nan

from sagwan.entities import Metric, ModelOutput, RunStatus, Tag
from sagwan.storage.base import RunBatch, RunPage, RunQuery, RunUpdate
from sagwan.storage.changes import ChangeFeed, RunChange
from sagwan.testing.storage.lab import Lab, dataset, run_id


def all_of_them(run: str, experiment_id: int) -> bool:
    return True


def look(lab: Lab, feed: ChangeFeed) -> list[RunChange]:
    return lab(feed.look(all_of_them))


def since(lab: Lab, position: str, most: int = 100) -> list[str] | None:
    found = lab(lab.store.changes.since(position, all_of_them, most))
    return None if found is None else [change.run_id for change in found]


class ChangeRules:
    def test_points_are_told_once_with_what_is_the_latest(self, lab: Lab) -> None:
        a, b = lab.run("a"), lab.run("b")
        lab.log(a, [Metric("loss", 9, 1, 7)])
        feed = lab(lab.store.changes.feed())
        assert look(lab, feed) == []
        lab.log(a, [Metric("loss", 0.5, 10, 2), Metric("acc", 1, 10, 2), Metric("loss", 1, 9, 1)])
        lab.log(a, [Metric("acc", 2, 11, 3)])
        lab.log(b, [Metric("loss", nan, 12, 0)])
        first, second = look(lab, feed)
        acc, loss = [Metric("acc", 1, 10, 2), Metric("acc", 2, 11, 3)], Metric("loss", 0.5, 10, 2)
        points = [*acc, Metric("loss", 1, 9, 1), loss]
        assert first == RunChange(a, 0, False, points, [acc[1], Metric("loss", 9, 1, 7)])
        assert (second.run_id, second.other) == (b, False)
        assert isnan(second.points[0].value)
        assert isnan(second.latest[0].value)
        assert look(lab, feed) == []

    def test_everything_else_is_told_as_such(self, lab: Lab) -> None:
        run, runs = run_id("a"), lab.store.runs
        feed = lab(lab.store.changes.feed())
        changes: dict[str, Callable[[], object]] = {
            "create": lambda: lab.run("a"),
            "status": lambda: lab(runs.update(RunUpdate(run, RunStatus.FINISHED))),
            "name": lambda: lab(runs.update(RunUpdate(run, name="b"))),
            "params": lambda: lab.log(run, params={"p": "1"}),
            "tags": lambda: lab.log(run, tags={"t": "1"}),
            "delete tag": lambda: lab(runs.delete_tag(run, "t")),
            "json tag": lambda: lab(runs.append_to_json_tag(run, "j", 1)),
            "inputs": lambda: lab(runs.log_inputs(run, [dataset("d")], ["m-1"])),
            "outputs": lambda: lab(runs.log_outputs(run, [ModelOutput("m-1", 0)])),
            "delete": lambda: lab(runs.delete(run, 9)),
            "restore": lambda: lab(runs.restore(run)),
        }
        for name, change in changes.items():
            change()
            assert look(lab, feed) == [RunChange(run, 0, True)], name
            assert look(lab, feed) == [], name

    def test_metrics_beside_something_else(self, lab: Lab) -> None:
        run = lab.run("a")
        feed = lab(lab.store.changes.feed())
        point = Metric("m", 1, 1, 1)
        lab(lab.store.runs.log_batch(RunBatch(run, [point], tags=[Tag("t", "1")])))
        assert look(lab, feed) == [RunChange(run, 0, True, [point], [point])]

    def test_only_what_is_wanted(self, lab: Lab) -> None:
        other = lab.experiment()
        a, b = lab.run("a"), lab.run("b", other)
        feed = lab(lab.store.changes.feed())
        asked = set()

        def in_other(run: str, experiment_id: int) -> bool:
            asked.add((run, experiment_id))
            return experiment_id == other

        for run in (a, b):
            lab.log(run, [Metric("m", 1, 1, 1)])
        assert [change.run_id for change in lab(feed.look(in_other))] == [b]
        assert asked == {(a, 0), (b, other)}

    def test_since_a_position(self, lab: Lab) -> None:
        a, b, c = (lab.run(name) for name in "abc")
        before = lab(lab.store.changes.feed()).position
        lab.log(a, [Metric("m", 1, 1, 1)])
        lab.log(c, tags={"t": "1"})
        found = since(lab, before)
        # More may be told: nobody knows how far the clocks of servers are apart.
        assert found is not None
        assert {a, c} <= set(found) <= {a, b, c}
        assert since(lab, before, most=0) is None
        for unknown in ("", "x", "1-", "-5", f"{10**18}-{10**18}", "1" * 99):
            assert since(lab, unknown) is None

    def test_when_a_run_was_last_written_to(self, lab: Lab) -> None:
        lab.log(lab.run("a", start_time=77), [Metric("m", 1, 123, 1)])
        (active,) = lab(lab.store.workspace.query(RunQuery([0]), RunPage())).runs.active
        # By the store's clock, whatever the client's says.
        assert active is not None
        assert active not in (77, 123)
