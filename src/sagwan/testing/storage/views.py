"""Rules of views that are saved and shared."""

from sagwan.domain.views import VIEWS_PER_EXPERIMENT, path_of
from sagwan.entities.views import SavedView
from sagwan.errors import AlreadyExists, InvalidParameter, NotFound
from sagwan.storage.base import NewShare, NewView, ViewUpdate
from sagwan.testing.storage.experiments import inactive
from sagwan.testing.storage.lab import Lab

NO_EXPERIMENT = "No Experiment with id=99 exists"


def no_view(slug: str) -> str:
    return f"There is no view '{slug}'. It may have been deleted."


def fixed(slug: str) -> str:
    return (
        f"'{slug}' is a link that was shared, and what it leads to can't change. Save a view with"
        " a name instead."
    )


def taken(name: str, number: int) -> str:
    return (
        f"The experiment {number} has a view with the name '{name}' already."
        " Choose another name, or update that view."
    )


def save(
    lab: Lab, slug: str, name: str, number: int = 0, *, query: str = "filter=a", now: int = 5
) -> SavedView:
    return lab(lab.store.views.create(NewView(slug, number, name, "ada", query, now)))


def names(lab: Lab, number: int | None) -> list[str | None]:
    return [view.name for view in lab(lab.store.views.search(number)).views]


class ViewRules:
    def test_a_view_has_what_it_was_saved_with(self, lab: Lab) -> None:
        number = lab.experiment()
        made = save(lab, "s", "실험 비교 ", number, query="f=" + "x" * 65_000)
        assert made == SavedView(
            "s", path_of(number), "f=" + "x" * 65_000, 5, 5, str(number), "실험 비교 ", "ada"
        )
        assert lab(lab.store.views.get("s")) == made
        lab.refuses(NotFound, no_view("S"), lab.store.views.get("S"))

    def test_the_experiment_must_be_there_and_active(self, lab: Lab) -> None:
        new = NewView("s", 99, "a", "", "", 1)
        lab.refuses(NotFound, NO_EXPERIMENT, lab.store.views.create(new))
        number = lab.experiment()
        lab(lab.store.experiments.delete(number, 2))
        new = NewView("s", number, "a", "", "", 1)
        lab.refuses(InvalidParameter, inactive(number), lab.store.views.create(new))

    def test_a_name_is_one_view_of_an_experiment(self, lab: Lab) -> None:
        number = lab.experiment()
        save(lab, "s", "a")
        save(lab, "t", "a", number)
        save(lab, "u", "A")
        again = NewView("v", 0, "a", "", "", 1)
        lab.refuses(AlreadyExists, taken("a", 0), lab.store.views.create(again))
        rename = ViewUpdate("u", 6, name="a")
        lab.refuses(AlreadyExists, taken("a", 0), lab.store.views.update(rename))
        lab(lab.store.views.update(ViewUpdate("s", 6, name="a")))

    def test_views_are_listed_by_name_or_by_change(self, lab: Lab) -> None:
        number = lab.experiment()
        save(lab, "s", "b", now=1)
        save(lab, "t", "a", now=3)
        save(lab, "u", "c", number, now=2)
        lab(lab.store.views.share(NewShare("v", "/", "", 9)))
        assert names(lab, 0) == ["a", "b"]
        assert names(lab, number) == ["c"]
        assert names(lab, 99) == []
        assert names(lab, None) == ["a", "c", "b"]
        lab(lab.store.views.update(ViewUpdate("s", 4, owner="b")))
        assert names(lab, None) == ["b", "a", "c"]

    def test_an_update_leaves_what_it_does_not_name(self, lab: Lab) -> None:
        made = save(lab, "s", "a")
        changed = lab(lab.store.views.update(ViewUpdate("s", 7, query="sort=b")))
        assert changed == SavedView("s", made.path, "sort=b", 5, 7, "0", "a", "ada")
        lab(lab.store.views.update(ViewUpdate("s", 8, name="b", owner="")))
        assert lab(lab.store.views.get("s")) == SavedView(
            "s", made.path, "sort=b", 5, 8, "0", "b", ""
        )
        lab.refuses(NotFound, no_view("x"), lab.store.views.update(ViewUpdate("x", 1)))

    def test_a_deleted_view_is_gone(self, lab: Lab) -> None:
        save(lab, "s", "a")
        lab(lab.store.views.delete("s"))
        for call in (lab.store.views.get("s"), lab.store.views.delete("s")):
            lab.refuses(NotFound, no_view("s"), call)
        assert names(lab, 0) == []
        save(lab, "t", "a")

    def test_an_experiment_has_so_many_views(self, lab: Lab) -> None:
        new = [NewView(f"s{n}", 0, f"v{n}", "", "", 1) for n in range(VIEWS_PER_EXPERIMENT + 1)]
        made = lab.together(*map(lab.store.views.create, new))
        assert [str(each) for each in made if isinstance(each, Exception)] == [
            f"The experiment 0 has {VIEWS_PER_EXPERIMENT} views, and can have no more. Delete one."
        ]

    def test_the_same_name_at_once_is_saved_once(self, lab: Lab) -> None:
        new = [NewView(f"s{n}", 0, "a", "", "", 1) for n in range(3)]
        made = lab.together(*map(lab.store.views.create, new))
        assert sorted(type(each).__name__ for each in made) == [
            "AlreadyExists",
            "AlreadyExists",
            "SavedView",
        ]


