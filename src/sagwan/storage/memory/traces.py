"""Traces in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from sagwan.domain import traces as rules
from sagwan.domain.artifact_paths import append_to_uri
from sagwan.domain.search.evaluate import Subject, matches, sort_key
from sagwan.domain.search.fields import TRACES, complete_order
from sagwan.entities import Page
from sagwan.entities.traces import RecordedTrace, Span, TraceInfo, TraceState
from sagwan.storage.memory.paging import cut_page
from sagwan.storage.memory.state import State
from sagwan.storage.traces import NewTrace, SpanBatch, TraceEnd, TraceQuery, TraceStore

_UNKNOWN = (TraceState.IN_PROGRESS, TraceState.STATE_UNSPECIFIED)


@dataclass
class StoredTrace:
    """A trace; `final` says that the client has said all of it."""

    info: TraceInfo
    final: bool = False
    spans: dict[str, Span] = field(default_factory=dict)
    runs: set[str] = field(default_factory=set)


class MemoryTraces(TraceStore):
    """Traces, in a dictionary."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._traces: dict[str, StoredTrace] = {}

    async def start(self, new: NewTrace) -> TraceInfo:
        info = new.info
        experiment = self._state.active_experiment(info.experiment_id)
        stored = self._traces.get(info.trace_id)
        if stored is None:
            empty = TraceInfo(info.trace_id, info.experiment_id, info.request_time)
            stored = self._traces[info.trace_id] = StoredTrace(empty)
        location = append_to_uri(experiment.artifact_location, "traces", info.trace_id, "artifacts")
        old = stored.info
        stored.final = new.final
        stored.info = msgspec.structs.replace(
            info,
            request_preview=info.request_preview or old.request_preview,
            response_preview=info.response_preview or old.response_preview,
            tags={**old.tags, **info.tags, rules.LOCATION_TAG: location},
            metadata={
                **old.metadata,
                **info.metadata,
                **({rules.FINAL_METADATA: "true"} if new.final else {}),
            },
        )
        return _shown(stored.info)

    async def end(self, end: TraceEnd) -> TraceInfo:
        info = self._trace(end.trace_id).info
        info.execution_duration = end.time - info.request_time
        info.state = end.state
        info.tags |= end.tags
        info.metadata |= end.metadata
        return _shown(info)

    async def log_spans(self, experiment_id: int, batches: Sequence[SpanBatch]) -> None:
        if any(batch.trace_id not in self._traces for batch in batches):
            self._state.active_experiment(experiment_id)
        for batch in batches:
            self._add(experiment_id, batch)

    def _add(self, experiment_id: int, batch: SpanBatch) -> None:
        stored = self._traces.get(batch.trace_id)
        if stored is None:
            location = self._state.experiment(experiment_id).artifact_location
            place = append_to_uri(location, "traces", batch.trace_id, "artifacts")
            info = TraceInfo(
                batch.trace_id, experiment_id, batch.first, tags={rules.LOCATION_TAG: place}
            )
            stored = self._traces[batch.trace_id] = StoredTrace(info)
        info = stored.info
        stored.spans |= {span.span_id: span for span in batch.spans}
        if not stored.final:
            duration = info.execution_duration
            ends = [] if duration is None else [info.request_time + duration]
            ends += [] if batch.last is None else [batch.last]
            info.request_time = min(info.request_time, batch.first)
            info.execution_duration = max(ends) - info.request_time if ends else None
        if batch.state is not None and info.state in _UNKNOWN:
            info.state = batch.state
        info.request_preview = info.request_preview or batch.request_preview
        info.response_preview = info.response_preview or batch.response_preview
        info.tags |= {**batch.tags, rules.SPANS_TAG: rules.IN_STORE}
        if batch.name is not None:
            info.tags.setdefault(rules.NAME_TAG, batch.name)
        info.metadata = {**batch.metadata, **info.metadata}

    async def get(self, trace_id: str) -> TraceInfo:
        return _shown(self._trace(trace_id).info)

    async def read(
        self,
        trace_ids: Sequence[str],
        experiment_ids: Sequence[int] | None = None,
        spans: bool = True,
    ) -> list[RecordedTrace]:
        found = [self._traces[one] for one in dict.fromkeys(trace_ids) if one in self._traces]
        return [
            RecordedTrace(
                _shown(stored.info), rules.merged([stored.spans.values()]) if spans else []
            )
            for stored in found
            if experiment_ids is None or stored.info.experiment_id in experiment_ids
        ]

    async def search(self, query: TraceQuery) -> Page[TraceInfo]:
        order = complete_order(query.order, TRACES)
        found = [
            (stored.info, subject)
            for stored in self._traces.values()
            if stored.info.experiment_id in query.experiment_ids
            and matches(query.filter, subject := _subject(stored))
        ]
        found.sort(key=lambda each: sort_key(order, each[1]))
        shown = [_shown(info) for info, _ in found]
        ids = sorted(set(query.experiment_ids))
        return cut_page(shown, query.limit, query.page_token, ids, query.filter, order)

    async def set_tag(self, trace_id: str, key: str, value: str) -> None:
        self._trace(trace_id).info.tags[key] = value

    async def delete_tag(self, trace_id: str, key: str) -> None:
        tags = self._trace(trace_id).info.tags
        if key not in tags:
            raise rules.trace_tag_not_found(trace_id, key)
        del tags[key]

    async def link_to_run(self, trace_ids: Sequence[str], run_id: str) -> None:
        self._state.run(run_id)
        for trace_id in trace_ids:
            if trace_id in self._traces:
                self._traces[trace_id].runs.add(run_id)

    async def delete(self, experiment_id: int, trace_ids: Sequence[str]) -> int:
        there = [one for one in dict.fromkeys(trace_ids) if one in self._traces]
        chosen = [one for one in there if self._traces[one].info.experiment_id == experiment_id]
        for one in chosen:
            del self._traces[one]
        return len(chosen)

    async def delete_until(self, experiment_id: int, time: int, limit: int) -> int:
        old = sorted(
            (stored.info.request_time, trace_id)
            for trace_id, stored in self._traces.items()
            if stored.info.experiment_id == experiment_id and stored.info.request_time <= time
        )
        return await self.delete(experiment_id, [trace_id for _, trace_id in old[:limit]])

    def _trace(self, trace_id: str) -> StoredTrace:
        if trace_id not in self._traces:
            raise rules.trace_not_found(trace_id)
        return self._traces[trace_id]


def _shown(info: TraceInfo) -> TraceInfo:
    return msgspec.structs.replace(
        info,
        tags=dict(sorted(info.tags.items())),
        metadata=dict(sorted(info.metadata.items())),
    )


def _subject(stored: StoredTrace) -> Subject:
    info = stored.info
    source = info.metadata.get(rules.RUN_METADATA)
    runs = [run for run in (source, *sorted(stored.runs)) if run is not None]
    attributes: dict[str, object] = {
        "request_id": info.trace_id,
        "client_request_id": info.client_request_id,
        "name": info.tags.get(rules.NAME_TAG),
        "status": info.state.name,
        "experiment_id": info.experiment_id,
        "timestamp_ms": info.request_time,
        "execution_time_ms": info.execution_duration,
        "run_id": tuple(runs),
        "source_run": source,
    }
    if info.execution_duration is not None:
        attributes["end_time_ms"] = info.request_time + info.execution_duration
    return Subject(attributes=attributes, tags=info.tags, metadata=info.metadata)
