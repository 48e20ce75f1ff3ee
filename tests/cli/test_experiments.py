"""`sagwan experiments`, on a store."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Call

pytestmark = pytest.mark.usefixtures("store")


def create(call: Call, name: str) -> str:
    result = call("experiments", "create", "-n", name)
    assert result.stdout.startswith(f"Created experiment '{name}' with id ")
    return result.stdout.split()[-1]


def names(call: Call, *options: str) -> list[str]:
    lines = call("experiments", "search", *options).stdout.splitlines()
    assert lines[0].split("  ")[0] == "Experiment Id"
    return [line.split()[1] for line in lines[2:]]


def test_a_life(call: Call) -> None:
    first = create(call, "first")
    assert names(call) == ["Default", "first"]
    result = call("experiments", "rename", "-x", first, "--new-name", "renamed")
    assert result.stdout == f"Experiment with id {first} has been renamed to 'renamed'.\n"
    result = call("experiments", "delete", "-x", first)
    assert result.stdout == f"Experiment with ID {first} has been deleted.\n"
    assert names(call) == ["Default"]
    assert names(call, "-v", "deleted_only") == ["renamed"]
    assert names(call, "--view", "ALL") == ["Default", "renamed"]
    result = call("experiments", "restore", "-x", first)
    assert result.stdout == f"Experiment with id {first} has been restored.\n"
    assert names(call) == ["Default", "renamed"]


def test_a_location_of_its_own(call: Call) -> None:
    call("experiments", "create", "-n", "there", "-l", "s3://bucket/x")
    told = json.loads(call("experiments", "get", "-n", "there", "--output", "json").stdout)
    assert told["artifact_location"] == "s3://bucket/x"


def test_they_are_listed_in_the_order_of_their_numbers(call: Call) -> None:
    for number in range(1, 12):
        create(call, f"e{number}")
    assert names(call) == ["Default", *(f"e{number}" for number in range(1, 12))]
    assert names(call, "--max-results", "2") == ["e10", "e11"]
    assert names(call, "--max-results", "0") == []


def test_one_is_shown(call: Call) -> None:
    experiment_id = create(call, "shown")
    told = json.loads(call("experiments", "get", "-x", experiment_id, "--output", "json").stdout)
    assert list(told) == [
        "artifact_location",
        "creation_time",
        "experiment_id",
        "last_update_time",
        "lifecycle_stage",
        "name",
        "tags",
        "workspace",
    ]
    assert told["artifact_location"] == f"mlflow-artifacts:/{experiment_id}"
    lines = call("experiments", "get", "-n", "shown").stdout.splitlines()
    assert lines[:4] == [
        f"Experiment ID      : {experiment_id}",
        "Name               : shown",
        f"Artifact Location  : mlflow-artifacts:/{experiment_id}",
        "Lifecycle Stage    : active",
    ]
    assert len(lines) == 7


@pytest.mark.parametrize("options", [[], ["-x", "0", "-n", "Default"]])
def test_one_must_be_named_in_one_way(call: Call, options: list[str]) -> None:
    result = call("experiments", "get", *options)
    assert result.exit_code == 2
    assert "Give either --experiment-id or --experiment-name." in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["get", "-x", "99"], "No Experiment with id=99 exists"),
        (["delete", "-x", "99"], "No Experiment with id=99 exists"),
        (["create", "-n", "Default"], "Experiment(name=Default) already exists."),
        (["get", "-n", "nobody"], "Could not find experiment with name 'nobody'"),
    ],
)
def test_the_servers_message_is_the_error(call: Call, arguments: list[str], message: str) -> None:
    result = call("experiments", *arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {message}")
    assert result.stdout == ""


@pytest.mark.parametrize(
    "arguments", [["search", "-v", "some"], ["search", "--max-results", "-1"], ["create"]]
)
def test_wrong_calls(call: Call, arguments: list[str]) -> None:
    assert call("experiments", *arguments).exit_code == 2


def test_csv(call: Call, tmp_path: Path) -> None:
    made = call("runs", "create", "--experiment-id", "0", "--run-name", "r ü", "-t", "k=v, w")
    run_id = json.loads(made.stdout)["run_id"]
    printed = call("experiments", "csv", "-x", "0").stdout
    (row,) = csv.DictReader(io.StringIO(printed))
    assert row["run_id"] == run_id
    assert row["tags.mlflow.runName"] == "r ü"
    assert row["tags.k"] == "v, w"
    assert row["status"] == "FINISHED"
    assert row["end_time"].endswith("+00:00")
    result = call("experiments", "csv", "-x", "0", "-o", "out.csv")
    assert result.stdout == ("Experiment with ID 0 has been exported as a CSV to file: out.csv.\n")
    assert (tmp_path / "out.csv").read_bytes() == printed.encode()


def test_csv_to_a_place_that_is_not_there(call: Call) -> None:
    result = call("experiments", "csv", "-x", "0", "-o", "no/such/folder/out.csv")
    assert result.exit_code == 1
    assert result.stderr == "Error: no/such/folder/out.csv: No such file or directory\n"
