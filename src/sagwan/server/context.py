"""What handlers work with. Clock and ids are injected, so that tests compare exact bytes."""

import asyncio
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from sagwan.artifacts.base import ArtifactStore
from sagwan.artifacts.roots import ArtifactRoots
from sagwan.config import Settings
from sagwan.domain.runs import generate_name
from sagwan.domain.views import new_slug
from sagwan.server.following import Hub
from sagwan.server.outgoing import Resolve, look_up
from sagwan.server.sealing import Sealer
from sagwan.storage.base import Store
from sagwan.storage.webhooks import Stamp


def now_ms() -> int:
    """Unix milliseconds."""
    return time.time_ns() // 1_000_000


def _new_name() -> str:
    return generate_name(random.SystemRandom())


@dataclass(frozen=True)
class Ids:
    """Where new ids and names come from."""

    run: Callable[[], str] = field(default=lambda: uuid.uuid4().hex)
    model: Callable[[], str] = field(default=lambda: f"m-{uuid.uuid4().hex}")
    name: Callable[[], str] = field(default=_new_name)
    slug: Callable[[], str] = field(default=new_slug)
    trace: Callable[[], str] = field(default=lambda: uuid.uuid4().hex)
    job: Callable[[], str] = field(default=lambda: uuid.uuid4().hex)
    webhook: Callable[[], str] = field(default=lambda: str(uuid.uuid4()))
    event: Callable[[], str] = field(default=lambda: str(uuid.uuid4()))


@dataclass(frozen=True)
class Context:
    """One server's parts; two of them can live in one process.

    `artifacts` is what the proxy serves, `roots` where the server finds what runs keep elsewhere.
    `hub` has those who look on.
    `job_added` tells whoever does the jobs of the store that there is a new one.
    `resolve` finds the addresses of webhooks' hosts, `sealer` knows how their secrets are stored.
    """

    settings: Settings
    store: Store
    artifacts: ArtifactStore
    roots: ArtifactRoots = field(default_factory=ArtifactRoots)
    clock: Callable[[], int] = now_ms
    ids: Ids = field(default_factory=Ids)
    hub: Hub = field(default_factory=Hub)
    job_added: asyncio.Event = field(default_factory=asyncio.Event)
    resolve: Resolve = look_up
    sealer: Sealer = field(default_factory=Sealer)

    def stamp(self) -> Stamp:
        """What webhooks are told a change of now with."""
        return Stamp(self.ids.event(), self.clock())
