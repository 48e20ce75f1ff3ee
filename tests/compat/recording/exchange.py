"""A conversation as it is kept: a file with a line of JSON for each request and its answer."""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = Any

# Of a file that is longer, or is no text, only size and digest are kept.
LONGEST_TEXT = 2500
# What an earlier exchange had too is kept once, if it is longer than so many characters.
WORTH_A_PLACE = 120
SAME_AS = "same as"
# A list of objects with the same fields, and a text that is one character many times.
TABLE = "fields"
TIMES = "times"


@dataclass
class Body:
    """Bytes in one of four forms, whose name is `form`.

    `json` is a document, `text` a text, `file` says the size and digest of bytes that are not
    kept, `part` besides which of those bytes; no bytes are an empty `text`.
    """

    form: str = "text"
    value: Json = ""

    def plain(self) -> dict[str, Json]:
        """What is kept of it."""
        return {} if self == Body() else {self.form: self.value}

    @classmethod
    def kept(cls, plain: dict[str, Json]) -> "Body":
        """The one of which `plain` was kept."""
        for form in ("json", "text", "file", "part"):
            if form in plain:
                return cls(form, plain[form])
        return cls()


@dataclass
class Exchange:
    """A request (`target` is path and query, as sent) and its answer."""

    method: str
    target: str
    headers: dict[str, str]
    body: Body
    status: int
    answer: Body

    def kept(self) -> dict[str, Json]:
        """The exchange as it is written."""
        kept: dict[str, Json] = {"ask": f"{self.method} {self.target}"}
        if self.headers:
            kept["headers"] = self.headers
        kept |= self.body.plain()
        kept["answer"] = {"status": self.status, **self.answer.plain()}
        return kept

    @classmethod
    def of(cls, kept: dict[str, Json]) -> "Exchange":
        """The exchange that was written as `kept`."""
        method, _, target = kept["ask"].partition(" ")
        answer = kept["answer"]
        headers = kept.get("headers", {})
        return cls(method, target, headers, Body.kept(kept), answer["status"], Body.kept(answer))


@dataclass
class Conversation:
    """What a program of a client said, and what an MLflow server answered.

    `head` says with which releases it was recorded.
    """

    head: dict[str, Json]
    exchanges: list[Exchange] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Keep it as the file `path`."""
        seen: dict[str, str] = {}
        kept = []
        for number, exchange in enumerate(self.exchanges):
            new: dict[str, str] = {}
            kept.append(_shortened(exchange.kept(), f"{number}:", seen, new))
            seen = new | seen
        lines = [json.dumps(line, ensure_ascii=False) for line in (self.head, *kept)]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")

    @classmethod
    def read(cls, path: Path) -> "Conversation":
        """The one that the file `path` keeps."""
        # A text may hold what Python, but not JSON, takes for the end of a line.
        head, *lines = path.read_text().removesuffix("\n").split("\n")
        full: list[Json] = []
        for line in lines:
            full.append(_in_full(json.loads(line), full))
        return cls(json.loads(head), [Exchange.of(kept) for kept in full])


def _shortened(value: Json, place: str, seen: dict[str, str], new: dict[str, str]) -> Json:
    """`value` with the place of the first, for each long object and list that is in `seen`.

    `new` gets the places of those that are not; an empty `place` is none.
    """
    if isinstance(value, str) and len(value) >= WORTH_A_PLACE and len(set(value)) == 1:
        return {TIMES: [value[0], len(value)]}
    if not isinstance(value, dict | list):
        return value
    text = json.dumps(value)
    if len(text) >= WORTH_A_PLACE:
        if text in seen:
            return {SAME_AS: seen[text]}
        if place:
            new.setdefault(text, place)
    if isinstance(value, list) and len(value) > 2 and _is_table(value):
        return {TABLE: [*value[0]], "rows": [[*item.values()] for item in value]}
    if isinstance(value, list):
        items = enumerate(value)
        return [_shortened(item, place and f"{place}/{index}", seen, new) for index, item in items]
    below = {key: "" if "/" in key else place and f"{place}/{key}" for key in value}
    return {key: _shortened(item, below[key], seen, new) for key, item in value.items()}


def _is_table(items: list[Json]) -> bool:
    """Whether the items are objects with the same fields and nothing below them."""
    if not all(isinstance(item, dict) for item in items):
        return False
    inner = (each for item in items for each in item.values())
    return all([*item] == [*items[0]] for item in items) and not any(
        isinstance(each, dict | list) for each in inner
    )


def _in_full(value: Json, before: list[Json]) -> Json:
    if isinstance(value, list):
        return [_in_full(item, before) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {TABLE, "rows"}:
        return [dict(zip(value[TABLE], row, strict=True)) for row in value["rows"]]
    if value.keys() == {TIMES}:
        return value[TIMES][0] * value[TIMES][1]
    if value.keys() != {SAME_AS}:
        return {key: _in_full(item, before) for key, item in value.items()}
    number, _, path = value[SAME_AS].partition(":")
    found = before[int(number)]
    for key in path.split("/")[1:]:
        found = found[int(key) if isinstance(found, list) else key]
    return found


def digest_of(content: bytes) -> str:
    """What bytes that are not kept are known by."""
    return hashlib.sha256(content).hexdigest()[:16]


def instead_of(digest: str, size: int) -> bytes:
    """As many bytes as there were, always the same for one digest."""
    return hashlib.shake_128(digest.encode()).digest(size)
