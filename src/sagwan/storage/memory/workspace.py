"""Many runs at once, in memory."""

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from math import fsum, isnan

from sagwan.domain.dictionary import merged
from sagwan.domain.grouping import arranged, field_name, gather, leading_metrics, spread
from sagwan.domain.runs import RUN_NAME_TAG
from sagwan.domain.search.ast import Field, FieldKind
from sagwan.domain.search.evaluate import condition_test, sort_key
from sagwan.domain.search.fields import WORKSPACE_RUNS, complete_order
from sagwan.domain.workspace import (
    FACET_VALUES,
    PARENT_TAG,
    POINT_RUNS,
    bin_edges,
    bin_of,
    histogram,
    is_number,
    sorted_metric_keys,
    sorted_text_keys,
    summable,
    text_key,
)
from sagwan.entities import LifecycleStage
from sagwan.entities.dictionary import MetricEntry
from sagwan.entities.workspace import (
    Cell,
    KeyValue,
    MetricKey,
    OpenedExperiment,
    RunFacet,
    RunGroupRow,
    RunGroups,
    RunKeys,
    RunRows,
    TextKey,
)
from sagwan.storage.base import Grouping, RunPage, RunQuery, RunTable, WorkspaceStore
from sagwan.storage.memory.experiments import shown
from sagwan.storage.memory.runs import run_subject
from sagwan.storage.memory.state import State, StoredRun


class MemoryWorkspace(WorkspaceStore):
    """Looks at every run, each time."""

    def __init__(self, state: State) -> None:
        self._state = state
        # The ids of the runs of each snapshot that was ever named, by query and name.
        self._snapshots: dict[tuple[str, str], list[str]] = {}

    async def query(self, query: RunQuery, page: RunPage) -> RunTable:
        asked = repr(query)
        name = page.snapshot or ""
        ids = self._snapshots.get((asked, name))
        if ids is None:
            ids = [run.run_id for run in self._find(query)]
            name = sha256(f"{asked}{ids}".encode()).hexdigest()[:24]
            self._snapshots[asked, name] = ids
        runs = [self._state.runs.get(run) for run in ids[page.offset : page.offset + page.limit]]
        columns = [[self._cell(run, field) for run in runs] for field in page.columns]
        return RunTable(len(ids), name, _rows(runs), columns)

    async def keys(self, experiment_ids: Sequence[int], sample: int) -> RunKeys:
        active = self._find(RunQuery(experiment_ids))
        newest = active[:sample]
        with_points = {
            key
            for run in newest[:POINT_RUNS]
            for key, points in Counter(point.key for point in run.points.values()).items()
            if points > 1
        }
        return RunKeys(
            runs=len(active),
            sampled=len(newest),
            metrics=_metric_keys(active, newest, with_points),
            params=_text_keys([run.params for run in active], [run.params for run in newest]),
            tags=_text_keys([run.tags for run in active], [run.tags for run in newest]),
            dictionary=self._dictionary(experiment_ids),
        )

    def _dictionary(self, experiment_ids: Sequence[int]) -> list[MetricEntry]:
        if len(set(experiment_ids)) != 1:
            return []
        said = self._state.dictionaries
        found = [said[one].metrics if one in said else [] for one in (None, experiment_ids[0])]
        return merged(*found)

    async def open(self, experiment_id: int, sample: int) -> OpenedExperiment:
        return OpenedExperiment(
            shown(self._state.experiment(experiment_id)),
            await self.keys([experiment_id], sample),
            self._state.default_view(experiment_id),
        )

    async def facet(self, query: RunQuery, field: Field, bins: int) -> RunFacet:
        cells = [self._cell(run, field) for run in self._find(query)]
        there = [cell for cell in cells if cell is not None]
        missing = len(cells) - len(there)
        if not is_number(field):
            counts = Counter(map(str, there))
            top = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:FACET_VALUES]
            return RunFacet(
                kind="text",
                runs=len(cells),
                missing=missing,
                distinct=len(counts),
                top=[KeyValue(*pair) for pair in top],
            )
        numbers = [float(cell) for cell in there]
        finite = [number for number in numbers if not isnan(number)]
        facet = RunFacet("number", len(cells), missing, len(numbers) - len(finite))
        if finite:
            facet.min, facet.max = min(finite), max(finite)
            edges = bin_edges(facet.min, facet.max, bins)
            facet.bins = histogram(edges, Counter(bin_of(number, edges) for number in finite))
            if summable(facet.min, facet.max):
                facet.mean = fsum(finite) / len(finite)
        return facet

    async def groups(self, query: RunQuery, grouping: Grouping) -> RunGroups:
        runs = self._find(query)
        by = list(grouping.by) or _differing(runs, grouping.without)
        texts = [[_text(run, field) for run in runs] for field in by]
        numbers = {
            field: [self._number(run, field) for run in runs]
            for field in [*grouping.metrics, *leading_metrics(query.order)]
        }
        groups = arranged(gather(texts, len(runs)), query.order, numbers)
        rows = []
        named = 0
        for group in groups[: grouping.limit]:
            named += len(group.places)
            members = [runs[place] for place in group.places]
            rows.append(
                RunGroupRow(
                    values=list(group.values),
                    runs=len(members),
                    metrics=[
                        spread(numbers[field][place] for place in group.places)
                        for field in grouping.metrics
                    ],
                    first=members[0].run_id,
                    first_name=members[0].name,
                    run_ids=[run.run_id for run in members] if named <= grouping.members else [],
                )
            )
        return RunGroups([field_name(field) for field in by], len(runs), len(groups), rows)

    def _number(self, run: StoredRun, field: Field) -> float | None:
        cell = self._cell(run, field)
        return None if cell is None else float(cell)

    def _find(self, query: RunQuery) -> list[StoredRun]:
        test = condition_test(query.where)
        found = [
            run
            for run in self._state.runs_of(query.experiment_ids)
            if run.stage in query.view.stages
            # A filter looks for the name in the tag, which may be gone; an order never does.
            and test(run_subject(self._state, run, run.tags.get(RUN_NAME_TAG)))
        ]
        order = complete_order(query.order, WORKSPACE_RUNS)
        found.sort(key=lambda run: sort_key(order, run_subject(self._state, run, run.name)))
        return found

    def _cell(self, run: StoredRun | None, field: Field) -> Cell:
        if run is None:
            return None
        values: Sequence[Cell] = run_subject(self._state, run, run.name).values(field)
        return values[0] if values else None


