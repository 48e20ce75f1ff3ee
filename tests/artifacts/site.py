"""The application in memory, called with the bytes that a client would send."""

import asyncio
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from starlette.types import Message

from sagwan.artifacts.base import ArtifactStore
from sagwan.artifacts.open import open_artifacts
from sagwan.artifacts.roots import ArtifactRoots
from sagwan.config import Settings
from sagwan.server.app import create_app
from sagwan.server.context import Context
from sagwan.storage.base import NewExperiment, NewModel, NewRun
from sagwan.storage.memory import MemoryStore

PROXY = "/api/2.0/mlflow-artifacts/artifacts"
RUN = "0123456789abcdef0123456789abcdef"
MODEL = "m-0123456789abcdef0123456789abcdef"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        assert self.headers["content-type"] == "application/json"
        return json.loads(self.body)

    @property
    def error(self) -> tuple[int, str, str]:
        """Status, code and message."""
        return self.status, self.json["error_code"], self.json["message"]


class Site:
    """A server whose artifacts are in `folder`; experiments are in memory.

    `open_store` opens the stores that the settings name.
    """

    def __init__(
        self,
        folder: Path,
        runner: asyncio.Runner,
        open_store: Callable[[str], ArtifactStore] = open_artifacts,
        **settings: Any,
    ) -> None:
        self.folder = folder
        self._runner = runner
        self._open_store = open_store
        self.settings = Settings(artifacts_destination=str(folder), **settings)
        self.context = runner.run(self._open())
        self._app = create_app(self.context)

    async def _open(self) -> Context:
        store = MemoryStore(self.settings.artifact_root)
        destination = self.settings.artifacts_destination
        artifacts = self._open_store(destination)
        roots = ArtifactRoots(
            (self.settings.artifact_root, *self.settings.allowed_artifact_roots),
            {destination: artifacts},
            self._open_store,
        )
        return Context(self.settings, store, artifacts, roots)

    def close(self) -> None:
        self._runner.run(self.context.roots.close())
        self._runner.run(self.context.artifacts.close())

    def run(self, location: str | None = None) -> str:
        """The artifact URI of a new run, `RUN`, in an experiment at `location`."""
        return self._runner.run(self._run(location))

    async def _run(self, location: str | None) -> str:
        store = self.context.store
        number = await store.experiments.create(NewExperiment("e", 1, location))
        run = await store.runs.create(NewRun(RUN, number, "r", "u", 1))
        await store.models.create(NewModel(MODEL, number, "m", 1))
        return run.info.artifact_uri

    def call(
        self,
        method: str,
        target: str,
        body: bytes | Iterable[bytes] = b"",
        cut: bool = False,
        **headers: str,
    ) -> Answer:
        """The answer to a request for `target`, encoded as it goes over the wire.

        `body` may come in chunks, and be `cut` off after them. `if_range` is the header If-Range.
        """
        chunks = [body] if isinstance(body, bytes) else list(body)
        return self._runner.run(self._call(method, target, chunks, cut, headers))

    async def _call(
        self, method: str, target: str, chunks: list[bytes], cut: bool, headers: dict[str, str]
    ) -> Answer:
        path, _, query = target.partition("?")
        given = {"host": "localhost", **{k.replace("_", "-"): v for k, v in headers.items()}}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "server": ("localhost", 80),
            "client": ("localhost", 1),
            "root_path": "",
            # As uvicorn does it.
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(k.encode(), v.encode()) for k, v in given.items()],
        }
        messages: list[Message] = []

        async def receive() -> Message:
            if chunks:
                chunk = chunks.pop(0)
                return {"type": "http.request", "body": chunk, "more_body": cut or bool(chunks)}
            if not cut:
                await asyncio.Event().wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, send)
        start = messages[0]
        return Answer(
            start["status"],
            {k.decode(): v.decode() for k, v in start["headers"]},
            b"".join(message.get("body", b"") for message in messages[1:]),
        )
