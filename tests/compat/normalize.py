"""Two servers' answers made comparable: what may differ becomes a placeholder, the rest stays.

What may differ by nature: ids, the present time, addresses, temporary folders, generated names,
the checkout's commit and the contents of page tokens. An id becomes the number of its first appearance, so that two
fields that hold one id on one server must do so on the other.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Json = Any
DAY = timedelta(days=1)

MODEL_OR_RUN = re.compile(r"(?<![0-9a-f])(m-)?[0-9a-f]{32}(?![0-9a-f])")
COMMIT = re.compile(r"\b[0-9a-f]{40}\b")
UUID = re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
ARTIFACT_ROOT = re.compile(r"mlflow-artifacts:/\d+")
PROXY_PATH = re.compile(r"(?<![\w/])\d+(?=/<(?:id|model) \d+>)|(?<=')\d+(?=/models/)")
IN_A_SENTENCE = re.compile(r"((?<!<)\b(?:[Ee]xperiment|[Ii][Dd])(?: |=|: ?)'?)(\d+)\b")
MILLISECONDS = re.compile(r"(?<![\w.])\d{13}(?![\w.])")
CLOCK = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d:\d\d([.,]\d+)?(\s?(UTC|Z|[+-]\d\d:?\d\d))?")
SET = re.compile(r"\{('[^'{}]*'(?:, '[^'{}]*')+)\}")
GENERATED_NAME = re.compile(r"[a-z]+-[a-z]+-\d{1,4}")
EXPERIMENT_FIELDS = ("experiment_id", "experiment_ids")
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
            else:
                made[self._text(key)] = self._value(item)
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
        for own, shared in self.texts.items():
            text = text.replace(own, shared)
        text = COMMIT.sub("<commit>", text)
        text = UUID.sub("<uuid>", text)
        text = SET.sub(lambda found: "{" + ", ".join(sorted(found[1].split(", "))) + "}", text)
        text = MODEL_OR_RUN.sub(self._id, text)
        text = ARTIFACT_ROOT.sub("mlflow-artifacts:/<experiment>", text)
        text = PROXY_PATH.sub("<experiment>", text)
        text = IN_A_SENTENCE.sub(self._experiment_in_text, text)
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
