"""What traces are asked for so that the store sends every kind of statement that it has."""

from collections.abc import AsyncIterator
from typing import Any

from sagwan.domain.search.fields import TRACES
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.entities.traces import Span, TraceInfo, TraceState
from sagwan.storage.sql.store import SqlStore
from sagwan.storage.traces import NewTrace, SpanBatch, TraceEnd, TraceQuery

RUN = f"{1:032x}"
FILTERS = (
    "status = 'OK' AND timestamp_ms >= 1.5 AND execution_time < 9 AND end_time != 3",
    "request_id IN ('tr-é', 'x') AND client_request_id LIKE '요%'",
    "name ILIKE 'Ω%' AND run_id = 'é'",
    "tags.`팀 ` = '✓' AND metadata.`k` IS NULL AND metadata.`팀 ` IS NOT NULL",
    "status = 'none'",
)
ORDERS = (
    (),
    ("status ASC", "request_id DESC"),
    ("execution_time DESC", "request_id ASC"),
    ("name ASC", "tags.`팀 ` DESC"),
    ("run_id ASC", "end_time ASC", "experiment_id DESC"),
)


def _batch(trace_id: str, *spans: str) -> SpanBatch:
    of = [Span(name, name == "a", place, b"{}") for place, name in enumerate(spans)]
    tags, metadata = {"팀 ": "✓"}, {"k": "값"}
    return SpanBatch(trace_id, of, 1, 9, TraceState.OK, "이름 ", "in", "out", tags, metadata)


async def traces(store: SqlStore) -> AsyncIterator[Any]:
    """What the port answers."""
    port = store.traces
    await port.log_spans(1, [_batch("tr-é", "a", "b"), _batch("tr-b", "a")])
    await port.log_spans(1, [_batch("tr-é", "c"), _batch("tr-c", "a")])
    info = TraceInfo(
        "tr-é", 1, 5, 7, TraceState.OK, "요청 ", tags={"팀 ": "é"}, metadata={"m": "1"}
    )
    yield await port.start(NewTrace(info))
    await port.log_spans(1, [_batch("tr-é", "d")])
    yield await port.start(NewTrace(TraceInfo("옛것", 1, 2), final=False))
    yield await port.end(TraceEnd("옛것", 9, TraceState.ERROR, {"m": "2"}, {"팀 ": "✓"}))
    yield await port.get("tr-é")
    yield await port.read(["tr-é", "tr-b", "?"], [1, 2])
    await port.set_tag("tr-b", "팀 ", "값 ")
    await port.delete_tag("tr-b", "팀 ")
    await port.link_to_run(["tr-b", "tr-c"], RUN)
    for text in FILTERS:
        yield await port.search(TraceQuery([0, 1], parse_filter(text, TRACES)))
    for order in ORDERS:
        query = TraceQuery([1], (), parse_order_by(order, TRACES), 1)
        yield (page := await port.search(query))
        query.page_token = page.next_page_token
        yield await port.search(query)
    yield await port.delete(1, ["tr-é", "tr-b"])
    yield await port.delete_until(1, 5, 1)
