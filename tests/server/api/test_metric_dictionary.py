"""What is said of metrics: GET and POST metric-dictionary, and experiments/keys"""

from typing import Any

import pytest

from tests.server.api.answers import NO_EXPERIMENT, Said, missing, refused, said, too_long
from tests.server.support import Asker

DICTIONARY = "/api/sagwan/v1/metric-dictionary"
KEYS = "/api/sagwan/v1/experiments/keys"


def test_what_is_said_of_metrics_holds_in_an_experiment(app: Asker) -> None:
    assert said(app.get(DICTIONARY)) == (200, b'{"metrics":[],"version":0}')
    loss = {"key": "loss", "label": " 손실 ", "unit": "nats", "direction": "min", "decimals": 3}
    range_ = {"key": "acc", "low": 0, "high": 1, "goal": 0.9, "group": "quality"}
    answer = (
        '{"metrics":[{"key":"acc","low":0.0,"high":1.0,"goal":0.9,"group":"quality"},'
        '{"key":"loss","label":"손실","unit":"nats","direction":"min","decimals":3}],"version":1}'
    ).encode()
    made = app.post(DICTIONARY, {"metrics": [loss, {"key": "none"}, range_], "version": 0})
    assert said(made) == (200, answer)
    assert said(app.get(DICTIONARY)) == (200, answer)
    app.post(DICTIONARY, {"experiment_id": "0", "metrics": [{"key": "loss", "decimals": 1}]})
    found = app.post(KEYS, {"experiment_ids": ["0"]}).json["dictionary"]
    assert found == [
        {"key": "acc", "low": 0.0, "high": 1.0, "goal": 0.9, "group": "quality"},
        {"key": "loss", "label": "손실", "unit": "nats", "direction": "min", "decimals": 1},
    ]
    assert said(app.post(DICTIONARY, {})) == (200, b'{"metrics":[],"version":2}')


def wrong(field: str, value: str, why: str) -> Said:
    return refused(f"Invalid value {value} for parameter 'metrics[0].{field}' supplied: {why}")


@pytest.mark.parametrize(
    ("entry", "answer"),
    [
        ({}, missing("metrics[0].key")),
        ({"key": "a", "label": "a" * 251}, too_long("metrics[0].label", 250)),
        ({"key": "a", "unit": "a" * 41}, too_long("metrics[0].unit", 40)),
        ({"key": "a", "direction": "up"}, wrong("direction", '"up"', "It must be min or max.")),
        ({"key": "a", "decimals": 13}, wrong("decimals", "13", "It must be between 0 and 12.")),
        ({"key": "a", "goal": "NaN"}, wrong("goal", '"nan"', "It must be a finite number.")),
        (
            {"key": "a", "low": 1, "high": 1},
            wrong("high", "1.0", "It must be greater than low, 1.0."),
        ),
        (
            {"key": "a", "group": "b\n"},
            (200, b'{"metrics":[{"key":"a","group":"b"}],"version":1}'),
        ),
        (
            {"key": "a", "label": "b\nc"},
            wrong("label", '"b\\nc"', "It must be one line of characters that can be seen."),
        ),
    ],
)
def test_what_is_wrong_in_an_entry_is_named(
    app: Asker, entry: dict[str, Any], answer: Said
) -> None:
    assert said(app.post(DICTIONARY, {"metrics": [entry]})) == answer


def test_a_dictionary_is_of_an_experiment_that_is_there(app: Asker) -> None:
    twice = [{"key": "a"}, {"key": "a"}]
    assert said(app.post(DICTIONARY, {"metrics": twice})) == refused(
        "Invalid value \"a\" for parameter 'metrics[1].key' supplied:"
        " Each metric can be described once."
    )
    many = [{"key": str(at)} for at in range(1001)]
    assert said(app.post(DICTIONARY, {"metrics": many})) == refused(
        "Invalid value 1001 for parameter 'metrics' supplied:"
        " At most 1000 metrics can be described."
    )
    assert said(app.post(DICTIONARY, {"experiment_id": "99"})) == NO_EXPERIMENT
    assert said(app.post(DICTIONARY, {"version": 3})) == refused(
        "The dictionary has been changed since: it is at version 0, not 3."
        " Read it again, and make your change to that.",
        "INVALID_STATE",
    )
