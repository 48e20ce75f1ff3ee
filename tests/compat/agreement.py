"""When two normalised documents agree: equality is the rule, field by field.

Its general exceptions are here, each with its reason; single ones are in `deliberate`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.compat.deliberate import Refusal
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
        r"Invalid model name \('[^']*'\) provided",
        r"Invalid order by field name",
        r"max_results must be between 1 and 2500",
        r"request must specify at most 100 run_ids\. Received \d+ run_ids",
        r"Expected numeric value type for metric",
        r"Expected a quoted string value for",
        r"Parameter value is either not quoted or unidentified quote types",
        r"IS NULL / IS NOT NULL is only supported for tags and params",
        r"Invalid value [^ ]+ for parameter '[^']+' supplied",
        r"Changing param values is not allowed",
        r"Duplicate parameter keys have been submitted",
        r"Experiment\(name=.*\) already exists\.",
        r"exceeds the maximum length of \d+ characters",
        r"Missing value for required parameter '[^']+'",
        r"To use a local path as a model version source",
        r"the name is already taken by a (prompt|registered model)",
    )
)
# Where a program tries what a search takes: each mistake there is told in the parser's own words.
PARSERS = re.compile(r"(^|/)(filters|orders|search|order by)(/|$)")
FAILED = "too many 500 error responses"
DRIVER_TEXT = re.compile(r"\(sqlite3\.\w+Error\)")


@dataclass(frozen=True)
class Difference:
    """A place at which two documents do not agree; None stands for what is not there."""

    path: str
    ours: Json
    theirs: Json

    def __str__(self) -> str:
        return f"{self.path}\n    sagwan: {self.ours!r}\n    mlflow: {self.theirs!r}"


def differences(
    ours: Json, theirs: Json, deliberate: Mapping[str, Json | Refusal] | None = None, path: str = ""
) -> Iterator[Difference]:
    """Every place, as a path of keys, at which the documents do not agree.

    `deliberate` has Sagwan's own answers by their paths.
    """
    if deliberate and path in deliberate:
        meant = deliberate[path]
        if not (meant.is_met_by(ours) if isinstance(meant, Refusal) else ours == meant):
            yield Difference(path, ours, meant)
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
        if not (is_message and _same_message(path, ours, theirs)):
            yield Difference(path, ours, theirs)


def _is_refusal_of_failure(ours: dict[str, Json], theirs: dict[str, Json]) -> bool:
    """Where MLflow itself breaks (5xx), Sagwan refuses properly (4xx with the code of an error).

    A client repeats a request that failed with 5xx for minutes, so a user's mistake never gets
    one.
    """
    if FAILED in str(theirs.get("message")):
        return ours.get("error") == "RestException" and bool(ours.get("error_code"))
    failed, refused, body = theirs.get("status"), ours.get("status"), ours.get("json")
    if not (isinstance(failed, int) and isinstance(refused, int) and isinstance(body, dict)):
        return False
    return failed >= 500 and 400 <= refused < 500 and bool(body.get("error_code"))


def _same_message(path: str, ours: Json, theirs: Json) -> bool:
    if not (isinstance(ours, str) and isinstance(theirs, str)):
        return False
    if (same := _same_fragment(ours, theirs)) is not None:
        return same
    # A database driver's words are no interface, nor are those of a parser beyond the fragments.
    return bool(ours) and bool(DRIVER_TEXT.search(theirs) or PARSERS.search(path))


def same_words(ours: str, theirs: str) -> bool:
    """Whether two messages have what is an interface in common; a database driver's has nothing."""
    same = _same_fragment(ours, theirs)
    return same if same is not None else bool(ours) and bool(DRIVER_TEXT.search(theirs))


def _same_fragment(ours: str, theirs: str) -> bool | None:
    """Whether a text that is an interface is in both; None where their message has none."""
    expected = [found[0] for fragment in FRAGMENTS if (found := fragment.search(theirs))]
    return any(text in ours for text in expected) if expected else None
