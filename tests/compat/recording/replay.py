"""A kept conversation said again to a server, and its answers held with those that were kept."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote

from tests.compat.agreement import Difference, same_words
from tests.compat.recording.exchange import Body, Conversation, Exchange, instead_of
from tests.compat.recording.naming import DAY, FOLDER, KINDS

Json = Any

# What names stand for is found by its form, and is the same from then on.
NAMED = re.compile(r"<(?:(" + "|".join(KINDS) + r"|token) \d+|time)>")
FORMS = KINDS | {"experiment": r"\d+", "token": r".+"}
SIZE = re.compile(r"<size of (\d+)>")
USERS_FOLDER = "/home/ann/project"
# In what order such objects are in a list says nothing: those with one of these fields, and those
# of these lists.
BY_CONTENT = ("key", "alias")
FREE_FIELDS = {
    "latest_versions": "version",
    "model_inputs": "model_id",
    "model_outputs": "model_id",
}
# Additions of recent servers to errors, which no client reads.
UNREAD = ("sqlstate", "error_class")


class Answered(NamedTuple):
    """What a server answered."""

    status: int
    body: bytes


Ask = Callable[[str, str, dict[str, str], bytes], Answered]
"""Sends a method, a target, headers and a body to a server."""


class Wrong(NamedTuple):
    """An exchange that went otherwise than it was kept.

    `status` is that of the answer, `differences` where it is another than the kept one.
    """

    number: int
    exchange: Exchange
    status: int
    differences: list[Difference]

    def __str__(self) -> str:
        asked = json.dumps(self.exchange.body.value, ensure_ascii=False)[:300]
        lines = [f"{self.number}: {self.exchange.method} {self.exchange.target}\n  {asked}"]
        return "\n  ".join([*lines, *map(str, self.differences)])


@dataclass
class Replay:
    """Says conversations to a server through `ask`; `now` is its time in Unix milliseconds."""

    ask: Ask
    now: int
    _meant: dict[str, str] = field(default_factory=dict)
    _sizes: dict[int, int] = field(default_factory=dict)

    def wrong(self, conversation: Conversation) -> Iterator[Wrong]:
        """Every exchange whose answer is not the one that was kept."""
        for number, exchange in enumerate(conversation.exchanges):
            target = self._said(exchange.target, in_target=True)
            headers = {**exchange.headers}
            if exchange.body.form == "json":
                headers["content-type"] = "application/json"
            body = self._bytes(exchange.body)
            self._sizes[number] = len(body)
            answered = self.ask(exchange.method, target, headers, body)
            if found := list(self._differences(exchange, answered)):
                yield Wrong(number, exchange, answered.status, found)

    def _differences(self, exchange: Exchange, answered: Answered) -> Iterator[Difference]:
        if answered.status != exchange.status:
            shown = answered.body[:300].decode(errors="replace")
            yield Difference(f"status ({shown})", answered.status, exchange.status)
        elif exchange.answer.form == "json":
            try:
                ours = json.loads(answered.body)
            except ValueError:
                yield Difference("", answered.body[:300], exchange.answer.value)
            else:
                yield from self._unlike("", ours, exchange.answer.value)
        elif exchange.answer.form == "text":
            text = answered.body.decode(errors="replace")
            if not self._fits(text, exchange.answer.value):
                yield Difference("", text, exchange.answer.value)
        elif answered.body != self._bytes(exchange.answer):
            yield Difference("", f"{len(answered.body)} other bytes", exchange.answer.value)

    def _bytes(self, body: Body) -> bytes:
        if body.form == "json":
            return json.dumps(self._document(body.value)).encode()
        if body.form == "text":
            return self._said(body.value).encode()
        size, digest, *part = body.value
        content = instead_of(digest, size)
        return content[part[0] : part[1] + 1] if part else content

    def _document(self, value: Json) -> Json:
        if isinstance(value, dict):
            return {self._said(key): self._document(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._document(item) for item in value]
        return self._said(value) if isinstance(value, str) else value

    def _said(self, text: str, in_target: bool = False) -> str:
        def meant(found: re.Match[str]) -> str:
            value = self._meant.get(found[0], found[0])
            return quote(value, safe="") if in_target else value

        return NAMED.sub(meant, text).replace(FOLDER, USERS_FOLDER)

    def _unlike(self, path: str, ours: Json, kept: Json) -> Iterator[Difference]:
        if isinstance(ours, dict) and isinstance(kept, dict):
            kept = {self._said(key): item for key, item in kept.items()}
            is_error = "error_code" in kept
            for key in sorted(ours.keys() | kept.keys(), key=lambda key: key != "info"):
                below = f"{path}/{key}"
                one, other = ours.get(key), kept.get(key)
                if is_error and key == "message":
                    if not self._same_message(one, other):
                        yield Difference(below, one, other)
                elif not (is_error and key in UNREAD):
                    yield from self._unlike(below, one, other)
        elif isinstance(ours, list) and isinstance(kept, list) and len(ours) == len(kept):
            pairs = zip(self._in_order(path, ours), self._in_order(path, kept), strict=True)
            for index, (one, other) in enumerate(pairs):
                yield from self._unlike(f"{path}/{index}", one, other)
        elif not self._same(ours, kept):
            yield Difference(path, ours, kept)

    def _same(self, ours: Json, kept: Json) -> bool:
        if isinstance(kept, str) and isinstance(ours, int) and not isinstance(ours, bool):
            if size := SIZE.fullmatch(kept):
                return ours == self._sizes[int(size[1])]
            return kept == "<time>" and abs(ours - self.now) < DAY
        if isinstance(kept, str) and isinstance(ours, str):
            return self._fits(ours, kept)
        return type(ours) is type(kept) and bool(ours == kept)

    def _fits(self, ours: str, kept: str) -> bool:
        """Whether the texts are the same; what new names stand for is learnt from it."""
        kept = kept.replace(FOLDER, USERS_FOLDER)
        if "<" not in kept:
            return ours == kept
        pattern, end, new = "", 0, {}
        for found in NAMED.finditer(kept):
            pattern += re.escape(kept[end : found.start()])
            end = found.end()
            if found[0] in self._meant:
                pattern += re.escape(self._meant[found[0]])
            elif found[0] == "<time>":
                pattern += r"\d{13}"
            elif found[0] in new:
                pattern += f"(?P={new[found[0]]})"
            else:
                new[found[0]] = f"n{len(new)}"
                pattern += f"(?P<{new[found[0]]}>{FORMS[found[1]]})"
        match = re.fullmatch(pattern + re.escape(kept[end:]), ours, re.DOTALL)
        if match is None:
            return False
        self._meant |= {name: match[group] for name, group in new.items()}
        return True

    def _same_message(self, ours: Json, kept: Json) -> bool:
        if not (isinstance(ours, str) and isinstance(kept, str)):
            return False
        return self._fits(ours, kept) or same_words(ours, self._said(kept))

    def _in_order(self, path: str, items: list[Json]) -> list[Json]:
        """Lists whose order is free in one that depends on their contents; others as they are."""
        if not all(isinstance(item, dict) for item in items):
            return items
        field = path.rpartition("/")[2]
        for key in (*BY_CONTENT, *((FREE_FIELDS[field],) if field in FREE_FIELDS else ())):
            if all(key in item for item in items):
                return sorted(items, key=lambda item: self._said(str(item[key])))
        return items
