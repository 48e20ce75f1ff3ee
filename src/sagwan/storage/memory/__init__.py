"""The reference model of the stores: plain dictionaries, no cleverness, nothing kept on disk.

It is the meaning against which every other store is compared, so read it as the specification
where the ports' docstrings are too short. It is fine for tests and for a look around; for anything
that should be there tomorrow use a database.
"""

from collections.abc import Callable

from sagwan.storage.base import (
    ExperimentStore,
    MetricStore,
    ModelStore,
    RunStore,
    SeriesStore,
    ViewStore,
    WorkspaceStore,
)
from sagwan.storage.bulk import BulkStore
from sagwan.storage.changes import ChangeStore
from sagwan.storage.dictionary import DictionaryStore
from sagwan.storage.jobs import JobStore
from sagwan.storage.memory.bulk import MemoryBulk
from sagwan.storage.memory.changes import MemoryChanges
from sagwan.storage.memory.dictionary import MemoryDictionaries
from sagwan.storage.memory.experiments import MemoryExperiments
from sagwan.storage.memory.jobs import MemoryJobs
from sagwan.storage.memory.metrics import MemoryMetrics
from sagwan.storage.memory.models import MemoryModels
from sagwan.storage.memory.registry import MemoryRegistry
from sagwan.storage.memory.runs import MemoryRuns
from sagwan.storage.memory.series import MemorySeries
from sagwan.storage.memory.state import State
from sagwan.storage.memory.traces import MemoryTraces
from sagwan.storage.memory.trash import MemoryTrash
from sagwan.storage.memory.views import MemoryViews
from sagwan.storage.memory.webhooks import MemoryWebhooks
from sagwan.storage.memory.workspace import MemoryWorkspace
from sagwan.storage.registry import RegistryStore
from sagwan.storage.traces import TraceStore
from sagwan.storage.trash import TrashStore
from sagwan.storage.webhooks import WebhookStore

__all__ = ["MemoryStore"]


class MemoryStore:
    """A `Store` that forgets everything when it is closed.

    `artifact_root` is the URI under which experiments get their locations; `now`, in Unix
    milliseconds, is when the experiment `Default` was created. `clock` is as that of `open_store`.
    """

    kind = "MemoryStore"

    experiments: ExperimentStore
    runs: RunStore
    metrics: MetricStore
    series: SeriesStore
    workspace: WorkspaceStore
    bulk: BulkStore
    trash: TrashStore
    jobs: JobStore
    models: ModelStore
    views: ViewStore
    dictionaries: DictionaryStore
    changes: ChangeStore
    registry: RegistryStore
    webhooks: WebhookStore
    traces: TraceStore

    def __init__(
        self, artifact_root: str, now: int = 0, clock: Callable[[], int] | None = None
    ) -> None:
        self.state = State(artifact_root, clock or (lambda: now))
        self.state.add_experiment("Default", now)
        self.experiments = MemoryExperiments(self.state)
        self.runs = MemoryRuns(self.state)
        self.metrics = MemoryMetrics(self.state)
        self.series = MemorySeries(self.state)
        self.workspace = MemoryWorkspace(self.state)
        self.bulk = MemoryBulk(self.state)
        self.jobs = MemoryJobs()
        self.models = MemoryModels(self.state)
        self.views = MemoryViews(self.state)
        self.dictionaries = MemoryDictionaries(self.state)
        self.changes = MemoryChanges(self.state)
        webhooks = MemoryWebhooks()
        self.webhooks = webhooks
        registry = MemoryRegistry(self.state, webhooks)
        self.registry = registry
        self.traces = MemoryTraces(self.state)
        self.trash = MemoryTrash(self.state, registry.uses)

    async def check(self) -> None:
        """Memory always takes writes."""

    async def close(self) -> None:
        """There is nothing to let go of."""
