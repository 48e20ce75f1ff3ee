"""The normaliser hides what differs between servers by nature, and nothing else."""

from datetime import UTC, datetime

import pytest

from tests.compat.normalize import Json, Normalizer

NOW = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
MILLISECONDS = int(NOW.timestamp() * 1000)
ONE, TWO = "0123456789abcdef" * 2, "f" * 32


def normal(document: Json) -> Json:
    return Normalizer(NOW, {"http://127.0.0.1:12": "<server>", "/x/own": "<folder>"}).document(
        document
    )


def test_ids_keep_who_is_who() -> None:
    document = {"a": ONE, "b": TWO, "c": f"run {ONE}!", "d": f"models:/m-{TWO}"}
    assert normal(document) == {
        "a": "<id 0>",
        "b": "<id 1>",
        "c": "run <id 0>!",
        "d": "models:/<model 2>",
    }


def test_an_id_is_no_experiment() -> None:
    document = {"a": [ONE, TWO], "b": [{"experiment_id": "0"}, {"experiment_id": "1"}]}
    assert normal(document)["a"] == ["<id 0>", "<id 1>"]


def test_experiments_keep_who_is_who() -> None:
    document = {
        "a": {"experiment_id": "17", "artifact_uri": f"mlflow-artifacts:/17/{ONE}/artifacts"},
        "b": {"experiment_ids": ["3", "17"]},
        "c": "No Experiment with id=17 exists, nor id 4",
        "params": {"p": "17"},
    }
    assert normal(document) == {
        "a": {
            "experiment_id": "<experiment 0>",
            "artifact_uri": "mlflow-artifacts:/<experiment>/<id 0>/artifacts",
        },
        "b": {"experiment_ids": ["<experiment 1>", "<experiment 0>"]},
        "c": "No Experiment with id=<experiment 0> exists, nor id 4",
        "params": {"p": "17"},
    }


@pytest.mark.parametrize("value", [MILLISECONDS, MILLISECONDS - 5000, "2030-05-06 01:02:03.123"])
def test_the_present_is_hidden(value: Json) -> None:
    assert normal([value]) == ["<time>"]


@pytest.mark.parametrize(
    "value",
    [
        0,
        1000,
        1_700_000_000_000,
        MILLISECONDS // 1000,
        "2023-11-14 22:13:20",
        "1700000000000",
        "2030-99-99 01:02:03",
        True,
        0.5,
        None,
        "a-b",
        "m-0123",
        "deadbeef",
    ],
)
def test_anything_else_stays(value: Json) -> None:
    assert normal({"a": value}) == {"a": value}


def test_key_value_lists_are_in_order_of_their_keys() -> None:
    entries = [{"key": "b", "step": 2}, {"key": "a", "step": 3}, {"key": "b", "step": 1}]
    assert [(each["key"], each["step"]) for each in normal(entries)] == [
        ("a", 3),
        ("b", 2),
        ("b", 1),
    ]
    assert normal([2, 1]) == [2, 1]


def test_addresses_folders_names_and_tokens() -> None:
    document = {
        "a": "GET http://127.0.0.1:12/api",
        "b": "/x/own/file",
        "name": "wise-owl-42",
        "next_page_token": "abc",
        "text": "one of {'b', 'a'}",
    }
    assert normal(document) == {
        "a": "GET <server>/api",
        "b": "<folder>/file",
        "name": "<generated name>",
        "next_page_token": "<token>",
        "text": "one of {'a', 'b'}",
    }
