"""Rules of changes of many runs at once."""

from sagwan.domain.runs import RUN_NAME_TAG
from sagwan.domain.search.conditions import parse_condition
from sagwan.domain.search.fields import WORKSPACE_RUNS
from sagwan.entities import Metric, Tag, ViewType
from sagwan.errors import InvalidParameter, InvalidState, NotFound
from sagwan.storage.bulk import RunSelection
from sagwan.testing.storage.lab import Lab, run_id

UNKNOWN = "f" * 32


def where(filter: str, expected: int | None = None, deleted: int | None = None) -> RunSelection:
    """The runs of `Default` that a filter finds."""
    return RunSelection(None, [0], parse_condition(filter, WORKSPACE_RUNS), deleted, expected)


def ids(names: str) -> RunSelection:
    return RunSelection([run_id(name) for name in names])


def fill(lab: Lab) -> None:
    """Runs a, b, c, d with the metric m 1, 2, 3, 4."""
    for value, name in enumerate("abcd", 1):
        lab.log(lab.run(name, start_time=value), [Metric("m", value, 1, 1)])


def named(lab: Lab, view: ViewType = ViewType.ACTIVE_ONLY) -> str:
    return "".join(lab.find(order=["start_time"], view=view))


def deleted(lab: Lab) -> str:
    return named(lab, ViewType.DELETED_ONLY)


def other_number(found: int, expected: int) -> str:
    return (
        f"{found} runs would be changed and not {expected}, as was expected: the runs have changed"
        " since. Nothing was done. Look at them again and repeat with their number."
    )


class BulkChangeRules:
    def test_runs_are_deleted_and_restored_by_their_ids(self, lab: Lab) -> None:
        fill(lab)
        assert lab(lab.store.bulk.delete(ids("caac"), 5)) == 2
        assert (named(lab), deleted(lab)) == ("bd", "ac")
        assert lab(lab.store.bulk.delete(ids("ab"), 6)) == 1
        # What was there before keeps its time.
        assert lab(lab.store.bulk.restore(where("", deleted=5))) == [run_id("a"), run_id("c")]
        assert lab(lab.store.bulk.restore(ids("dba"))) == [run_id("b")]
        assert (named(lab), deleted(lab)) == ("abcd", "")

    def test_runs_are_deleted_and_restored_by_a_filter(self, lab: Lab) -> None:
        fill(lab)
        lab.run("other", lab.experiment())
        assert lab(lab.store.bulk.delete(where("metrics.m < 2 OR metrics.m > 3", 2), 5)) == 2
        assert (named(lab), deleted(lab)) == ("bc", "ad")
        assert lab(lab.store.bulk.delete(where("metrics.never > 2"), 6)) == 0
        assert lab(lab.store.bulk.delete(where("", 2), 6)) == 2
        assert lab(lab.store.bulk.restore(where("metrics.m > 1", 2, deleted=6))) == [
            run_id("b"),
            run_id("c"),
        ]
        assert deleted(lab) == "ad"
        assert lab(lab.store.bulk.delete(RunSelection(None, [99], expected=0), 7)) == 0

    def test_nothing_is_done_where_it_is_another_number(self, lab: Lab) -> None:
        fill(lab)
        bulk, some = lab.store.bulk, RunSelection([run_id("a")], expected=2)
        lab.refuses(InvalidState, other_number(4, 3), bulk.delete(where("", 3), 5))
        lab.refuses(InvalidState, other_number(1, 2), bulk.delete(some, 5))
        lab.refuses(InvalidState, other_number(0, 3), bulk.restore(where("", 3)))
        lab.refuses(InvalidState, other_number(4, 3), bulk.tag(where("", 3), [Tag("t")], []))
        assert named(lab) == "abcd"
        assert lab.find("tags.t = ''") == []

    def test_nothing_is_done_where_one_is_unknown(self, lab: Lab) -> None:
        fill(lab)
        bulk, some = lab.store.bulk, RunSelection([run_id("a"), UNKNOWN, "g"])
        for call in (bulk.delete(some, 5), bulk.restore(some), bulk.tag(some, [Tag("t")], [])):
            lab.refuses(NotFound, f"Run with id={UNKNOWN} not found", call)
        assert named(lab) == "abcd"
        assert lab.tags(run_id("a")) == {}

    def test_a_restored_experiment_has_forgotten_when_its_runs_were_deleted(self, lab: Lab) -> None:
        fill(lab)
        lab(lab.store.runs.delete(run_id("a"), 3))
        lab(lab.store.experiments.delete(0, 5))
        lab(lab.store.experiments.restore(0, 6))
        lab(lab.store.runs.delete(run_id("b"), 7))
        assert lab(lab.store.bulk.restore(where("", deleted=5))) == []
        assert lab(lab.store.bulk.restore(where("", deleted=7))) == [run_id("b")]

    def test_runs_are_tagged(self, lab: Lab) -> None:
        fill(lab)
        lab.log(run_id("a"), tags={"old": "1", "kept": "1"})
        tags = [Tag("t", "1"), Tag("t", "2"), Tag("again", "1")]
        bulk = lab.store.bulk
        assert lab(bulk.tag(where("metrics.m < 3", 2), tags, ["old", "never", "again"])) == 2
        assert lab.tags(run_id("a")) == {"kept": "1", "t": "2", "again": "1"}
        assert lab.tags(run_id("b")) == {"t": "2", "again": "1"}
        assert lab.tags(run_id("c")) == {}
        assert lab(bulk.tag(ids("ab"), [Tag("t", "3")], ["again"])) == 2
        assert lab.tags(run_id("a")) == {"kept": "1", "t": "3"}
        assert lab(bulk.tag(ids("ab"), [], ["t"])) == 2
        assert lab.tags(run_id("b")) == {}

    def test_the_name_tag_renames_the_runs(self, lab: Lab) -> None:
        fill(lab)
        lab(lab.store.bulk.tag(ids("ab"), [Tag(RUN_NAME_TAG, "new")], []))
        lab(lab.store.bulk.tag(ids("ac"), [Tag(RUN_NAME_TAG, "")], []))
        infos = [lab.get(run_id(name)).info.run_name for name in "abcd"]
        assert infos == ["new", "new", "c", "d"]
        assert lab.find("run_name = 'new'", order=["start_time"]) == ["new", "new"]

    def test_deleted_runs_are_not_tagged(self, lab: Lab) -> None:
        fill(lab)
        lab(lab.store.runs.delete(run_id("b"), 5))
        message = f"The run {run_id('b')} must be in the 'active' state. Current state is deleted."
        lab.refuses(InvalidParameter, message, lab.store.bulk.tag(ids("ab"), [Tag("t")], []))
        assert lab.tags(run_id("a")) == {}
        assert lab(lab.store.bulk.tag(where("metrics.m < 3"), [Tag("t")], [])) == 1
