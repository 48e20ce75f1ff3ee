"""Two servers' answers made comparable: what may differ becomes a placeholder, the rest stays.

What may differ by nature: ids, the present time, addresses, temporary folders, generated names
and the contents of page tokens. An id becomes the number of its first appearance, so that two
fields that hold one id on one server must do so on the other.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Json = Any
DAY = timedelta(days=1)

MODEL_OR_RUN = re.compile(r"(?<![0-9a-f])(m-)?[0-9a-f]{32}(?![0-9a-f])")
# The client replaces an id's first digit by a letter in some names.
UUID = re.compile(r"\b[0-9a-z][0-9a-f]{7}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
ARTIFACT_ROOT = re.compile(r"mlflow-artifacts:/\d+")
PROXY_PATH = re.compile(r"(?<![\w.])\d+(?=(?:/|%2F)(?:<(?:id|model) \d+>|models/))")
AS_A_PARAMETER = re.compile(r"(Invalid value \"?)(\d+)(?=\"? for parameter 'experiment_ids?)")
STATEMENT = re.compile(r"\n\[SQL: .*", re.DOTALL)
ERROR_BODY = re.compile(r"(?<=Response text: )\{.*\}")
IN_A_SENTENCE = re.compile(r"((?<!<)\b(?:[Ee]xperiment|[Ii][Dd])(?: |=|: ?)'?)(\d+)\b")
MILLISECONDS = re.compile(r"(?<![\w.])\d{13}(?![\w.])")
CLOCK = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d:\d\d([.,]\d+)?(\s?(UTC|Z|[+-]\d\d:?\d\d))?")
SET = re.compile(r"\{('[^'{}]*'(?:, '[^'{}]*')+)\}")
GENERATED_NAME = re.compile(r"[a-z]+-[a-z]+-\d{1,4}")
EXPERIMENT_FIELDS = ("experiment_id", "experiment_ids")
MODEL_HISTORY = "mlflow.log-model.history"
UNORDERED_FIELDS = ("model_inputs", "model_outputs")
TOKEN_FIELDS = ("next_page_token", "token")


@dataclass
class Normalizer:
    """Normalises one program's document.

    `texts` are strings of this one run (the server's URL, its folder) and what to write instead;
    `now` is a time of the run.
    """

    now: datetime
    texts: dict[str, str] = field(default_factory=dict)
    _ids: dict[str, str] = field(default_factory=dict)
    _experiments: dict[str, str] = field(default_factory=dict)

    def document(self, value: Json) -> Json:
        """`value` with a placeholder for each thing that may differ between servers."""
        for experiment in _values_of(value, EXPERIMENT_FIELDS):
            self._experiments.setdefault(str(experiment), f"<experiment {len(self._experiments)}>")
        return self._value(value)

    def _value(self, value: Json) -> Json:
        if isinstance(value, dict):
            return self._object(value)
        if isinstance(value, list):
            return [self._value(item) for item in _in_order(value)]
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, int) and not isinstance(value, bool) and self._is_now(value):
            return "<time>"
        return value

    def _object(self, value: dict[str, Json]) -> dict[str, Json]:
        made = {}
        for key, item in sorted(value.items()):
            if key in EXPERIMENT_FIELDS:
                made[key] = self._experiment_ids(item)
            elif key in TOKEN_FIELDS and item:
                made[key] = "<token>"
            elif key == MODEL_HISTORY:
                # JSON that the server writes itself: keys in any order.
                made[key] = self._value(json.loads(item))
            else:
                made[self._text(key)] = self._value(item)
            if key in UNORDERED_FIELDS and item:
                made[key].sort(key=json.dumps)
        if str(value.get("path", "")).endswith("MLmodel") and value.get("file_size"):
            # The file holds the experiment's id, which may have more digits.
            made["file_size"] = "<size>"
        return made

    def _experiment_ids(self, value: Json) -> Json:
        if isinstance(value, list):
            return [self._experiment_ids(item) for item in value]
        return self._experiments[str(value)] if value is not None else None

    def _text(self, text: str) -> str:
        if GENERATED_NAME.fullmatch(text):
            return "<generated name>"
        text = STATEMENT.sub("", text)
        for own, shared in self.texts.items():
            text = text.replace(own, shared)
        text = UUID.sub("<uuid>", text)
        text = SET.sub(lambda found: "{" + ", ".join(sorted(found[1].split(", "))) + "}", text)
        text = MODEL_OR_RUN.sub(self._id, text)
        text = ARTIFACT_ROOT.sub("mlflow-artifacts:/<experiment>", text)
        text = PROXY_PATH.sub("<experiment>", text)
        text = IN_A_SENTENCE.sub(self._experiment_in_text, text)
        text = AS_A_PARAMETER.sub(self._experiment_in_text, text)
        text = ERROR_BODY.sub(lambda found: _error_body(found[0]), text)
        text = MILLISECONDS.sub(
            lambda found: "<time>" if self._is_now(int(found[0])) else found[0], text
        )
        return CLOCK.sub(lambda found: "<time>" if self._is_today(found[1]) else found[0], text)

    def _id(self, found: re.Match[str]) -> str:
        kind = "model" if found[1] else "id"
        return self._ids.setdefault(found[0], f"<{kind} {len(self._ids)}>")

    def _experiment_in_text(self, found: re.Match[str]) -> str:
        return found[1] + self._experiments.get(found[2], found[2])

    def _is_now(self, milliseconds: int) -> bool:
        now = self.now.timestamp() * 1000
        return abs(milliseconds - now) < DAY.total_seconds() * 1000

    def _is_today(self, day: str) -> bool:
        try:
            then = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError:
            return False
        return abs(then - self.now) < 2 * DAY


def _error_body(text: str) -> str:
    """A server's JSON error without its spaces and without what no client reads."""
    try:
        body = json.loads(text)
    except ValueError:
        return text
    return json.dumps({key: body.get(key) for key in ("error_code", "message")})


def _in_order(items: list[Json]) -> list[Json]:
    """Lists of key-value objects by key, since their order is free; each key's own order stays."""
    if all(isinstance(item, dict) and isinstance(item.get("key"), str) for item in items):
        return sorted(items, key=lambda item: item["key"])
    return items


def _values_of(value: Json, fields: tuple[str, ...]) -> Iterator[Json]:
    """Every value of the named fields, in the order in which they are normalised."""
    if isinstance(value, dict):
        for key, item in sorted(value.items()):
            if key in fields:
                yield from item if isinstance(item, list) else [item]
            else:
                yield from _values_of(item, fields)
    elif isinstance(value, list):
        for item in _in_order(value):
            yield from _values_of(item, fields)
