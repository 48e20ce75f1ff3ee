"""From what went over the wire to what is kept: what a server chose becomes a name.

Ids, page tokens and generated names that an answer was the first to tell are replaced by
`<id 3>`, `<token 1>` and so on, wherever they are said again; times that the server took from
its clock by `<time>`. What a client said first is kept as it is.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from tests.compat.recording.exchange import LONGEST_TEXT, Body, Exchange, digest_of
from tests.compat.recording.proxy import Noted

Json = Any

# A server that is recorded counts its experiments from here, so that no other number is like one.
BEFORE_FIRST_EXPERIMENT = 7_654_000
FOLDER = "<folder>"
DAY = 86_400_000

# In a target, what stands before an id may be the end of an encoded character.
BEGIN = r"(?:(?<![\w.-])|(?<=%[0-9A-F]{2}))"
KINDS = {
    "uuid": BEGIN + r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",
    "model": BEGIN + r"m-[0-9a-f]{32}(?![0-9a-f])",
    "id": BEGIN + r"[0-9a-f]{32}(?![0-9a-f])",
    "experiment": BEGIN + r"7654[0-9]{3}(?!\w)",
    "name": BEGIN + r"[a-z]+-[a-z]+-[0-9]{1,4}\b",
}
ANY_KIND = re.compile("|".join(f"(?P<{kind}>{text})" for kind, text in KINDS.items()))
GENERATED_NAME = re.compile(KINDS["name"])
MILLISECONDS = re.compile(r"(?<![\w.])\d{13}(?![\w.])")
CONTENT = re.compile(
    r"^/(ajax-)?api/2\.0/mlflow-artifacts/artifacts/.|get-artifact|artifacts/files"
)
TOKENS = ("next_page_token",)
# These a server always takes from its own clock.
SERVERS_TIMES = (
    "creation_time",
    "creation_timestamp",
    "creation_timestamp_ms",
    "last_update_time",
    "last_updated_timestamp",
    "last_updated_timestamp_ms",
)


class NobodySentIt(Exception):
    """An answer has bytes that are in no request, so nothing could stand for them."""


@dataclass
class Namer:
    """Names one conversation, whose exchanges it is shown in their order.

    `folder` is the client's own, `now` a time of the recording in Unix milliseconds.
    """

    folder: str
    now: int
    _named: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)
    _said: set[str] = field(default_factory=set)
    _sent: dict[str, bytes] = field(default_factory=dict)
    _sizes: dict[int, int] = field(default_factory=dict)
    _number: int = 0

    def exchange(self, noted: Noted) -> Exchange:
        """The next exchange, as it is kept."""
        text = _text(noted.body) or ""
        for said in (unquote(noted.target), text):
            self._said |= {found[0] for found in ANY_KIND.finditer(said)} - self._named.keys()
            self._said |= set(MILLISECONDS.findall(said))
        body = self._request_body(noted.body, text)
        target = self._replaced(noted.target)
        headers = {
            name: value
            for name, value in noted.headers.items()
            if name == "range" or (name == "content-type" and body.form != "json")
        }
        answer = self._answer_body(noted)
        self._number += 1
        return Exchange(noted.method, target, headers, body, noted.status, answer)

    def _request_body(self, content: bytes, text: str) -> Body:
        if not content:
            return Body()
        try:
            document = json.loads(text)
        except ValueError:
            document = None
        if document is not None and json.dumps(document) == text:
            return Body("json", self._document(document, answered=False))
        self._sent[digest_of(content)] = content
        if not text or len(text) > LONGEST_TEXT:
            return Body("file", [len(content), digest_of(content)])
        kept = self._replaced(text)
        if "<experiment" in kept or FOLDER in kept:
            self._sizes[len(content)] = self._number
        return Body("text", kept)

    def _answer_body(self, noted: Noted) -> Body:
        content = noted.answer
        is_json = noted.answer_headers.get("content-type", "").startswith("application/json")
        is_file = CONTENT.search(noted.target) is not None and noted.method == "GET"
        if is_json and not (is_file and noted.status < 300):
            document = json.loads(content)
            self._learn(content.decode(), document)
            return Body("json", self._document(document, answered=True))
        digest = digest_of(content)
        text = _text(content)
        if text is not None and len(text) <= LONGEST_TEXT:
            return Body("text", self._replaced(text))
        if digest in self._sent:
            return Body("file", [len(content), digest])
        return self._part(noted)

    def _part(self, noted: Noted) -> Body:
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", noted.headers.get("range", ""))
        if asked:
            first, last = int(asked[1]), int(asked[2])
            for digest, whole in self._sent.items():
                if whole[first : last + 1] == noted.answer:
                    return Body("part", [len(whole), digest, first, last])
        raise NobodySentIt(f"{noted.method} {noted.target}")

    def _learn(self, text: str, document: Json) -> None:
        for found in ANY_KIND.finditer(text):
            if found[0] not in self._said:
                self._name(found[0], str(found.lastgroup))
        for token in _values_of(document, TOKENS):
            self._name(token, "token")

    def _name(self, value: str, kind: str) -> None:
        if value not in self._named:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._named[value] = f"<{kind} {self._counts[kind]}>"

    def _document(self, value: Json, answered: bool, key: str = "") -> Json:
        if isinstance(value, dict):
            return {
                self._replaced(name): self._document(item, answered, name)
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [self._document(item, answered, key) for item in value]
        if isinstance(value, str):
            replaced = self._replaced(value)
            return MILLISECONDS.sub(self._time, replaced) if answered else replaced
        if answered and isinstance(value, int) and not isinstance(value, bool):
            if key == "file_size" and value in self._sizes:
                return f"<size of {self._sizes[value]}>"
            is_said = str(value) in self._said and key not in SERVERS_TIMES
            return "<time>" if self._is_now(value) and not is_said else value
        return value

    def _time(self, found: re.Match[str]) -> str:
        is_servers = self._is_now(int(found[0])) and found[0] not in self._said
        return "<time>" if is_servers else found[0]

    def _is_now(self, value: int) -> bool:
        return abs(value - self.now) < DAY

    def _replaced(self, text: str) -> str:
        for value, name in self._named.items():
            if name.startswith("<token"):
                text = text.replace(value, name).replace(quote(value, safe=""), name)
        text = ANY_KIND.sub(lambda found: self._named.get(found[0], found[0]), text)
        return text.replace(self.folder, FOLDER).replace(quote(self.folder, safe=""), FOLDER)


def _text(content: bytes) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _values_of(value: Json, fields: tuple[str, ...]) -> list[str]:
    """Every text of the named fields."""
    if isinstance(value, list):
        return [found for item in value for found in _values_of(item, fields)]
    if not isinstance(value, dict):
        return []
    own = [item for key, item in value.items() if key in fields and isinstance(item, str) and item]
    return own + [found for item in value.values() for found in _values_of(item, fields)]
