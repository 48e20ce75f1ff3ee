"""Rules of experiments."""

import pytest

from sagwan.entities import Experiment, Tag, ViewType
from sagwan.errors import AlreadyExists, BadRequest, InvalidParameter, InvalidState, NotFound
from sagwan.storage.base import NewExperiment, SearchQuery
from sagwan.testing.storage.lab import Lab, as_tags

TAKEN = (
    "Experiment(name=vision) already exists."
    " Choose another name; a deleted experiment keeps its name until it is purged."
)
NOT_RENAMED = "Experiment(name=vision) already exists, so no other experiment can be renamed to it."
BAD_TOKEN = "Invalid page token: pass the token that the page before returned, with the same query."
BAD_TOKENS = ["x", "%%%", "e30=", "\x00", "é", "eyJvZmZzZXQiOiAxfQ==", "1" * 5000]


def inactive(experiment_id: int) -> str:
    return (
        f"The experiment {experiment_id} must be in the 'active' state. Current state is deleted."
    )


class ExperimentRules:
    """One by one."""

    def test_the_default_experiment_is_there_from_the_start(self, lab: Lab) -> None:
        default = lab.get_experiment(0)
        assert (default.experiment_id, default.name) == ("0", "Default")
        assert default.lifecycle_stage == "active"
        assert default.artifact_location.endswith("/0")
        assert default.creation_time == default.last_update_time
        assert default.tags == []

    def test_a_new_experiment_has_what_it_was_created_with(self, lab: Lab) -> None:
        new = NewExperiment("vision", 17, "s3://bucket/vision?x=1", as_tags({"b": "2", "a": ""}))
        number = lab(lab.store.experiments.create(new))
        assert number > 0
        assert lab.get_experiment(number) == Experiment(
            experiment_id=str(number),
            name="vision",
            artifact_location="s3://bucket/vision?x=1",
            lifecycle_stage="active",
            last_update_time=17,
            creation_time=17,
            workspace="default",
            tags=as_tags({"a": "", "b": "2"}),
        )

    def test_the_default_location_is_the_id_below_the_root(self, lab: Lab) -> None:
        root = lab.get_experiment(0).artifact_location.removesuffix("0")
        number = lab.experiment()
        assert lab.get_experiment(number).artifact_location == f"{root}{number}"

    def test_every_experiment_gets_an_id_of_its_own(self, lab: Lab) -> None:
        first = lab.experiment("first")
        lab(lab.store.experiments.delete(first, 2))
        assert lab.experiment("second") > first

    def test_a_name_can_be_used_once(self, lab: Lab) -> None:
        lab.experiment()
        again = NewExperiment("vision", 2)
        lab.refuses(AlreadyExists, TAKEN, lab.store.experiments.create(again))

    def test_a_deleted_experiment_keeps_its_name(self, lab: Lab) -> None:
        lab(lab.store.experiments.delete(lab.experiment(), 2))
        again = NewExperiment("vision", 3)
        lab.refuses(AlreadyExists, TAKEN, lab.store.experiments.create(again))

    def test_names_differ_by_case_and_by_spaces(self, lab: Lab) -> None:
        names = ["vision", "Vision", "vision ", "vısıon", "e\u0301", "é"]
        assert len({lab.experiment(name) for name in names}) == len(names)
        for name in names:
            found = lab(lab.store.experiments.get_by_name(name))
            assert found is not None
            assert found.name == name

    def test_an_unknown_id_is_not_found(self, lab: Lab) -> None:
        lab.refuses(NotFound, "No Experiment with id=99 exists", lab.store.experiments.get(99))

    def test_a_deleted_experiment_can_be_read(self, lab: Lab) -> None:
        number = lab.experiment()
        lab(lab.store.experiments.delete(number, 2))
        assert lab.get_experiment(number).lifecycle_stage == "deleted"
        assert lab(lab.store.experiments.get_by_name("vision")) == lab.get_experiment(number)

    def test_by_name_finds_the_experiment_or_none(self, lab: Lab) -> None:
        number = lab.experiment(tags={"k": "v"})
        assert lab(lab.store.experiments.get_by_name("vision")) == lab.get_experiment(number)
        assert lab(lab.store.experiments.get_by_name("speech")) is None


