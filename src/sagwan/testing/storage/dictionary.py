"""Rules of what is said of metrics."""

from sagwan.entities.dictionary import MetricDictionary, MetricEntry
from sagwan.errors import InvalidParameter, InvalidState, NotFound
from sagwan.testing.storage.experiments import inactive
from sagwan.testing.storage.lab import Lab

LOSS = MetricEntry("loss", "손실 ", "nats", "min", 3, -0.5, 1e300, 0.25, "학습")
CHANGED = (
    "The dictionary has been changed since: it is at version 1, not 0."
    " Read it again, and make your change to that."
)


def put(
    lab: Lab, number: int | None, *entries: MetricEntry, version: int | None = None
) -> MetricDictionary:
    return lab(lab.store.dictionaries.put(number, entries, version))


class DictionaryRules:
    def test_what_is_said_is_kept_and_replaced_as_a_whole(self, lab: Lab) -> None:
        number = lab.experiment()
        assert lab(lab.store.dictionaries.get(number)) == MetricDictionary([], 0)
        made = put(lab, number, LOSS, MetricEntry("accuracy"))
        assert made == MetricDictionary([LOSS, MetricEntry("accuracy")], 1)
        assert lab(lab.store.dictionaries.get(number)) == made
        assert put(lab, number, MetricEntry("b")) == MetricDictionary([MetricEntry("b")], 2)
        assert put(lab, number) == MetricDictionary([], 3)

    def test_experiments_and_the_server_have_their_own(self, lab: Lab) -> None:
        number = lab.experiment()
        put(lab, None, MetricEntry("a"))
        put(lab, number, MetricEntry("b"))
        read = lab.store.dictionaries.get
        assert lab(read(None)).metrics == [MetricEntry("a")]
        assert lab(read(number)).metrics == [MetricEntry("b")]
        assert lab(read(0)).metrics == []
        assert lab(read(99)).metrics == []

    def test_nobody_writes_over_a_change_that_they_have_not_seen(self, lab: Lab) -> None:
        put(lab, 0, LOSS, version=0)
        again = lab.store.dictionaries.put(0, [], 0)
        lab.refuses(InvalidState, CHANGED, again)
        assert lab(lab.store.dictionaries.get(0)).metrics == [LOSS]
        assert put(lab, 0, version=1).version == 2

    def test_the_experiment_must_be_there_and_active(self, lab: Lab) -> None:
        unknown = lab.store.dictionaries.put(99, [], None)
        lab.refuses(NotFound, "No Experiment with id=99 exists", unknown)
        number = lab.experiment()
        put(lab, number, LOSS)
        lab(lab.store.experiments.delete(number, 2))
        lab.refuses(
            InvalidParameter, inactive(number), lab.store.dictionaries.put(number, [], None)
        )
        assert lab(lab.store.dictionaries.get(number)).metrics == [LOSS]

    def test_the_keys_of_an_experiment_come_with_what_holds_there(self, lab: Lab) -> None:
        number = lab.experiment()
        put(lab, None, MetricEntry("loss", "Loss", decimals=0, low=0), MetricEntry("a", unit="s"))
        put(lab, number, MetricEntry("loss", direction="min", decimals=2, high=1))
        keys = lab.store.workspace.keys
        assert lab(keys([number], 1)).dictionary == [
            MetricEntry("a", unit="s"),
            MetricEntry("loss", "Loss", direction="min", decimals=2, low=0, high=1),
        ]
        assert [entry.key for entry in lab(keys([0], 1)).dictionary] == ["a", "loss"]
        assert lab(keys([0, number], 1)).dictionary == []
