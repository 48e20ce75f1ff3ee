"""The tables of traces.

Spans come as pieces, one for each upload and trace, compressed; `pieces` counts them, and a trace
that is final (`final` is 1) has one. Metadata and tags are in tables of their own, by trace and
key. An experiment's row is locked where a trace is made; one that is purged is gone before its
traces are. Times are Unix milliseconds, durations milliseconds.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, SmallInteger

from sagwan.storage.sql.making import clustered, table
from sagwan.storage.sql.types import BigId, Bytes, exact_text

traces = table(
    "traces",
    Column("id", BigId, primary_key=True),
    Column("trace_id", exact_text(50), nullable=False, unique=True),
    Column("experiment_id", BigInteger, nullable=False),
    Column("time", BigInteger, nullable=False),
    Column("duration", BigInteger),
    Column("state", SmallInteger, nullable=False),
    Column("final", SmallInteger, nullable=False),
    Column("pieces", Integer, nullable=False),
    Column("client_request_id", exact_text(250)),
    Column("request_preview", exact_text(1000)),
    Column("response_preview", exact_text(1000)),
    Index("ix_traces_listing", "experiment_id", "time", "trace_id"),
)

trace_tags = clustered(
    "trace_tags",
    Column("trace", BigId, ForeignKey("traces.id"), primary_key=True),
    Column("key", exact_text(250), primary_key=True),
    Column("value", exact_text(), nullable=False),
)

trace_metadata = clustered(
    "trace_metadata",
    Column("trace", BigId, ForeignKey("traces.id"), primary_key=True),
    Column("key", exact_text(250), primary_key=True),
    Column("value", exact_text(), nullable=False),
)

trace_runs = clustered(
    "trace_runs",
    Column("trace", BigId, ForeignKey("traces.id"), primary_key=True),
    Column("run_id", exact_text(32), primary_key=True),
)

trace_spans = table(
    "trace_spans",
    Column("id", BigId, primary_key=True),
    Column("trace", BigId, ForeignKey("traces.id"), nullable=False),
    Column("data", Bytes, nullable=False),
    Index("ix_trace_spans_trace", "trace"),
)