class RenameRules:
    def test_rename_changes_the_name_and_the_update_time(self, lab: Lab) -> None:
        number = lab.experiment(now=1)
        lab(lab.store.experiments.rename(number, "speech", 5))
        renamed = lab.get_experiment(number)
        assert renamed.name == "speech"
        assert (renamed.creation_time, renamed.last_update_time) == (1, 5)
        assert lab(lab.store.experiments.get_by_name("vision")) is None

    def test_an_old_name_is_free_again(self, lab: Lab) -> None:
        lab(lab.store.experiments.rename(lab.experiment(), "speech", 5))
        assert lab.experiment("vision")

    def test_rename_to_the_same_name_is_allowed(self, lab: Lab) -> None:
        number = lab.experiment(now=1)
        lab(lab.store.experiments.rename(number, "vision", 5))
        assert lab.get_experiment(number).last_update_time == 5

    def test_rename_of_an_unknown_experiment_is_refused(self, lab: Lab) -> None:
        call = lab.store.experiments.rename(99, "speech", 5)
        lab.refuses(NotFound, "No Experiment with id=99 exists", call)

    def test_rename_of_a_deleted_experiment_is_refused(self, lab: Lab) -> None:
        number = lab.experiment()
        lab(lab.store.experiments.delete(number, 2))
        call = lab.store.experiments.rename(number, "speech", 5)
        lab.refuses(InvalidState, "Cannot rename a non-active experiment.", call)

    @pytest.mark.parametrize("deleted", [False, True])
    def test_rename_to_a_name_that_is_taken_is_refused(self, lab: Lab, deleted: bool) -> None:
        taken = lab.experiment("vision")
        number = lab.experiment("speech")
        if deleted:
            lab(lab.store.experiments.delete(taken, 2))
        before = lab.get_experiment(number)
        lab.refuses(BadRequest, NOT_RENAMED, lab.store.experiments.rename(number, "vision", 5))
        assert lab.get_experiment(number) == before


class ExperimentTrashRules:
    def test_delete_takes_the_runs_along(self, lab: Lab) -> None:
        number = lab.experiment(now=1)
        run = lab.run("a", number)
        elsewhere = lab.run("b", 0)
        lab(lab.store.experiments.delete(number, 5))
        deleted = lab.get_experiment(number)
        assert (deleted.creation_time, deleted.last_update_time) == (1, 5)
        assert lab.get(run).info.lifecycle_stage == "deleted"
        assert lab.get(elsewhere).info.lifecycle_stage == "active"

    def test_restore_brings_all_runs_back(self, lab: Lab) -> None:
        number = lab.experiment(now=1)
        run, deleted_before = lab.run("a", number), lab.run("b", number)
        lab(lab.store.runs.delete(deleted_before, 2))
        lab(lab.store.experiments.delete(number, 3))
        lab(lab.store.experiments.restore(number, 7))
        restored = lab.get_experiment(number)
        assert (restored.lifecycle_stage, restored.last_update_time) == ("active", 7)
        assert lab.get(run).info.lifecycle_stage == "active"
        assert lab.get(deleted_before).info.lifecycle_stage == "active"

    def test_the_default_experiment_can_be_deleted(self, lab: Lab) -> None:
        lab(lab.store.experiments.delete(0, 2))
        assert lab.get_experiment(0).lifecycle_stage == "deleted"

    def test_only_an_active_experiment_can_be_deleted(self, lab: Lab) -> None:
        number = lab.experiment()
        lab(lab.store.experiments.delete(number, 2))
        message = f"No Experiment with id={number} exists"
        lab.refuses(NotFound, message, lab.store.experiments.delete(number, 3))
        lab.refuses(
            NotFound, "No Experiment with id=99 exists", lab.store.experiments.delete(99, 3)
        )
        assert lab.get_experiment(number).last_update_time == 2

    def test_only_a_deleted_experiment_can_be_restored(self, lab: Lab) -> None:
        number = lab.experiment(now=1)
        message = f"No Experiment with id={number} exists"
        lab.refuses(NotFound, message, lab.store.experiments.restore(number, 3))
        lab.refuses(
            NotFound, "No Experiment with id=99 exists", lab.store.experiments.restore(99, 3)
        )
        assert lab.get_experiment(number).last_update_time == 1

    def test_a_run_can_be_restored_alone(self, lab: Lab) -> None:
        number = lab.experiment()
        run = lab.run("a", number)
        lab(lab.store.experiments.delete(number, 2))
        lab(lab.store.runs.restore(run))
        assert lab.get(run).info.lifecycle_stage == "active"
        assert lab.get_experiment(number).lifecycle_stage == "deleted"


