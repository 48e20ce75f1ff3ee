"""An application in this process, with a clock and ids that tests know, asked byte for byte."""

import asyncio
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from sagwan.artifacts.open import open_artifacts
from sagwan.config import Settings
from sagwan.server.app import App, create_app
from sagwan.server.context import Context, Ids
from sagwan.storage.sql.store import SqlStore
from tests.support.databases import SHARED

START = 1_700_000_000_000

JSON = {"content-type": "application/json"}


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Asker:
    """Sends requests to an application, one at a time."""

    app: App
    runner: asyncio.Runner
    store: SqlStore
    prefix: str = "/api/2.0/mlflow/"

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request; `path` may have a query string, and is below `prefix` unless absolute."""
        full = path if path.startswith("/") else self.prefix + path
        return self.runner.run(self._ask(method, full, body, headers or {}))

    def post(self, path: str, body: object = None, method: str = "POST") -> Answer:
        """A request with a JSON body."""
        return self.ask(method, path, json.dumps(body if body is not None else {}).encode(), JSON)

    def get(self, path: str) -> Answer:
        """A request without a body."""
        return self.ask("GET", path)

    async def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        plain, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": unquote(plain),
            "raw_path": plain.encode(),
            "query_string": query.encode(),
            "headers": [
                (name.lower().encode(), value.encode())
                for name, value in {"host": "localhost", **headers}.items()
            ],
        }
        parts: Iterator[dict[str, Any]] = iter(
            [{"type": "http.request", "body": body, "more_body": False}]
        )
        answer = Answer(0, {}, b"")

        async def receive() -> dict[str, Any]:
            part = next(parts, None)
            if part is None:
                await asyncio.Event().wait()  # the client stays until it has its answer
                raise AssertionError
            return part

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = {
                    name.decode().lower(): value.decode() for name, value in message["headers"]
                }
            else:
                answer.body += message.get("body", b"")

        await self.app(scope, receive, send)
        return answer


def counting_ids() -> Ids:
    """Ids that count up: runs `000…1`, models `m-000…1`, names `name-1`."""

    def numbered(pattern: str) -> Callable[[], str]:
        numbers = itertools.count(1)
        return lambda: pattern.format(next(numbers))

    return Ids(
        run=numbered("{:032x}"),
        model=numbered("m-{:032x}"),
        name=numbered("name-{}"),
        slug=numbered("{:016d}"),
        trace=numbered("{:032x}"),
        job=numbered("{:032x}"),
        webhook=numbered("{:032x}"),
        event=numbered("{:032x}"),
    )


@contextmanager
def asking(
    folder: Path, settings: Settings | None = None, start: int = START, ids: Ids | None = None
) -> Iterator[Asker]:
    """An application on a new store in `folder`; its clock goes on by one at every look."""
    settings = settings or Settings()
    moments = itertools.count(start + 1)
    with SHARED.lend_store(folder) as uri, asyncio.Runner() as runner:
        store = runner.run(SqlStore.open(uri, artifact_root=settings.artifact_root, now=start))
        context = Context(
            settings=settings,
            store=store,
            artifacts=open_artifacts(str(folder / "artifacts")),
            clock=lambda: next(moments),
            ids=ids or counting_ids(),
        )
        try:
            yield Asker(create_app(context), runner, store)
        finally:
            runner.run(store.close())
