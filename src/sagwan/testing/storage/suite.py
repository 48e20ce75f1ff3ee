"""The whole suite as one class to inherit.

    class TestMyStore(DurableStoreConformance):
        @pytest.fixture
        def open_store(self, tmp_path: Path) -> OpenStore:
            return lambda: open_my_store(tmp_path)

The suite closes what it opens. `StoreConformance` is for stores that forget when they are closed.
"""

import asyncio
from collections.abc import Iterator

import pytest

from sagwan.testing.storage.batches import BatchTagRules, LatestRules, ParamRules
from sagwan.testing.storage.bulk import BulkChangeRules
from sagwan.testing.storage.changes import ChangeRules
from sagwan.testing.storage.concurrency import ConcurrencyRules
from sagwan.testing.storage.dictionary import DictionaryRules
from sagwan.testing.storage.durability import DurabilityRules
from sagwan.testing.storage.experiments import (
    ExperimentRules,
    ExperimentSearchRules,
    ExperimentTagRules,
    ExperimentTrashRules,
    RenameRules,
)
from sagwan.testing.storage.grouping import GroupRules
from sagwan.testing.storage.inputs import DatasetSearchRules, InputRules, OutputRules
from sagwan.testing.storage.jobs import JobRules
from sagwan.testing.storage.lab import Lab, OpenStore
from sagwan.testing.storage.metrics import BulkRules, HistoryRules, SampleRules
from sagwan.testing.storage.model_search import (
    ModelFilterRules,
    ModelOrderRules,
    ModelSearchRules,
)
from sagwan.testing.storage.models import (
    ModelMetricRules,
    ModelParamRules,
    ModelRules,
    ModelTagRules,
)
from sagwan.testing.storage.registry import (
    AliasRules,
    RegisteredModelRules,
    StageRules,
    VersionRules,
)
from sagwan.testing.storage.registry_search import RegisteredModelSearchRules, VersionSearchRules
from sagwan.testing.storage.run_search import RunFilterRules, RunOrderRules, RunSearchRules
from sagwan.testing.storage.runs import RunRules, RunTagRules, RunTrashRules, RunUpdateRules
from sagwan.testing.storage.series import BandRules, CurveRules
from sagwan.testing.storage.summaries import SummaryRules
from sagwan.testing.storage.traces import (
    SpanRules,
    TraceDeletionRules,
    TraceRules,
    TraceSearchRules,
)
from sagwan.testing.storage.trash import TrashRules
from sagwan.testing.storage.views import DefaultViewRules, ShareRules, ViewRules
from sagwan.testing.storage.webhooks import DeliveryRules, OutboxRules, WebhookRules
from sagwan.testing.storage.workspace import (
    FacetRules,
    KeyRules,
    SnapshotRules,
    WorkspaceFilterRules,
    WorkspaceTableRules,
)

__all__ = ["DurableStoreConformance", "Lab", "OpenStore", "StoreConformance"]


