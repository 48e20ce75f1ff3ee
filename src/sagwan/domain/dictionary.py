"""Rules of the dictionary of metrics."""

import math
from collections.abc import Iterable, Sequence

from sagwan.domain.limits import within
from sagwan.domain.names import check_name
from sagwan.entities.dictionary import MetricEntry
from sagwan.errors import InvalidState, invalid

ENTRIES = 1000
LABEL_LENGTH = 250
UNIT_LENGTH = 40
DECIMALS = 12
DIRECTIONS = ("", "min", "max")


def check_entries(entries: Sequence[MetricEntry]) -> list[MetricEntry]:
    """The entries that say something, by key, without spaces around their texts.

    Raises InvalidParameter, which names the entry and what is wrong in it.
    """
    if len(entries) > ENTRIES:
        raise invalid("metrics", len(entries), f"At most {ENTRIES} metrics can be described.")
    checked = [_checked(entry, f"metrics[{at}]") for at, entry in enumerate(entries)]
    seen: set[str] = set()
    for at, entry in enumerate(checked):
        if entry.key in seen:
            raise invalid(f"metrics[{at}].key", entry.key, "Each metric can be described once.")
        seen.add(entry.key)
    return sorted((entry for entry in checked if _says(entry)), key=lambda entry: entry.key)


def merged(server: Iterable[MetricEntry], own: Iterable[MetricEntry]) -> list[MetricEntry]:
    """What holds in an experiment: its own words, and where it has none those of the server."""
    found = {entry.key: entry for entry in server}
    for entry in own:
        found[entry.key] = _over(entry, found[entry.key]) if entry.key in found else entry
    return [found[key] for key in sorted(found)]


def check_version(given: int | None, version: int) -> None:
    """Raise InvalidState where a change was made that who makes this one hasn't seen."""
    if given is not None and given != version:
        raise InvalidState(
            f"The dictionary has been changed since: it is at version {version}, not {given}."
            " Read it again, and make your change to that."
        )


def _checked(entry: MetricEntry, path: str) -> MetricEntry:
    check_name(entry.key, f"{path}.key", "Metric name")
    if entry.decimals is not None and not 0 <= entry.decimals <= DECIMALS:
        raise invalid(f"{path}.decimals", entry.decimals, f"It must be between 0 and {DECIMALS}.")
    if entry.direction not in DIRECTIONS:
        raise invalid(f"{path}.direction", entry.direction, "It must be min or max.")
    for name in ("low", "high", "goal"):
        value = getattr(entry, name)
        if value is not None and not math.isfinite(value):
            raise invalid(f"{path}.{name}", str(value), "It must be a finite number.")
    if entry.low is not None and entry.high is not None and entry.low >= entry.high:
        raise invalid(f"{path}.high", entry.high, f"It must be greater than low, {entry.low}.")
    return MetricEntry(
        entry.key,
        _text(f"{path}.label", entry.label, LABEL_LENGTH),
        _text(f"{path}.unit", entry.unit, UNIT_LENGTH),
        entry.direction,
        entry.decimals,
        entry.low,
        entry.high,
        entry.goal,
        _text(f"{path}.group", entry.group, LABEL_LENGTH),
    )


def _text(path: str, text: str, length: int) -> str:
    text = text.strip()
    within(path, length, text)
    if not text.isprintable():
        raise invalid(path, text, "It must be one line of characters that can be seen.")
    return text


def _says(entry: MetricEntry) -> bool:
    return entry != MetricEntry(entry.key)


def _over(own: MetricEntry, server: MetricEntry) -> MetricEntry:
    low = server.low if own.low is None else own.low
    high = server.high if own.high is None else own.high
    if low is not None and high is not None and low >= high:
        # One end is the server's, and doesn't go with the other one.
        low, high = own.low, own.high
    return MetricEntry(
        own.key,
        own.label or server.label,
        own.unit or server.unit,
        own.direction or server.direction,
        server.decimals if own.decimals is None else own.decimals,
        low,
        high,
        server.goal if own.goal is None else own.goal,
        own.group or server.group,
    )