class ExperimentTagRules:
    def test_a_tag_is_set_and_overwritten(self, lab: Lab) -> None:
        number = lab.experiment(now=1, tags={"a": "1"})
        lab(lab.store.experiments.set_tag(number, Tag("b", "2")))
        lab(lab.store.experiments.set_tag(number, Tag("a", "x" * 20_000)))
        experiment = lab.get_experiment(number)
        assert experiment.tags == as_tags({"a": "x" * 20_000, "b": "2"})
        assert experiment.last_update_time == 1

    def test_keys_differ_by_case(self, lab: Lab) -> None:
        number = lab.experiment(tags={"a": "1", "A": "2"})
        assert lab.get_experiment(number).tags == as_tags({"A": "2", "a": "1"})

    def test_a_tag_is_deleted(self, lab: Lab) -> None:
        number = lab.experiment(tags={"a": "1", "b": "2"})
        lab(lab.store.experiments.delete_tag(number, "a"))
        assert lab.get_experiment(number).tags == as_tags({"b": "2"})

    def test_a_tag_that_is_not_there_is_not_deleted(self, lab: Lab) -> None:
        number = lab.experiment("vision")
        lab.experiment("speech", tags={"a": "1"})
        message = f"No tag with name: a in experiment with id {number}"
        lab.refuses(NotFound, message, lab.store.experiments.delete_tag(number, "a"))

    def test_tags_of_an_unknown_experiment_are_refused(self, lab: Lab) -> None:
        message = "No Experiment with id=99 exists"
        lab.refuses(NotFound, message, lab.store.experiments.set_tag(99, Tag("a", "1")))
        lab.refuses(NotFound, message, lab.store.experiments.delete_tag(99, "a"))

    def test_tags_of_a_deleted_experiment_are_frozen(self, lab: Lab) -> None:
        number = lab.experiment(tags={"a": "1"})
        lab(lab.store.experiments.delete(number, 2))
        calls = [
            lab.store.experiments.set_tag(number, Tag("a", "2")),
            lab.store.experiments.delete_tag(number, "a"),
            lab.store.experiments.delete_tag(number, "absent"),
        ]
        for call in calls:
            lab.refuses(InvalidParameter, inactive(number), call)
        assert lab.get_experiment(number).tags == as_tags({"a": "1"})


