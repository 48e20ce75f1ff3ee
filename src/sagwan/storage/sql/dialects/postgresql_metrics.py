"""Metrics of a whole group of requests in one statement, which is a transaction by itself.

One round trip in place of four: the runs' states, segments, latest values, commit.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from sagwan.storage.sql.dialects.base import MetricsAtOnce, Rows
from sagwan.storage.sql.dialects.postgresql_errors import translated
from sagwan.storage.sql.dialects.postgresql_rows import (
    insert_rows,
    or_update,
    pack_integers,
    pack_rows,
    packers,
)
from sagwan.storage.sql.prepared import Prepared
from sagwan.storage.sql.tables import (
    ACTIVE,
    EXTREMES,
    LATEST,
    POINT,
    SEGMENT,
    latest_metrics,
    metric_segments,
    runs,
)


class OneStatement(MetricsAtOnce):
    """Its parts insert only where all runs are active; it tells how many are."""

    def __init__(self) -> None:
        wanted = cast(bindparam("wanted"), ARRAY(BigInteger))
        active = (
            select(func.count().label("runs"))
            .where(runs.c.id == any_(wanted), runs.c.stage == literal_column(str(ACTIVE)))
            .cte("active")
        )
        expected = bindparam("expected", type_=Integer)
        all_active = select(active.c.runs).scalar_subquery() == expected
        segments = insert_rows(metric_segments, SEGMENT, "segment_", all_active)
        latest = insert_rows(latest_metrics, LATEST, "latest_", all_active)
        latest = or_update(latest, latest_metrics, POINT, POINT[:3], EXTREMES)
        self._statement = Prepared(
            select(active.c.runs).add_cte(segments.cte("segments"), latest.cte("latest")),
            [
                "wanted",
                "expected",
                *(f"segment_{name}" for name in SEGMENT),
                *(f"latest_{name}" for name in LATEST),
            ],
        )
        self._segments = packers(metric_segments, SEGMENT)
        self._latest = packers(latest_metrics, LATEST)

    def write(
        self, connection: Connection, runs: Sequence[int], segments: Rows, latest: Rows
    ) -> bool:
        statement, parameters = self._statement.bound(
            connection,
            (
                pack_integers(runs),
                len(runs),
                *pack_rows(self._segments, segments),
                *pack_rows(self._latest, latest),
            ),
        )
        driver: Any = connection.connection.driver_connection
        with translated(connection), driver.cursor() as cursor:
            driver.autocommit = True
            cursor.execute(statement, parameters)
            (active,) = cursor.fetchone()
            driver.autocommit = False
        return bool(active == len(runs))
