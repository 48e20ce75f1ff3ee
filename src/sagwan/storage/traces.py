"""The port for traces. Its docstrings are the contract, as in `base`.

A trace comes in two ways, in either order: its spans, and what the client says of the whole. The
first makes the trace. What spans say of their trace (its times, state and previews) is taken
until the client has said it.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

import msgspec

from sagwan.domain.search.ast import Filter, OrderBy
from sagwan.entities import Page
from sagwan.entities.traces import RecordedTrace, Span, TraceInfo, TraceState

__all__ = ["NewTrace", "SpanBatch", "TraceEnd", "TraceQuery", "TraceStore"]


class NewTrace(msgspec.Struct):
    """What a client says of a trace; with `final`, all that it will say."""

    info: TraceInfo
    final: bool = True


class TraceEnd(msgspec.Struct):
    """The end of a trace that a client began before; `time` is Unix milliseconds."""

    trace_id: str
    time: int
    state: TraceState
    metadata: Mapping[str, str]
    tags: Mapping[str, str]


class SpanBatch(msgspec.Struct):
    """Spans of one trace, and what they say of it; times in Unix milliseconds.

    `state`, `name` and previews are those of the root, None where it isn't among the spans. `name`
    and `metadata` are taken where the trace has none of its own, `tags` in any case.
    """

    trace_id: str
    spans: Sequence[Span]
    first: int
    last: int | None = None
    state: TraceState | None = None
    name: str | None = None
    request_preview: str | None = None
    response_preview: str | None = None
    tags: Mapping[str, str] = {}
    metadata: Mapping[str, str] = {}


class TraceQuery(msgspec.Struct):
    """A page of a search. `page_token` is what the page before returned for the same query."""

    experiment_ids: Sequence[int]
    filter: Filter = ()
    order: Sequence[OrderBy] = ()
    limit: int = 100
    page_token: str | None = None


class TraceStore(ABC):
    """Traces. An id that is unknown raises NotFound unless a method says otherwise."""

    @abstractmethod
    async def start(self, new: NewTrace) -> TraceInfo:
        """Keep what a client says of a trace, also of one that spans have made.

        NotFound or InvalidParameter for its experiment. The tag `mlflow.artifactLocation` is
        `<the experiment's location>/traces/<id>/artifacts`; tags and metadata that are there and
        not in `new` stay, and so do previews that it does not have. With `final`, the metadata
        `mlflow.trace.infoFinalized` is "true".
        """

    @abstractmethod
    async def end(self, end: TraceEnd) -> TraceInfo:
        """Say how a trace ended; metadata and tags are added."""

    @abstractmethod
    async def log_spans(self, experiment_id: int, batches: Sequence[SpanBatch]) -> None:
        """Keep spans; those that are there already are replaced. All or nothing.

        No two batches are of one trace. Traces that are new belong to the experiment: NotFound or
        InvalidParameter for that. A trace begins with its first span and ends with its last, until
        it is final; a state that isn't known yet is the root's. The tag
        `mlflow.trace.spansLocation` says that the spans are here.
        """

    @abstractmethod
    async def get(self, trace_id: str) -> TraceInfo:
        """The trace without its spans."""

    @abstractmethod
    async def read(
        self,
        trace_ids: Sequence[str],
        experiment_ids: Sequence[int] | None = None,
        spans: bool = True,
    ) -> list[RecordedTrace]:
        """Traces in the order of `trace_ids`; without those that are unknown.

        Only those of the experiments, where these are given; without their spans, where these are
        not asked for.
        """

    @abstractmethod
    async def search(self, query: TraceQuery) -> Page[TraceInfo]:
        """A page of traces; unknown experiments are ignored.

        Raises InvalidParameter on a token that is not this query's.
        """

    @abstractmethod
    async def set_tag(self, trace_id: str, key: str, value: str) -> None:
        """Set a tag."""

    @abstractmethod
    async def delete_tag(self, trace_id: str, key: str) -> None:
        """Delete a tag. Raises NotFound (trace or tag)."""

    @abstractmethod
    async def link_to_run(self, trace_ids: Sequence[str], run_id: str) -> None:
        """Let a search by the run find these traces; ids that are unknown are ignored."""

    @abstractmethod
    async def delete(self, experiment_id: int, trace_ids: Sequence[str]) -> int:
        """Delete those of these traces that are the experiment's; how many there were."""

    @abstractmethod
    async def delete_until(self, experiment_id: int, time: int, limit: int) -> int:
        """Delete the oldest traces of an experiment, of those that began at `time` or before.

        At most `limit`; how many there were. Time is Unix milliseconds.
        """
