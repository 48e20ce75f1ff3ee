"""The command as a whole: its start, its help, its errors."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from sagwan import __version__
from sagwan.cli.main import main
from tests.cli.conftest import Call

HEAVY = ("numpy", "sqlalchemy", "uvicorn", "starlette", "httpx", "alembic", "asyncio", "zstandard")

PROBE = """
import sys
from sagwan.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert end.code == 0, end.code
print(*[name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
"""


def commands(path: tuple[str, ...], command: click.Command) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from commands((*path, name), child)


COMMANDS = sorted(commands((), main))


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["server", "--help"]])
def test_the_start_does_not_wait_for_large_libraries(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(heavy=HEAVY), *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.split() == []
    assert done.stdout


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sagwan", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"sagwan {__version__}\n"


def test_the_commands_are_those_of_mlflow_that_make_sense_and_our_own() -> None:
    assert [" ".join(path) for path in COMMANDS if path] == [
        "artifacts",
        "artifacts download",
        "artifacts list",
        "artifacts log-artifact",
        "artifacts log-artifacts",
        "artifacts upload",
        "db",
        "db backup",
        "db check",
        "db current",
        "db downgrade",
        "db history",
        "db restore",
        "db upgrade",
        "experiments",
        "experiments create",
        "experiments csv",
        "experiments delete",
        "experiments get",
        "experiments rename",
        "experiments restore",
        "experiments search",
        "gc",
        "runs",
        "runs create",
        "runs delete",
        "runs describe",
        "runs list",
        "runs restore",
        "server",
        "ui",
    ]


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_and_every_option_has_help(call: Call, path: tuple[str, ...]) -> None:
    assert call(*path, "--help").exit_code == 0
    command: click.Command = main
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
        else:
            # Click has no help for arguments: the command's own names them.
            assert str(parameter.name).upper() in command.help


def test_the_servers_help_is_ordered_by_topic_and_names_the_variables(call: Call) -> None:
    text = call("server", "--help", COLUMNS="200").output
    topics = [line for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert topics == [
        "Storage:",
        "Network:",
        "Security:",
        "Webhooks:",
        "Limits:",
        "Accepted for MLflow's sake (options of mlflow server):",
        "Help:",
    ]
    for word in (
        "SAGWAN_PORT",
        "MLFLOW_PORT",
        "--no-serve-artifacts",
        "-h, --host",
        "sagwan server",
    ):
        assert word in text


def test_ui_is_another_name_of_server(call: Call) -> None:
    ui = call("ui", "--help").output
    assert ui.replace("ui [OPTIONS]", "server [OPTIONS]") == call("server", "--help").output


def test_a_command_that_is_not_there(call: Call) -> None:
    result = call("servr")
    assert result.exit_code == 2
    assert "No such command 'servr'" in result.stderr