class ExperimentSearchRules:
    def test_the_view_chooses_the_stage(self, lab: Lab) -> None:
        lab.experiment("kept")
        lab(lab.store.experiments.delete(lab.experiment("gone"), 2))
        assert lab.find_experiments() == ["kept"]
        assert lab.find_experiments(view=ViewType.DELETED_ONLY) == ["gone"]
        assert set(lab.find_experiments(view=ViewType.ALL)) == {"kept", "gone"}

    def test_a_search_shows_what_get_shows(self, lab: Lab) -> None:
        number = lab.experiment(tags={"b": "2", "a": "1"})
        query = SearchQuery((), (), 10)
        found = lab(lab.store.experiments.search(query)).items
        assert [e for e in found if e.name == "vision"] == [lab.get_experiment(number)]

    def test_the_newest_come_first_and_of_one_time_the_oldest_id(self, lab: Lab) -> None:
        for name, now in (("a", 5), ("b", 9), ("c", 5)):
            lab.experiment(name, now)
        assert lab.find_experiments() == ["b", "a", "c"]

    def test_an_order_is_completed_by_the_newest_id(self, lab: Lab) -> None:
        for name, now in (("a", 5), ("b", 9), ("c", 5)):
            lab.experiment(name, now)
        assert lab.find_experiments(order=["creation_time"]) == ["c", "a", "b"]

    def test_text_is_ordered_by_code_points(self, lab: Lab) -> None:
        for name in ("b", "B", "é", "10", "9", "\U0001f600", "\uff21"):
            lab.experiment(name)
        ordered = ["10", "9", "B", "b", "é", "\uff21", "\U0001f600"]
        assert lab.find_experiments(order=["name"]) == ordered
        assert lab.find_experiments(order=["name DESC"]) == ordered[::-1]

    def test_filters(self, lab: Lab) -> None:
        lab.experiment("Ab", 1, {"k": "v", "j": ""})
        lab.experiment("ab", 2, {"k": "V"})
        number = lab.experiment("old", 3)
        lab(lab.store.experiments.rename(number, "b", 9))
        cases = {
            "name = 'Ab'": ["Ab"],
            "name != 'Ab'": ["ab", "b"],
            "name LIKE 'a%'": ["ab"],
            "name ILIKE 'a_'": ["Ab", "ab"],
            "creation_time > 1 AND creation_time <= 3": ["ab", "b"],
            "last_update_time = 9": ["b"],
            "creation_time != 99999999999999999999": ["Ab", "ab", "b"],
            "creation_time < 99999999999999999999": ["Ab", "ab", "b"],
            "experiment_id IN ('99999999999999999999')": [],
            "tags.k = 'v'": ["Ab"],
            "tags.k != 'v'": ["ab"],
            "tags.k LIKE 'V%'": ["ab"],
            "tags.k ILIKE 'v%'": ["Ab", "ab"],
            "tags.k IS NULL": ["b"],
            "tags.k IS NOT NULL": ["Ab", "ab"],
            "tags.k IS NULL AND tags.absent IS NULL": ["b"],
            "tags.k = 'v' AND tags.j = ''": ["Ab"],
        }
        # The store under test says when `Default` was created, so it is left out by its name.
        found = {
            filter: lab.find_experiments(f"{filter} AND name != 'Default'", ["name"])
            for filter in cases
        }
        assert found == cases

    def test_an_experiment_is_found_by_its_ids(self, lab: Lab) -> None:
        a, b, c = (lab.experiment(name) for name in "abc")
        assert lab.find_experiments(f"experiment_id = '{a}'") == ["a"]
        assert lab.find_experiments(f"experiment_id IN ('{a}', '{c}')", ["name"]) == ["a", "c"]
        hidden = f"experiment_id NOT IN ('{a}', '{c}') AND experiment_id != '0'"
        assert lab.find_experiments(hidden) == ["b"]
        assert lab.find_experiments(f"experiment_id != '{b}'", ["name"]) == ["a", "c"]

    def test_pages_hold_everything_once_in_order(self, lab: Lab) -> None:
        for index in range(7):
            lab.experiment(f"e{index}", now=index % 3)
        everything = lab(lab.store.experiments.search(SearchQuery((), (), 100))).items
        assert len(everything) == 8
        for limit in (1, 3, 4, 7):
            found, token = [], None
            while True:
                query = SearchQuery((), (), limit, page_token=token)
                page = lab(lab.store.experiments.search(query))
                found += page.items
                token = page.next_page_token
                if token is None:
                    break
                assert len(page.items) == limit
            assert found == everything

    def test_the_last_page_has_no_token(self, lab: Lab) -> None:
        lab.experiment("a")
        assert lab(lab.store.experiments.search(SearchQuery((), (), 2))).next_page_token is None

    def test_the_limit_may_change_from_page_to_page(self, lab: Lab) -> None:
        for name in "abc":
            lab.experiment(name)
        everything = lab(lab.store.experiments.search(SearchQuery((), (), 4))).items
        first = lab(lab.store.experiments.search(SearchQuery((), (), 1)))
        rest = SearchQuery((), (), 3, page_token=first.next_page_token)
        assert lab(lab.store.experiments.search(rest)).items == everything[1:]

    def test_a_token_of_another_search_is_refused(self, lab: Lab) -> None:
        lab.experiment("a")
        token = lab(lab.store.experiments.search(SearchQuery((), (), 1))).next_page_token
        assert token
        other = SearchQuery((), (), 1, ViewType.ALL, token)
        lab.refuses(InvalidParameter, BAD_TOKEN, lab.store.experiments.search(other))

    def test_a_token_that_no_search_gave_is_refused(self, lab: Lab) -> None:
        for token in BAD_TOKENS:
            query = SearchQuery((), (), 1, page_token=token)
            lab.refuses(InvalidParameter, BAD_TOKEN, lab.store.experiments.search(query))
