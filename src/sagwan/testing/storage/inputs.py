"""Rules of what runs used and produced."""

import pytest

from sagwan.entities import (
    Dataset,
    DatasetInput,
    DatasetSummary,
    ModelInput,
    ModelOutput,
    RunInputs,
    Tag,
)
from sagwan.errors import InvalidParameter
from sagwan.storage.base import SearchQuery
from sagwan.testing.storage.lab import Lab, as_tags, dataset


def already_linked(run: str, models: list[str]) -> str:
    return (
        f"Logged models {models} are already linked as outputs of run {run}."
        " A model can be linked once."
    )


class InputRules:
    def test_datasets_come_in_the_order_in_which_they_were_linked(self, lab: Lab) -> None:
        run = lab.run()
        train, test = dataset("train", context="training", a="1"), dataset("test")
        lab(lab.store.runs.log_inputs(run, [train, test], []))
        lab(lab.store.runs.log_inputs(run, [dataset("extra")], []))
        train.tags.sort(key=lambda tag: tag.key)
        assert lab.get(run).inputs == RunInputs([], [train, test, dataset("extra")])

    def test_a_dataset_keeps_all_its_fields(self, lab: Lab) -> None:
        run = lab.run()
        full = Dataset("d", "1", "s3", "s3://d", '{"schema": "é"}', '{"rows": 3}')
        bare = Dataset("d", "2", "code", "", "", None)
        used = [DatasetInput(full), DatasetInput(bare)]
        lab(lab.store.runs.log_inputs(run, used, []))
        assert lab.get(run).inputs.dataset_inputs == used

    def test_a_dataset_is_known_by_name_and_digest(self, lab: Lab) -> None:
        run = lab.run()
        used = [dataset("d", "1"), dataset("d", "2"), dataset("D", "1")]
        lab(lab.store.runs.log_inputs(run, used, []))
        assert lab.get(run).inputs.dataset_inputs == used

    def test_the_first_copy_of_a_dataset_stays(self, lab: Lab) -> None:
        first, second = lab.run("a"), lab.run("b")
        lab(lab.store.runs.log_inputs(first, [dataset("d", source="old")], []))
        lab(lab.store.runs.log_inputs(second, [dataset("d", source="new", a="1")], []))
        assert lab.get(second).inputs.dataset_inputs == [dataset("d", source="old", a="1")]

    def test_each_experiment_has_its_own_datasets(self, lab: Lab) -> None:
        first, second = lab.run("a"), lab.run("b", lab.experiment())
        lab(lab.store.runs.log_inputs(first, [dataset("d", source="old")], []))
        lab(lab.store.runs.log_inputs(second, [dataset("d", source="new")], []))
        assert lab.get(second).inputs.dataset_inputs == [dataset("d", source="new")]

    def test_a_link_that_is_there_stays_with_its_tags(self, lab: Lab) -> None:
        run = lab.run()
        lab(lab.store.runs.log_inputs(run, [dataset("d", a="1")], []))
        lab(lab.store.runs.log_inputs(run, [dataset("d", a="2", b="3"), dataset("e")], []))
        assert lab.get(run).inputs.dataset_inputs == [dataset("d", a="1"), dataset("e")]

    def test_of_one_dataset_in_a_call_the_first_counts(self, lab: Lab) -> None:
        run = lab.run()
        twice = [dataset("d", source="old", a="1"), dataset("d", source="new", a="2")]
        lab(lab.store.runs.log_inputs(run, twice, []))
        assert lab.get(run).inputs.dataset_inputs == twice[:1]

    def test_of_one_tag_of_a_link_the_last_counts(self, lab: Lab) -> None:
        run = lab.run()
        used = dataset("d")
        used.tags = [Tag("a", "1"), Tag("b", "2"), Tag("a", "3")]
        lab(lab.store.runs.log_inputs(run, [used], []))
        assert lab.get(run).inputs.dataset_inputs == [dataset("d", a="3", b="2")]

    def test_models_that_were_read_come_by_id_once(self, lab: Lab) -> None:
        run = lab.run()
        lab(lab.store.runs.log_inputs(run, [], ["m-2", "m-1", "m-2"]))
        lab(lab.store.runs.log_inputs(run, [], ["m-1", "m-3"]))
        inputs = lab.get(run).inputs
        assert inputs.model_inputs == [ModelInput(f"m-{number}") for number in (1, 2, 3)]

    def test_a_search_shows_all_but_the_models_that_were_read(self, lab: Lab) -> None:
        run = lab.run()
        lab(lab.store.runs.log_inputs(run, [dataset("d", context="test")], ["m-1"]))
        lab(lab.store.runs.log_outputs(run, [ModelOutput("m-2", 7)]))
        [found] = lab(lab.store.runs.search([0], SearchQuery((), (), 10))).items
        shown = lab.get(run)
        assert shown.inputs.model_inputs == [ModelInput("m-1")]
        shown.inputs.model_inputs = []
        assert found == shown


