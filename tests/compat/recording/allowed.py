"""Where Sagwan's answer may be another than the kept one, each place with its reason."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.compat.agreement import Difference
from tests.compat.deliberate import (
    CONSTRAINT,
    EMPTY_KEY,
    LENIENT,
    QUESTION_MARK,
)
from tests.compat.recording.replay import Wrong


@dataclass(frozen=True)
class Allowed:
    """An answer with another status, for the requests of a program that have `text` in them."""

    program: str
    text: str
    reason: str
    status: int = 400


ALLOWED = (
    Allowed("logged_models", "last_updated_time >= 0", LENIENT, 200),
    Allowed("logged_models", "status = 'READY'", "A status is searched by its number."),
    Allowed("logged_models", '[{"key": "p1", "value": "2"}]', CONSTRAINT),
    Allowed("search_runs", '"metrics. > 1"', EMPTY_KEY),
    Allowed("search_runs", "\"tags. = 'x'\"", EMPTY_KEY),
    Allowed("search_runs", '["metrics."]', EMPTY_KEY),
    Allowed("search_runs", "tags.`a`.b.c = 'dots'", "MLflow takes backticks for part of a key."),
    Allowed("search_runs", '["  metrics.m   DESC  "]', LENIENT, 200),
    Allowed("artifacts", "/artifacts/tree/100%25%20sure%20+%20more", QUESTION_MARK, 404),
)


def unexpected(program: str, wrong: Iterable[Wrong]) -> Iterator[Wrong]:
    """What of `wrong` is not allowed in the conversation of `program`."""
    for each in wrong:
        left = [found for found in each.differences if not _is_allowed(program, each, found)]
        if left:
            yield each._replace(differences=left)


def _is_allowed(program: str, wrong: Wrong, found: Difference) -> bool:
    exchange, field = wrong.exchange, found.path.rpartition("/")[2]
    path = exchange.target.partition("?")[0]
    said = f"{exchange.target} {json.dumps(exchange.body.value, ensure_ascii=False)}"
    if any(
        each.program == program and each.text in said and each.status == wrong.status
        for each in ALLOWED
    ):
        return True
    if found.path.startswith("status"):
        # Where MLflow itself breaks, Sagwan refuses.
        return exchange.status >= 500 and 400 <= wrong.status < 500 and "error_code" in found.path
    if path.endswith("/server-info"):
        # What a server can do is its own.
        return field in ("gateway", "multipart_uploads_enabled", "multipart_downloads_enabled")
    if field == "message":
        # What is wrong with a query is told in the parser's own words.
        return path.endswith("/search") and bool(found.ours)
    if field == "model_id":
        # MLflow's database doesn't keep which model a version is of.
        return found.theirs is None
    if field == "file_size":
        # MLflow tells no size for an empty file.
        return found.ours == 0 and found.theirs is None
    if field == "value" and '"version": ' in str(found.ours):
        # So a copy is no version of the logged model, in the tag that lists these.
        return str(found.ours).startswith(str(found.theirs)[:-1] + ", ")
    # MLflow cuts a file's name at a question mark.
    return field == "path" and "?" in str(found.ours)
