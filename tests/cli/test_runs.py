"""`sagwan runs`, on a store."""

import json
from typing import Any

import pytest

from tests.cli.conftest import Call

pytestmark = pytest.mark.usefixtures("store")


def create(call: Call, *options: str, **environ: str) -> dict[str, Any]:
    result = call("runs", "create", *options, **environ)
    assert result.exit_code == 0, result.stderr
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def describe(call: Call, run_id: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(call("runs", "describe", "--run-id", run_id).stdout)
    return told


def listed(call: Call, *options: str, **environ: str) -> list[str]:
    lines = call("runs", "list", *options, **environ).stdout.splitlines()
    assert lines[0].split() == ["Date", "Name", "ID"]
    return [line.split()[-1] for line in lines[2:]]


def test_a_life(call: Call) -> None:
    run_id = create(call, "--experiment-id", "0", "--run-name", "n")["run_id"]
    assert listed(call, "--experiment-id", "0") == [run_id]
    result = call("runs", "delete", "--run-id", run_id)
    assert result.stdout == f"Run with ID {run_id} has been deleted.\n"
    assert listed(call, "--experiment-id", "0") == []
    assert listed(call, "--experiment-id", "0", "-v", "deleted_only") == [run_id]
    result = call("runs", "restore", "--run-id", run_id)
    assert result.stdout == f"Run with id {run_id} has been restored.\n"
    assert listed(call, "--experiment-id", "0") == [run_id]


def test_a_run_is_created_with_all_that_is_said_of_it(call: Call) -> None:
    parent = create(call, "--experiment-id", "0")["run_id"]
    told = create(
        call,
        *("--experiment-id", "0", "--run-name", "child", "--description", "**long**"),
        *("-t", "a=b=c", "--tags", "empty=", "--status", "failed", "--parent-run-id", parent),
    )
    assert list(told) == ["run_id", "experiment_id", "status", "run_name"]
    assert (told["experiment_id"], told["status"], told["run_name"]) == ("0", "FAILED", "child")
    seen = describe(call, told["run_id"])
    assert seen["info"]["status"] == "FAILED"
    assert seen["info"]["end_time"] >= seen["info"]["start_time"] > 1_600_000_000_000
    tags = seen["data"]["tags"]
    assert (tags["a"], tags["empty"]) == ("b=c", "")
    assert tags["mlflow.note.content"] == "**long**"
    assert tags["mlflow.parentRunId"] == parent
    assert tags["mlflow.user"] == seen["info"]["user_id"] != ""


def test_an_experiment_is_created_where_there_is_none_of_the_name(call: Call) -> None:
    first = create(call, "--experiment-name", "new")
    second = create(call, "--experiment-name", "new")
    assert first["experiment_id"] == second["experiment_id"] != "0"


def test_a_run_without_a_name_gets_one(call: Call) -> None:
    assert create(call, "--experiment-id", "0")["run_name"]


def test_the_experiment_may_come_from_the_environment(call: Call) -> None:
    run_id = create(call, MLFLOW_EXPERIMENT_ID="0")["run_id"]
    assert listed(call, MLFLOW_EXPERIMENT_ID="0") == [run_id]
    named = create(call, SAGWAN_EXPERIMENT_NAME="by name")
    assert listed(call, "--experiment-id", named["experiment_id"], MLFLOW_EXPERIMENT_ID="0") == [
        named["run_id"]
    ]
    assert create(call, "--experiment-name", "x", MLFLOW_EXPERIMENT_ID="0")["experiment_id"] != "0"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["create"], "Give either --experiment-id or --experiment-name."),
        (
            ["create", "--experiment-id", "0", "--experiment-name", "x"],
            "Give either --experiment-id or --experiment-name.",
        ),
        (["create", "--experiment-id", "0", "-t", "a"], "'a' is no tag: write KEY=VALUE."),
        (["create", "--experiment-id", "0", "-t", "=a"], "'=a' is no tag: write KEY=VALUE."),
        (
            ["create", "--experiment-id", "0", "-t", "a=1", "-t", "a=2"],
            "The tag 'a' is given twice.",
        ),
        (["create", "--experiment-id", "0", "--status", "running"], "Invalid value"),
        (["list"], "Give --experiment-id (or set MLFLOW_EXPERIMENT_ID)."),
        (["describe"], "Missing option '--run-id'."),
    ],
)
def test_wrong_calls(call: Call, options: list[str], message: str) -> None:
    result = call("runs", *options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_the_servers_message_is_the_error(call: Call) -> None:
    for command in ("describe", "delete", "restore"):
        result = call("runs", command, "--run-id", "f" * 32)
        assert result.exit_code == 1
        assert result.stderr == f"Error: Run with id={'f' * 32} not found\n"


def test_a_run_can_not_belong_to_one_that_is_not_there(call: Call) -> None:
    result = call("runs", "create", "--experiment-id", "0", "--parent-run-id", "f" * 32)
    assert result.exit_code == 1
    parent = create(call, "--experiment-id", "0")["run_id"]
    call("runs", "delete", "--run-id", parent)
    result = call("runs", "create", "--experiment-id", "0", "--parent-run-id", parent)
    assert result.exit_code == 1
    assert result.stderr == f"Error: The parent run {parent} is deleted.\n"
    assert listed(call, "--experiment-id", "0") == []


def test_all_runs_are_listed_the_last_first(call: Call) -> None:
    made = [create(call, "--experiment-id", "0")["run_id"] for _ in range(3)]
    assert sorted(listed(call, "--experiment-id", "0")) == sorted(made)
    lines = call("runs", "list", "--experiment-id", "0").stdout.splitlines()[2:]
    assert [line[:19] for line in lines] == sorted((line[:19] for line in lines), reverse=True)
