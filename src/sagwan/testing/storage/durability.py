"""Rules for stores that keep what they hold when they are closed."""

from math import nan

from sagwan.domain.runs import RUN_NAME_TAG
from sagwan.entities import LoggedModelStatus, Metric, ModelOutput, RunStatus, Tag
from sagwan.errors import AlreadyExists
from sagwan.storage.base import NewExperiment, NewShare, NewView, RunUpdate, SearchQuery
from sagwan.testing.storage.experiments import TAKEN
from sagwan.testing.storage.lab import Lab, dataset


class DurabilityRules:
    def test_experiments_are_there_after_reopening(self, lab: Lab) -> None:
        default = lab.get_experiment(0)
        kept, gone = lab.experiment("vision", tags={"a": "1"}), lab.experiment("gone")
        lab(lab.store.experiments.set_tag(kept, Tag("b", "2")))
        lab(lab.store.experiments.delete(gone, 5))
        before = [lab.get_experiment(number) for number in (kept, gone)]
        lab.reopen()
        assert [lab.get_experiment(number) for number in (kept, gone)] == before
        assert lab.get_experiment(0) == default
        again = NewExperiment("vision", 9)
        lab.refuses(AlreadyExists, TAKEN, lab.store.experiments.create(again))
        assert lab.experiment("new") > gone

    def test_runs_are_there_after_reopening(self, lab: Lab) -> None:
        run, deleted = lab.run("a"), lab.run("b")
        lab.log(run, [Metric("m", 0.1, 1, 1), Metric("n", nan, 1, 1)], {"p": "é"}, {"t": ""})
        lab.log(run, [Metric("m", 0.2, 2, 2)], tags={RUN_NAME_TAG: "second"})
        lab(lab.store.runs.log_inputs(run, [dataset("d", context="x")], ["m-1"]))
        lab(lab.store.runs.log_outputs(run, [ModelOutput("m-2", 3)]))
        lab(lab.store.runs.update(RunUpdate(run, RunStatus.FINISHED, 9)))
        lab(lab.store.runs.delete(deleted, 5))
        before = [str(lab.get(each)) for each in (run, deleted)]
        lab.reopen()
        assert [str(lab.get(each)) for each in (run, deleted)] == before
        assert lab.history(run, "m") == [(1, 1, 0.1), (2, 2, 0.2)]
        assert lab.find("params.p = 'é' AND metrics.m = 0.2") == ["second"]

    def test_what_is_logged_after_reopening_joins_what_is_there(self, lab: Lab) -> None:
        run = lab.run()
        lab.log(run, [Metric("m", 1.0, 5, 5)], {"p": "1"}, {"t": "1"})
        lab.reopen()
        lab.log(run, [Metric("m", 2.0, 4, 4), Metric("m", 1.0, 5, 5)], {"q": "2"}, {"t": "2"})
        assert lab.history(run, "m") == [(4, 4, 2.0), (5, 5, 1.0)]
        assert (lab.latest(run), lab.params(run), lab.tags(run)) == (
            {"m": 1.0},
            {"p": "1", "q": "2"},
            {"t": "2"},
        )

    def test_models_are_there_after_reopening(self, lab: Lab) -> None:
        model, run = lab.model(params={"p": "1"}, tags={"t": "2"}), lab.run()
        lab.log(run, [Metric("m", 0.5, 1, 1, model, "test", "d")])
        lab(lab.store.models.finalize(model, LoggedModelStatus.LOGGED_MODEL_READY, 9))
        before = lab.get_model(model)
        lab.reopen()
        assert lab.get_model(model) == before
        assert lab.find_models("metrics.m = 0.5 AND params.p = '1'") == ["net"]

    def test_views_are_there_after_reopening(self, lab: Lab) -> None:
        saved = lab(lab.store.views.create(NewView("a" * 16, 0, "mine", "é", "?x=1", 3)))
        shared = lab(lab.store.views.share(NewShare("b" * 16, "/r/1", "tab=files", 4)))
        lab(lab.store.views.set_default(None, saved.slug))
        lab.reopen()
        assert lab(lab.store.views.get(shared.slug)) == shared
        assert lab(lab.store.views.default(7)) == saved

    def test_page_tokens_hold_after_reopening(self, lab: Lab) -> None:
        for name in "abc":
            lab.run(name)
        first = lab(lab.store.runs.search([0], SearchQuery((), (), 1)))
        lab.reopen()
        query = SearchQuery((), (), 5, page_token=first.next_page_token)
        rest = lab(lab.store.runs.search([0], query)).items
        assert [run.info.run_name for run in first.items + rest] == ["a", "b", "c"]

    def test_a_store_can_be_reopened_again_and_again(self, lab: Lab) -> None:
        run = lab.run()
        for step in range(3):
            lab.log(run, [Metric("m", float(step), step, step)])
            lab.reopen()
        assert lab.history(run, "m") == [(0, 0, 0.0), (1, 1, 1.0), (2, 2, 2.0)]
        lab(lab.store.check())