class ShareRules:
    def test_a_share_is_what_it_was_at_first(self, lab: Lab) -> None:
        made = lab(lab.store.views.share(NewShare("s", "/compare", "runs=a,b", 3)))
        assert made == SavedView("s", "/compare", "runs=a,b", 3, 3)
        assert lab(lab.store.views.share(NewShare("s", "/compare", "runs=a,b", 9))) == made
        assert lab(lab.store.views.get("s")) == made

    def test_it_never_changes(self, lab: Lab) -> None:
        lab(lab.store.views.share(NewShare("s", "/", "", 3)))
        for call in (
            lab.store.views.update(ViewUpdate("s", 4, query="x")),
            lab.store.views.delete("s"),
            lab.store.views.set_default(None, "s"),
        ):
            lab.refuses(InvalidParameter, fixed("s"), call)


class DefaultViewRules:
    def test_the_experiments_own_comes_before_the_servers(self, lab: Lab) -> None:
        number = lab.experiment()
        own, other = save(lab, "s", "a", number), save(lab, "t", "b")
        views = lab.store.views
        assert lab(views.default(number)) is None
        lab(views.set_default(None, "t"))
        assert lab(views.default(number)) == other
        lab(views.set_default(number, "s"))
        assert (lab(views.default(number)), lab(views.default(0))) == (own, other)
        found = lab(views.search(number))
        assert (found.experiment_default, found.server_default) == ("s", "t")
        found = lab(views.search(None))
        assert (found.experiment_default, found.server_default) == (None, "t")
        lab(views.set_default(number, "t"))
        assert lab(views.default(number)) == other
        lab(views.set_default(number, None))
        lab(views.set_default(number, None))
        assert lab(views.search(number)).experiment_default is None

    def test_a_deleted_view_is_no_default(self, lab: Lab) -> None:
        save(lab, "s", "a")
        lab(lab.store.views.set_default(0, "s"))
        lab(lab.store.views.set_default(None, "s"))
        lab(lab.store.views.delete("s"))
        assert lab(lab.store.views.default(0)) is None
        found = lab(lab.store.views.search(0))
        assert (found.experiment_default, found.server_default) == (None, None)

    def test_view_and_experiment_must_be_there(self, lab: Lab) -> None:
        save(lab, "s", "a")
        views = lab.store.views
        lab.refuses(NotFound, NO_EXPERIMENT, views.set_default(99, "s"))
        lab.refuses(NotFound, no_view("x"), views.set_default(0, "x"))
        number = lab.experiment()
        lab(lab.store.experiments.delete(number, 2))
        lab.refuses(InvalidParameter, inactive(number), views.set_default(number, "s"))