def _text(run: StoredRun, field: Field) -> str | None:
    return (run.params if field.kind is FieldKind.PARAM else run.tags).get(field.key)


def _differing(runs: Sequence[StoredRun], without: Sequence[Field]) -> list[Field]:
    """The params that not all runs have with the same value."""
    keys = sorted({key for run in runs for key in run.params})
    fields = [Field(FieldKind.PARAM, key) for key in keys]
    return [
        field
        for field in fields
        if field not in without and len({_text(run, field) for run in runs}) > 1
    ]


def _rows(runs: Sequence[StoredRun | None]) -> RunRows:
    gone = StoredRun("", 0, "", "", 0, "", stage=LifecycleStage.DELETED)
    shown = [run or gone for run in runs]
    return RunRows(
        run_id=[run.run_id for run in shown],
        run_name=[run.name for run in shown],
        experiment_id=[str(run.experiment_id) if run.run_id else "" for run in shown],
        status=[run.status.name if run.run_id else "" for run in shown],
        start_time=[run.start_time for run in shown],
        end_time=[run.end_time for run in shown],
        user_id=[run.user_id for run in shown],
        lifecycle_stage=[run.stage.value for run in shown],
        active=[run.active for run in shown],
        parent=[run.tags.get(PARENT_TAG) for run in shown],
    )


def _metric_keys(
    active: Iterable[StoredRun], newest: Iterable[StoredRun], with_points: set[str]
) -> list[MetricKey]:
    values: dict[str, list[float]] = {
        point.key: [] for run in active for point in run.points.values()
    }
    for run in newest:
        for point in run.latest():
            values[point.key].append(point.value)
    found = []
    for key, latest in values.items():
        finite = {value for value in latest if not isnan(value)}
        found.append(
            MetricKey(
                key=key,
                runs=len(latest),
                # NaN is a value that differs from all others.
                varies=len(finite) + any(map(isnan, latest)) > 1,
                points=key in with_points,
                min=min(finite, default=None),
                max=max(finite, default=None),
            )
        )
    return sorted_metric_keys(found)


def _text_keys(active: Iterable[dict[str, str]], newest: Iterable[dict[str, str]]) -> list[TextKey]:
    counts: dict[str, Counter[str]] = {key: Counter() for texts in active for key in texts}
    for texts in newest:
        for key, value in texts.items():
            counts[key][value] += 1
    return sorted_text_keys(text_key(key, counted.items()) for key, counted in counts.items())
