"""Rules of what is removed for good."""

import asyncio

import pytest

from sagwan.entities import Metric, ModelOutput
from sagwan.errors import InvalidState, NotFound, SagwanError
from sagwan.storage.registry import NewRegisteredModel, NewVersion
from sagwan.storage.trash import Remains, ThingKind, TrashedThing, TrashFilter
from sagwan.testing.storage.lab import Lab, dataset, run_id

EVERYTHING = TrashFilter()


def trashed(lab: Lab, filter: TrashFilter = EVERYTHING) -> list[TrashedThing]:
    """All that a filter finds."""
    return [
        thing for kind in ThingKind for thing in lab(lab.store.trash.things(filter, kind, -1, 100))
    ]


def ids(things: list[TrashedThing]) -> list[str]:
    return [thing.id for thing in things]


def remains(lab: Lab) -> list[Remains]:
    return lab(lab.store.trash.remains(-1, 100))


def fill(lab: Lab) -> int:
    """Of an experiment a model and the runs a and b, all that they can have, and b in the trash."""
    number = lab.experiment(tags={"t": "1"})
    for name in "ab":
        run = lab.run(name, number, tags={"t": "1"})
        points = [Metric("m", step / 3, step, step) for step in range(500)]
        lab.log(run, points, {"p": "1"}, {"u": "2"})
        lab(lab.store.runs.log_inputs(run, [dataset("d", context="train")], ["m-1"]))
        lab(lab.store.runs.log_outputs(run, [ModelOutput("m-2", 0)]))
    model = lab.model("net", number, params={"p": "1"}, tags={"t": "1"})
    lab.log(run_id("b"), [Metric("acc", 0.5, 1, 1, model)])
    lab(lab.store.runs.delete(run_id("b"), 5))
    return number


