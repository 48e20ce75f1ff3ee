"""What commands print: tables, times, CSV and progress, in the shapes of MLflow's commands."""

import csv
import io
import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from unicodedata import east_asian_width

import click

from sagwan.entities import Entity, Experiment, Param, Run, Tag

NARROWEST = 4

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB")


def table(rows: Iterable[Sequence[str]], headers: Sequence[str]) -> str:
    """Rows below headers, in columns two spaces apart."""
    shown = [[_visible(cell) for cell in row] for row in rows]
    columns = [*zip(*shown, strict=True)] or [() for _ in headers]
    widths = [
        max(len(header) + 2, NARROWEST, *(_width(cell) for cell in column))
        for header, column in zip(headers, columns, strict=True)
    ]
    lines = [headers, ["-" * width for width in widths], *shown]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _visible(text: str) -> str:
    # A name may hold what a terminal would obey.
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def _width(text: str) -> int:
    """Columns of a terminal: letters of East Asia take two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def local_time(milliseconds: int) -> str:
    """Unix milliseconds as date, time and zone of this machine."""
    return datetime.fromtimestamp(milliseconds / 1000).astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def to_json(value: object, indent: int) -> str:
    """JSON as MLflow's commands print it; NaN stays a bare token, which Python reads."""
    return json.dumps(value, indent=indent, ensure_ascii=False)


def experiment_dict(experiment: Experiment) -> dict[str, object]:
    """An experiment, its tags as an object."""
    told: dict[str, object] = {
        name: getattr(experiment, name) for name in sorted(experiment.__struct_fields__)
    }
    return {**told, "tags": _mapping(experiment.tags)}


def run_dict(run: Run) -> dict[str, object]:
    """A run with all that it logged, as MLflow's `runs describe` arranges it."""
    info = {name: getattr(run.info, name) for name in sorted(run.info.__struct_fields__)}
    del info["run_uuid"]
    return {
        "info": info,
        "data": {
            "metrics": {metric.key: metric.value for metric in run.data.metrics},
            "params": _mapping(run.data.params),
            "tags": _mapping(run.data.tags),
        },
        "inputs": {
            "model_inputs": [_plain(used) for used in run.inputs.model_inputs],
            "dataset_inputs": [
                {"dataset": _plain(used.dataset), "tags": _mapping(used.tags)}
                for used in run.inputs.dataset_inputs
            ],
        },
        "outputs": {
            "model_outputs": [_plain(made) for made in run.outputs.model_outputs]
            if run.outputs
            else []
        },
    }


def runs_csv(runs: Sequence[Run]) -> str:
    """One line a run and one column for each metric, param and tag that any of them has."""
    columns: dict[str, list[str]] = {
        "run_id": [run.info.run_id for run in runs],
        "experiment_id": [run.info.experiment_id for run in runs],
        "status": [run.info.status for run in runs],
        "artifact_uri": [run.info.artifact_uri for run in runs],
        "start_time": _times([run.info.start_time for run in runs]),
        "end_time": _times([run.info.end_time for run in runs]),
    }
    for prefix, cells in (
        ("metrics", [{m.key: _number(m.value) for m in run.data.metrics} for run in runs]),
        ("params", [_mapping(run.data.params) for run in runs]),
        ("tags", [_mapping(run.data.tags) for run in runs]),
    ):
        for key in dict.fromkeys(key for cell in cells for key in cell):
            columns[f"{prefix}.{key}"] = [cell.get(key, "") for cell in cells]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue()


@contextmanager
def progress(verb: str) -> Iterator[Callable[[int, int], Callable[[int], None]]]:
    """For the block: a bar on stderr while bytes move, where a person is looking.

    What it gives is called with the number of files and of bytes, and returns what is told how
    many bytes more have been moved.
    """
    with ExitStack() as stack:

        def begin(count: int, size: int) -> Callable[[int], None]:
            if not sys.stderr.isatty() or size == 0:
                return lambda moved: None

            def told(moved: int | None) -> str:
                return f"{volume(moved or 0)} of {volume(size)}"

            bar = click.progressbar(
                length=size,
                label=f"{verb} {files(count)}",
                file=sys.stderr,
                item_show_func=told,
            )
            shown = stack.enter_context(bar)
            return lambda moved: shown.update(moved, min(shown.pos + moved, size))

        yield begin


def files(count: int) -> str:
    """ "1 file", "2 files"."""
    return f"{count:,} file{'' if count == 1 else 's'}"


def volume(size: int) -> str:
    """Bytes in the unit that reads best, such as "1.4 GiB"."""
    power = min((size.bit_length() - 1) // 10, len(_UNITS) - 1) if size else 0
    return f"{size / 1024**power:.1f} {_UNITS[power]}" if power else f"{size} B"


def _mapping(pairs: Iterable[Tag | Param]) -> dict[str, str]:
    return {pair.key: pair.value for pair in pairs}


def _plain(entity: Entity) -> dict[str, object]:
    return {name: getattr(entity, name) for name in entity.__struct_fields__}


def _number(value: float) -> str:
    return "" if math.isnan(value) else repr(value)


def _times(times: Sequence[int | None]) -> list[str]:
    """UTC, all of a column to the second or all to the millisecond; empty where there is none."""
    unit = "milliseconds" if any(time and time % 1000 for time in times) else "seconds"
    return [
        ""
        if time is None
        else datetime.fromtimestamp(time / 1000, UTC).isoformat(sep=" ", timespec=unit)
        for time in times
    ]
