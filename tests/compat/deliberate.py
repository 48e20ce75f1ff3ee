"""Where Sagwan means to answer other than MLflow does, each place with its reason.

An entry states what Sagwan answers (None: the place is empty), so that it can't hide anything
else, and it must name a place that exists in what MLflow or Sagwan answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.compat.normalize import Json


@dataclass(frozen=True)
class Refusal:
    """A clear error: of HTTP status 400 in a raw answer, with `code` and some message."""

    code: str = "INVALID_PARAMETER_VALUE"

    def is_met_by(self, answer: Json) -> bool:
        """Whether `answer` is such an error."""
        if not isinstance(answer, dict):
            return False
        raw = "json" in answer
        error = answer["json"] if raw else answer
        told = isinstance(error, dict) and bool(error.get("message"))
        return (
            told
            and error.get("error_code") == self.code
            and (answer.get("status") == 400 if raw else answer.get("error") == "RestException")
        )


@dataclass(frozen=True)
class Deliberate:
    """Places in a program's document, what Sagwan answers at each of them, and why."""

    program: str
    reason: str
    answers: Mapping[str, Json | Refusal]


REFUSED = Refusal()
ACCEPTED = {"status": 200, "json": {}}

INTEGERS = "MLflow takes 0 silently for what is no integer of 64 bits; the mistake is told."
NO_TEXT = "MLflow silently takes the empty value for one of a wrong type; the mistake is told."
EMPTY_KEY = "MLflow takes an empty key, which nothing can have; the mistake is told."
CONSTRAINT = "MLflow lets its database find the mistake and shows what the driver says."
BACKSLASH = "A backslash is a separator on some systems, so such a path is refused everywhere."
LENIENT = "MLflow refuses this, although its meaning is clear."
NO_PARAMETER = "MLflow looks for a run named None, or answers in HTML."
QUESTION_MARK = "MLflow cuts a file's name at a question mark, so that files overwrite each other."
EMPTY_FILE = "MLflow tells no size for an empty file; its size is 0."

NO_EVENTS = (
    "Missing value for required parameter 'events'."
    " See the API docs for more information about request parameters."
)
MARKED = "tree/100% sure + more"
REFUSED_PATHS = ("download", "list", "proxy list")

DELIBERATE: tuple[Deliberate, ...] = (
    Deliberate(
        "webhooks",
        "An empty list of events is a parameter that is missing, as everywhere.",
        {"refused/2/json/message": NO_EVENTS},
    ),
    Deliberate(
        "rest",
        INTEGERS,
        {
            "numbers/step fraction": REFUSED,
            "numbers/step true": REFUSED,
            "numbers/step too large": REFUSED,
            "numbers/timestamp fraction": REFUSED,
            "numbers/timestamp true": REFUSED,
            "numbers/timestamp too large": REFUSED,
            "numbers/after all/metrics/s fraction": None,
            "numbers/after all/metrics/s true": None,
            "numbers/after all/metrics/s too large": None,
            "numbers/after all/metrics/t fraction": None,
            "numbers/after all/metrics/t true": None,
            "numbers/after all/metrics/t too large": None,
        },
    ),
    Deliberate(
        "rest",
        "MLflow stores 0 with no time for a bare NaN and for what is out of a double's range; "
        "here they are NaN and the largest double, as where a client writes them as texts.",
        {
            "numbers/after all/metrics/v NaN bare": {"step": 0, "timestamp": 5, "value": "NaN"},
            "numbers/after all/metrics/v huge": {
                "step": 0,
                "timestamp": 5,
                "value": 1.7976931348623157e308,
            },
        },
    ),
    Deliberate(
        "rest",
        NO_TEXT,
        {
            "runs/batch metric text": REFUSED,
            "runs/batch param number": REFUSED,
            "runs/search numbers": REFUSED,
            "runs/after all/metrics/a": None,
            "runs/after all/params/n": None,
        },
    ),
    Deliberate(
        "rest",
        CONSTRAINT,
        {
            "runs/create empty": REFUSED,
            "runs/create nothing": REFUSED,
        },
    ),
    Deliberate(
        "rest",
        BACKSLASH,
        {f"artifacts/{way} a\\..\\..": REFUSED for way in REFUSED_PATHS},
    ),
    Deliberate(
        "rest",
        NO_PARAMETER,
        {
            "artifacts/download no run": REFUSED,
            "artifacts/download no path": REFUSED,
        },
    ),
    Deliberate(
        "rest",
        LENIENT,
        {
            "bodies/camel case": ACCEPTED,
            "bodies/after all/tags/camel": {"value": "v"},
            "logged models/params without id": ACCEPTED,
        },
    ),
    Deliberate(
        "artifacts",
        QUESTION_MARK,
        {
            f"contents/{MARKED}": None,
            f"contents/{MARKED}?&=;.txt": (
                "e259202cf023eab7796e37ae870c07f3034381e23084c6ee8907675b62c22fdd"
            ),
            "listing/tree/0": f"{MARKED}?&=;.txt",
            f"listing/{MARKED}": None,
            f"listing/{MARKED}?&=;.txt": 5,
            "did not come back": ["plus+and%20percent.txt"],
        },
    ),
    Deliberate("artifacts", EMPTY_FILE, {"listing/tree/empty": 0}),
    Deliberate(
        "search_runs",
        EMPTY_KEY,
        {
            "filters/metrics. > 1": REFUSED,
            "filters/tags. = 'x'": REFUSED,
            "orders/metrics.": REFUSED,
        },
    ),
    Deliberate(
        "search_runs",
        "MLflow takes the backticks for a part of the key, so nothing is found.",
        {"filters/tags.`a`.b.c = 'dots'": REFUSED},
    ),
    Deliberate(
        "search_runs",
        "A number with something behind it is a wrong clause, not a value of a wrong type.",
        {"filters/metrics.m > 1 + 1": REFUSED},
    ),
    Deliberate(
        "search_runs",
        LENIENT,
        {"orders/  metrics.m   DESC  ": ["i", "f", "b", "g", "a", "e", "j", "c", "d", "H-Upper"]},
    ),
    Deliberate(
        "logged_models",
        LENIENT,
        {"filters/last_updated_time >= 0": {"models": ["external", "third", "second", "first"]}},
    ),
    Deliberate(
        "logged_models",
        "A status is searched by its number; MLflow takes any text and finds nothing.",
        {"filters/status = 'READY'": REFUSED},
    ),
    Deliberate("logged_models", CONSTRAINT, {"params again": REFUSED}),
)


def deliberate_in(program: str, *documents: Json) -> dict[str, Json | Refusal]:
    """Sagwan's own answers in `program`, by their places.

    Raises:
        AssertionError: a place is in none of the documents, so its entry is out of date.
    """
    answers: dict[str, Json | Refusal] = {}
    for entry in DELIBERATE:
        if entry.program == program:
            answers |= entry.answers
    for path in answers:
        there = any(_exists(document, path.split("/")) for document in documents)
        assert there, f"{program} has no such place: {path}"
    return answers


def _exists(document: Json, keys: list[str]) -> bool:
    if not keys:
        return True
    if isinstance(document, list):
        document = {str(index): item for index, item in enumerate(document)}
    if not isinstance(document, dict):
        return False
    # A key may hold slashes itself.
    return any(
        _exists(document["/".join(keys[:size])], keys[size:])
        for size in range(1, len(keys) + 1)
        if "/".join(keys[:size]) in document
    )