class TrashRules:
    def test_what_is_in_the_trash(self, lab: Lab) -> None:
        number = fill(lab)
        (found,) = lab(lab.store.trash.contents())
        assert (found.experiment_id, found.name, found.deleted) == (number, "vision", None)
        assert (found.runs, found.models, found.first, found.last) == (1, 0, 5, 5)
        lab(lab.store.models.delete(f"m-{run_id('net')}", 7))
        lab(lab.store.experiments.delete(number, 9))
        (found,) = lab(lab.store.trash.contents())
        assert (found.deleted, found.runs, found.models) == (9, 2, 1)
        assert (found.first, found.last) == (5, 9)
        counts = {ThingKind.RUN: 2, ThingKind.MODEL: 1, ThingKind.EXPERIMENT: 1}
        assert lab(lab.store.trash.count(EVERYTHING)) == counts
        things = trashed(lab)
        assert ids(things) == [run_id("a"), run_id("b"), f"m-{run_id('net')}", str(number)]
        places = [lab.get(run_id(name)).info.artifact_uri for name in "ab"]
        assert [thing.artifact_uri for thing in things[:2]] == places
        lab(lab.store.experiments.restore(number, 10))
        assert ids(trashed(lab)) == [f"m-{run_id('net')}"]

    def test_when_a_run_was_deleted(self, lab: Lab) -> None:
        fill(lab)
        whens = [lab(lab.store.trash.when(run_id(name))) for name in "ab"]
        assert whens == [None, 5]
        message = f"Run with id={'f' * 32} not found"
        lab.refuses(NotFound, message, lab.store.trash.when("f" * 32))

    def test_things_are_found_by_age_id_and_experiment(self, lab: Lab) -> None:
        number = lab.experiment()
        runs = [lab.run(name) for name in "ab"] + [lab.run("c", number)]
        models = [lab.model("x"), lab.model("y", number)]
        for time, run in enumerate(runs, 1):
            lab(lab.store.runs.delete(run, time))
        for model in models:
            lab(lab.store.models.delete(model, 2))
        lab(lab.store.experiments.delete(number, 9))
        cases: list[tuple[TrashFilter, list[str]]] = [
            (EVERYTHING, [*runs, *models, str(number)]),
            (TrashFilter(before=2), [*runs[:2], *models]),
            (TrashFilter(before=0), []),
            (TrashFilter(run_ids=[runs[0], "f" * 32]), runs[:1]),
            (TrashFilter(run_ids=[]), []),
            (TrashFilter(model_ids=[models[0]]), models[:1]),
            (TrashFilter(experiment_ids=[number, 99]), [runs[2], models[1], str(number)]),
            (TrashFilter(before=3, experiment_ids=[number]), [runs[2], models[1]]),
            (TrashFilter(run_ids=runs[:1], model_ids=models[1:]), [runs[0], models[1]]),
        ]
        for filter, expected in cases:
            assert ids(trashed(lab, filter)) == expected
            assert sum(lab(lab.store.trash.count(filter)).values()) == len(expected)
        first = lab(lab.store.trash.things(EVERYTHING, ThingKind.RUN, -1, 2))
        assert ids(first) == runs[:2]
        rest = lab(lab.store.trash.things(EVERYTHING, ThingKind.RUN, first[-1].number, 2))
        assert ids(rest) == runs[2:]

    def test_a_run_goes_with_all_that_it_has(self, lab: Lab) -> None:
        number = fill(lab)
        kept = lab.get(run_id("a"))
        things = trashed(lab)
        discarded = lab(lab.store.trash.discard(things))
        assert discarded.things == things
        assert trashed(lab) == []
        with pytest.raises(NotFound):
            lab.get(run_id("b"))
        lab.refuses(
            NotFound,
            f"Run with id={run_id('b')} not found",
            lab.store.runs.restore(run_id("b")),
        )
        assert lab.find(experiment_ids=[number]) == ["a"]
        (left,) = remains(lab)
        assert left.thing == things[0]
        while lab(lab.store.trash.clear([left], 1))[1]:
            pass
        lab(lab.store.trash.forget([left]))
        assert remains(lab) == []
        assert lab.get(run_id("a")) == kept
        assert len(lab.history(run_id("a"), "m")) == 500
        # The id is free again, and nothing of the old run comes back with it.
        again = lab.run("b", number)
        assert lab.history(again, "m") == []
        assert (lab.params(again), lab.tags(again), lab.latest(again)) == ({}, {}, {})
        assert lab.get(again).inputs.dataset_inputs == []

    def test_models_and_experiments_go(self, lab: Lab) -> None:
        number = fill(lab)
        lab(lab.store.models.delete(f"m-{run_id('net')}", 6))
        lab(lab.store.experiments.delete(number, 6))
        things = trashed(lab)
        experiment = [thing for thing in things if thing.kind is ThingKind.EXPERIMENT]
        assert lab(lab.store.trash.discard(experiment)).things == []
        assert lab(lab.store.trash.discard(things)).things == things
        assert [one.thing for one in remains(lab)] == things
        lab(lab.store.trash.forget(remains(lab)[:1]))
        assert [one.thing for one in remains(lab)] == things[1:]
        assert lab(lab.store.trash.contents()) == []
        with pytest.raises(NotFound):
            lab.get_experiment(number)
        with pytest.raises(NotFound):
            lab(lab.store.models.get(f"m-{run_id('net')}", allow_deleted=True))
        # The name is free, the id is not.
        assert lab.experiment() != number

    def test_what_versions_of_registered_models_use(self, lab: Lab) -> None:
        runs = [lab.run(name) for name in "abc"]
        models = [lab.model("x"), lab.model("y")]
        for run in runs:
            lab(lab.store.runs.delete(run, 1))
        for model in models:
            lab(lab.store.models.delete(model, 2))
        registry = lab.store.registry
        assert lab(lab.store.trash.registered(trashed(lab))) == []
        lab(registry.create(NewRegisteredModel("net", 1)))
        lab(registry.create_version(NewVersion("net", 1, "s3://m", run_id=runs[0])))
        lab(
            registry.create_version(
                NewVersion("net", 1, f"models:/{models[0]}", model_id=models[0])
            )
        )
        lab(registry.create_version(NewVersion("net", 1, f"s3://m/{runs[1]}/artifacts/m")))
        assert ids(lab(lab.store.trash.registered(trashed(lab)))) == [*runs[:2], models[0]]
        lab(registry.delete("net"))
        assert lab(lab.store.trash.registered(trashed(lab))) == []

    def test_what_was_restored_stays(self, lab: Lab) -> None:
        fill(lab)
        things = trashed(lab)
        lab(lab.store.runs.restore(run_id("b")))
        assert lab(lab.store.trash.discard(things)).things == []
        assert lab(lab.store.trash.discard([])).things == []
        assert remains(lab) == []
        assert len(lab.history(run_id("b"), "m")) == 500

    def test_the_default_experiment_stays(self, lab: Lab) -> None:
        lab(lab.store.experiments.delete(0, 5))
        things = trashed(lab)
        assert ids(things) == ["0"]
        assert lab(lab.store.trash.discard(things)).things == []
        assert lab.get_experiment(0).name == "Default"

    def test_one_purge_at_a_time(self, lab: Lab) -> None:
        async def use() -> SagwanError:
            trash = lab.store.trash
            async with trash.alone():
                with pytest.raises(InvalidState) as caught:
                    async with trash.alone():
                        await asyncio.sleep(0)
            async with trash.alone():
                return caught.value

        assert lab(use()).message == (
            "Another purge of this store is under way. Wait until it is over, or stop it."
        )

    def test_space_is_given_back(self, lab: Lab) -> None:
        fill(lab)
        lab(lab.store.trash.discard(trashed(lab)))
        lab(lab.store.trash.clear(remains(lab), 100))
        lab(lab.store.trash.give_back())
        assert len(lab.history(run_id("a"), "m")) == 500
