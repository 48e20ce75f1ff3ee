"""The reference of the command line in Markdown: `python -m sagwan.cli.reference > docs/cli.md`."""

import inspect
import sys
from collections.abc import Iterable, Iterator

import click

from sagwan.cli.main import main
from sagwan.cli.options import DeclaredOption
from sagwan.config.options import CLIENT_OPTIONS, MLFLOW, OPTIONS, Option

INTRODUCTION = """\
# The command line

<!-- Written by `python -m sagwan.cli.reference > docs/cli.md`; change the code, not this file. -->

`sagwan COMMAND --help` says the same. An option wins over its `SAGWAN_*` variable, and that over
the `MLFLOW_*` variable that MLflow reads for it; an empty variable counts as absent. Variables that
hold true or false are written `true` or `false`.

Commands end with 0 where they did what was asked, with 1 where that was impossible, and with 2
where they were called wrongly.
"""


def reference() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for path, command in _commands("sagwan", main):
        parts.append("\n".join(_section(path, command)))
    parts.append("\n".join(_variables()))
    return "\n".join(parts)


def _commands(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name in sorted(command.commands):
            yield from _commands(f"{path} {name}", command.commands[name])


def _section(path: str, command: click.Command) -> Iterator[str]:
    yield f"{'#' * (path.count(' ') + 2)} {path}"
    yield ""
    if path == "sagwan ui":
        yield "The same as `sagwan server`."
        yield ""
        return
    yield from _prose(inspect.cleandoc(command.help or ""))
    declared: dict[str, list[DeclaredOption]] = {}
    plain: list[click.Option] = []
    for parameter in command.params:
        if isinstance(parameter, DeclaredOption):
            declared.setdefault(parameter.declared.group, []).append(parameter)
        elif isinstance(parameter, click.Option):
            plain.append(parameter)
    if plain:
        rows = [[_names(option), _text(option.help or "")] for option in plain]
        yield from _table(["Option", "Meaning"], rows)
    for group, options in declared.items():
        yield f"**{group}{' (options of `mlflow server`)' if group == MLFLOW else ''}**"
        yield ""
        yield from _table(["Option", "Variables", "Default", "Meaning"], map(_row, options))


def _prose(help_text: str) -> Iterator[str]:
    """Paragraphs as they are; examples, which follow a line with a backspace, as code."""
    for paragraph in help_text.split("\n\n"):
        if paragraph.startswith("\b"):
            yield "```"
            for line in paragraph.splitlines()[1:]:
                yield line[2:] if line.startswith("  ") else f"# {line}"
            yield "```"
        else:
            yield _text(paragraph)
        yield ""


def _row(option: DeclaredOption) -> list[str]:
    declared = option.declared
    return [_names(option), _codes(declared.variables), _text(declared.shown), _text(declared.help)]


def _variables() -> Iterator[str]:
    yield "## Variables without an option"
    yield ""
    for reader, options in (
        ("`sagwan server`", OPTIONS),
        ("the commands that work on a server", CLIENT_OPTIONS),
    ):
        yield f"They are read by {reader}."
        yield ""
        rows = [_variable(option) for option in options if not option.flag]
        yield from _table(["Variables", "Default", "Meaning"], rows)


def _variable(option: Option) -> list[str]:
    return [_codes(option.variables), _text(option.shown), _text(option.help)]


def _names(option: click.Option) -> str:
    names = sorted([*option.opts, *option.secondary_opts], key=lambda name: name.startswith("--"))
    metavar = "" if option.is_flag or not option.metavar else f" {option.metavar}"
    return _codes([*names[:-1], names[-1] + metavar])


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _text(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;")


def _table(headers: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headers)} |"
    yield f"|{'---|' * len(headers)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(reference())