class StoreConformance:
    """Every rule of every port, a nested class for each group of them."""

    @pytest.fixture
    def open_store(self) -> OpenStore:
        """What opens the store under test: new at first, then again on the same data."""
        raise NotImplementedError("override the fixture open_store")

    @pytest.fixture
    def lab(self, open_store: OpenStore) -> Iterator[Lab]:
        with asyncio.Runner() as runner:
            lab = Lab(open_store, runner)
            yield lab
            lab.close()

    class TestExperiments(ExperimentRules):
        """Creating and reading experiments."""

    class TestExperimentRename(RenameRules):
        """Renaming experiments."""

    class TestExperimentTrash(ExperimentTrashRules):
        """Deleting and restoring experiments."""

    class TestExperimentTags(ExperimentTagRules):
        """Tags of experiments."""

    class TestExperimentSearch(ExperimentSearchRules):
        """Searching experiments."""

    class TestRuns(RunRules):
        """Creating and reading runs."""

    class TestRunUpdate(RunUpdateRules):
        """Updating runs."""

    class TestRunTrash(RunTrashRules):
        """Deleting and restoring runs."""

    class TestRunTags(RunTagRules):
        """Tags of runs."""

    class TestRunFilters(RunFilterRules):
        """What filters of runs find."""

    class TestRunOrder(RunOrderRules):
        """Orders of runs."""

    class TestRunSearch(RunSearchRules):
        """Searching runs."""

    class TestParams(ParamRules):
        """Logging params."""

    class TestBatchTags(BatchTagRules):
        """Logging tags."""

    class TestLatest(LatestRules):
        """Which point of a metric is its latest."""

    class TestHistories(HistoryRules):
        """Histories of metrics."""

    class TestBulk(BulkRules):
        """Histories of several runs."""

    class TestSamples(SampleRules):
        """Sampled histories."""

    class TestWorkspaceFilters(WorkspaceFilterRules):
        """What filters of the workspace find."""

    class TestWorkspaceTable(WorkspaceTableRules):
        """Columns of runs."""

    class TestSnapshots(SnapshotRules):
        """Pages of what a query found."""

    class TestKeys(KeyRules):
        """The keys of an experiment."""

    class TestFacets(FacetRules):
        """How values are spread over runs."""

    class TestSummaries(SummaryRules):
        """The extremes of metrics."""

    class TestBulkChanges(BulkChangeRules):
        """Changing many runs at once."""

    class TestGroups(GroupRules):
        """Groups of runs."""

    class TestJobs(JobRules):
        """Long jobs."""

    class TestTrash(TrashRules):
        """Removing for good."""

    class TestCurves(CurveRules):
        """Series as charts draw them."""

    class TestBands(BandRules):
        """Statistics of groups of runs."""

    class TestChanges(ChangeRules):
        """What those are told who look on."""

    class TestInputs(InputRules):
        """What runs used."""

    class TestOutputs(OutputRules):
        """What runs produced."""

    class TestDatasetSearch(DatasetSearchRules):
        """Searching datasets."""

    class TestModels(ModelRules):
        """Creating, reading, finalizing and deleting logged models."""

    class TestModelTags(ModelTagRules):
        """Tags of logged models."""

    class TestModelParams(ModelParamRules):
        """Params of logged models."""

    class TestModelMetrics(ModelMetricRules):
        """Metrics of logged models."""

    class TestModelFilters(ModelFilterRules):
        """What filters of logged models find."""

    class TestModelOrder(ModelOrderRules):
        """Orders of logged models."""

    class TestModelSearch(ModelSearchRules):
        """Searching logged models."""

    class TestViews(ViewRules):
        """Saving, changing and deleting views."""

    class TestShares(ShareRules):
        """Sharing places as links."""

    class TestDefaultViews(DefaultViewRules):
        """Views that are seen where an address says nothing."""

    class TestDictionaries(DictionaryRules):
        """What is said of metrics."""

    class TestRegisteredModels(RegisteredModelRules):
        """Registered models and their tags."""

    class TestAliases(AliasRules):
        """Aliases of versions."""

    class TestVersions(VersionRules):
        """Versions of registered models."""

    class TestStages(StageRules):
        """Stages of versions."""

    class TestRegisteredModelSearch(RegisteredModelSearchRules):
        """Searching registered models."""

    class TestVersionSearch(VersionSearchRules):
        """Searching versions."""

    class TestWebhooks(WebhookRules):
        """Webhooks."""

    class TestOutbox(OutboxRules):
        """What webhooks are told of changes of the registry."""

    class TestDeliveries(DeliveryRules):
        """Who tells them, and what becomes of that."""

    class TestTraces(TraceRules):
        """What clients say of traces."""

    class TestSpans(SpanRules):
        """Spans of traces."""

    class TestTraceDeletion(TraceDeletionRules):
        """Deleting traces."""

    class TestTraceSearch(TraceSearchRules):
        """Searching traces."""

    class TestConcurrency(ConcurrencyRules):
        """Calls that are made at once."""


class DurableStoreConformance(StoreConformance):
    """The same, and what goes for stores that keep what they hold."""

    class TestDurability(DurabilityRules):
        """Closing and opening again."""
