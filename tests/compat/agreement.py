"""When two normalised documents agree, and where Sagwan means to differ from MLflow.

Equality is the rule, field by field. Two general exceptions and one table follow it; each says
why. The table's entries state what Sagwan answers, so that they can't hide anything else.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.compat.normalize import Json

# Texts that are an interface: where both messages hold the same one, the rest of the words is free.
FRAGMENTS = tuple(
    re.compile(text)
    for text in (
        r"Invalid clause\(s\) in filter string",
        r"Invalid entity type",
        r"Invalid attribute key",
        r"Invalid comparator",
        r"Invalid order_by clause",
        r"Invalid ordering key",
        r"Invalid page token",
        r"Expected numeric value type for metric",
        r"Expected a quoted string value for",
        r"Parameter value is either not quoted or unidentified quote types",
        r"IS NULL / IS NOT NULL is only supported for tags and params",
        r"Invalid value [^ ]+ for parameter '[^']+' supplied",
        r"Changing param values is not allowed",
        r"Duplicate parameter keys have been submitted",
        r"Experiment\(name=.*\) already exists\.",
        r"exceeds the maximum length of \d+ characters",
    )
)
DRIVER_TEXT = re.compile(r"\(sqlite3\.\w+Error\)")


@dataclass(frozen=True)
class Deliberate:
    """A place at which Sagwan answers `sagwan` whatever MLflow answers, and the reason."""

    program: str
    path: str
    sagwan: Json
    reason: str


DELIBERATE: tuple[Deliberate, ...] = ()


@dataclass(frozen=True)
class Difference:
    """A place at which two documents do not agree; None stands for what is not there."""

    path: str
    ours: Json
    theirs: Json

    def __str__(self) -> str:
        return f"{self.path}\n    sagwan: {self.ours!r}\n    mlflow: {self.theirs!r}"


def differences(
    ours: Json, theirs: Json, deliberate: Mapping[str, Json] | None = None, path: str = ""
) -> Iterator[Difference]:
    """Every place, as a path of keys, at which the documents do not agree.

    `deliberate` has Sagwan's own answers by their paths.
    """
    if deliberate and path in deliberate:
        if ours != deliberate[path]:
            yield Difference(path, ours, deliberate[path])
    elif isinstance(ours, dict) and isinstance(theirs, dict):
        if not _is_refusal_of_failure(ours, theirs):
            for key in sorted(ours.keys() | theirs.keys()):
                below = f"{path}/{key}" if path else key
                yield from differences(ours.get(key), theirs.get(key), deliberate, below)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(one, other, deliberate, f"{path}/{index}")
    elif type(ours) is not type(theirs) or ours != theirs:
        is_message = path.rpartition("/")[2] == "message"
        if not (is_message and _same_message(ours, theirs)):
            yield Difference(path, ours, theirs)


def _is_refusal_of_failure(ours: dict[str, Json], theirs: dict[str, Json]) -> bool:
    """Where MLflow itself breaks (5xx), Sagwan refuses properly (4xx with the code of an error).

    A client repeats a request that failed with 5xx for minutes, so a user's mistake never gets
    one.
    """
    failed, refused = theirs.get("status"), ours.get("status")
    if not (isinstance(failed, int) and isinstance(refused, int)):
        return False
    body = ours.get("json") or ours
    has_code = isinstance(body, dict) and bool(body.get("error_code"))
    return failed >= 500 and 400 <= refused < 500 and has_code


def _same_message(ours: Json, theirs: Json) -> bool:
    if not (isinstance(ours, str) and isinstance(theirs, str)):
        return False
    for fragment in FRAGMENTS:
        one, other = fragment.search(ours), fragment.search(theirs)
        if one and other and one[0] == other[0]:
            return True
    # A database driver's words are no interface: there, any words of our own will do.
    return bool(DRIVER_TEXT.search(theirs)) and bool(ours)


def deliberate_in(program: str, document: Json) -> dict[str, Json]:
    """The table's entries for `program`, all of which must name a place in its document.

    Raises:
        AssertionError: an entry names nothing, so it is out of date.
    """
    found = {}
    for entry in DELIBERATE:
        if entry.program == program and _exists(document, entry.path.split("/")):
            found[entry.path] = entry.sagwan
        else:
            assert entry.program != program, f"no such place: {entry.program}: {entry.path}"
    return found


def _exists(document: Json, keys: list[str]) -> bool:
    if not keys:
        return True
    if isinstance(document, dict):
        return any(
            _exists(document["/".join(keys[:size])], keys[size:])
            for size in range(1, len(keys) + 1)
            if "/".join(keys[:size]) in document
        )
    if isinstance(document, list):
        return keys[0].isdigit() and int(keys[0]) < len(document)
    return False