class OutputRules:
    def test_models_that_were_written_come_by_id(self, lab: Lab) -> None:
        run = lab.run()
        lab(lab.store.runs.log_outputs(run, [ModelOutput("m-2", 7), ModelOutput("m-1", -1)]))
        lab(lab.store.runs.log_outputs(run, []))
        outputs = lab.get(run).outputs
        assert outputs is not None
        assert outputs.model_outputs == [ModelOutput("m-1", -1), ModelOutput("m-2", 7)]

    def test_one_model_can_be_read_and_written_and_by_many_runs(self, lab: Lab) -> None:
        for name in "ab":
            run = lab.run(name)
            lab(lab.store.runs.log_inputs(run, [], ["m-1"]))
            lab(lab.store.runs.log_outputs(run, [ModelOutput("m-1", 0)]))
            outputs = lab.get(run).outputs
            assert outputs is not None
            assert outputs.model_outputs == [ModelOutput("m-1", 0)]
            assert lab.get(run).inputs.model_inputs == [ModelInput("m-1")]

    @pytest.mark.parametrize("step", [7, 8])
    def test_a_link_that_is_there_is_refused(self, lab: Lab, step: int) -> None:
        run = lab.run()
        lab(lab.store.runs.log_outputs(run, [ModelOutput("m-1", 7)]))
        before = lab.get(run)
        again = [ModelOutput("m-0", 7), ModelOutput("m-1", step)]
        message = already_linked(run, ["m-1"])
        lab.refuses(InvalidParameter, message, lab.store.runs.log_outputs(run, again))
        assert lab.get(run) == before

    def test_a_model_twice_in_a_call_is_refused(self, lab: Lab) -> None:
        run = lab.run()
        twice = [ModelOutput("m-1", 7), ModelOutput("m-2", 7), ModelOutput("m-1", 8)]
        message = already_linked(run, ["m-1"])
        lab.refuses(InvalidParameter, message, lab.store.runs.log_outputs(run, twice))
        outputs = lab.get(run).outputs
        assert outputs is not None
        assert outputs.model_outputs == []


class DatasetSearchRules:
    def test_distinct_datasets_come_with_their_context(self, lab: Lab) -> None:
        number = lab.experiment()
        a, b, elsewhere = lab.run("a", number), lab.run("b", number), lab.run("c", 0)
        used = [dataset("y", context="test"), dataset("x", "2"), dataset("x", "1", k="v")]
        lab(lab.store.runs.log_inputs(a, used, []))
        again = [dataset("y", context="test"), dataset("x", "2", context="train")]
        lab(lab.store.runs.log_inputs(b, again, []))
        lab(lab.store.runs.log_inputs(elsewhere, [dataset("z", context="")], []))
        expected = [
            DatasetSummary("0", "z", "d1", ""),
            DatasetSummary(str(number), "x", "1"),
            DatasetSummary(str(number), "x", "2"),
            DatasetSummary(str(number), "x", "2", "train"),
            DatasetSummary(str(number), "y", "d1", "test"),
        ]
        search = lab.store.models.search_datasets
        assert lab(search([number, 0, 99])) == expected
        assert lab(search([0])) == expected[:1]
        assert lab(search([number])) == expected[1:]
        assert lab(search([])) == []

    def test_datasets_of_deleted_runs_are_found(self, lab: Lab) -> None:
        run = lab.run()
        lab(lab.store.runs.log_inputs(run, [dataset("d")], []))
        lab(lab.store.runs.delete(run, 2))
        assert lab(lab.store.models.search_datasets([0])) == [DatasetSummary("0", "d", "d1")]

    def test_at_most_a_thousand_are_found(self, lab: Lab) -> None:
        run = lab.run()
        used = [DatasetInput(Dataset("d", f"{number:04}", "s", "")) for number in range(1001)]
        lab(lab.store.runs.log_inputs(run, used, []))
        found = lab(lab.store.models.search_datasets([0]))
        assert [summary.digest for summary in found] == [f"{number:04}" for number in range(1000)]

    def test_tags_of_links_keep_their_order(self, lab: Lab) -> None:
        run = lab.run()
        lab(lab.store.runs.log_inputs(run, [dataset("d", b="2", a="1")], []))
        [used] = lab.get(run).inputs.dataset_inputs
        assert used.tags == as_tags({"a": "1", "b": "2"})
