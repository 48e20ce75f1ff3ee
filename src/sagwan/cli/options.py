"""Options of commands, made from their declarations in `sagwan.config`."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import click

from sagwan.config.options import MLFLOW, Kind, Option

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class DeclaredOption(click.Option):
    """A click option that knows its declaration. Values stay text: `config` reads them."""

    def __init__(self, param_decls: Sequence[str] | None = None, *, declared: Option) -> None:
        names = [declared.name]
        if declared.negative:
            names = [f"{declared.name}/{declared.negative}"]
        elif declared.short:
            names.insert(0, declared.short)
        flag = declared.kind is Kind.FLAG
        super().__init__(
            [declared.field, *names],
            default=None,
            is_flag=flag,
            type=bool if flag else str,
            metavar=None if flag else declared.metavar or "TEXT",
            help=_help(declared),
        )
        self.declared = declared


class GroupedCommand(click.Command):
    """A command whose help lists its options by topic."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                declared = getattr(parameter, "declared", None)
                groups.setdefault(declared.group if declared else "Help", []).append(record)
        for name, records in groups.items():
            title = f"{name} (options of mlflow server)" if name == MLFLOW else name
            with formatter.section(title):
                formatter.write_dl(records)


def declared_options(options: Iterable[Option]) -> Decorator:
    """Adds the options that have a flag, in their order."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed([option for option in options if option.flag]):
            function = click.option(cls=DeclaredOption, declared=option)(function)
        return function

    return decorate


def _help(option: Option) -> str:
    default = f" Default: {option.shown}." if option.shown else ""
    variables = f" [{', '.join(option.variables)}]" if option.variables else ""
    return f"{option.help}{default}{variables}"
