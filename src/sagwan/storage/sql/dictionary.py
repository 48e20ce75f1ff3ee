"""Dictionaries of metrics on SQL."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from sagwan.domain.dictionary import check_version, merged
from sagwan.entities.dictionary import MetricDictionary, MetricEntry
from sagwan.storage.dictionary import DictionaryStore
from sagwan.storage.sql.database import Readers
from sagwan.storage.sql.experiments import find, require_active
from sagwan.storage.sql.tables import SERVER, metric_dictionaries
from sagwan.storage.sql.writer import Writer

_ENTRIES = msgspec.json.Decoder(list[MetricEntry])


class SqlDictionaries(DictionaryStore):
    """The port on SQL: a dictionary is a row, its entries are JSON."""

    def __init__(self, readers: Readers, writer: Writer) -> None:
        self._readers = readers
        self._writer = writer

    async def get(self, experiment_id: int | None) -> MetricDictionary:
        number = SERVER if experiment_id is None else experiment_id

        def read(connection: Connection) -> MetricDictionary:
            return _dictionary(_find(connection, number))

        return await self._readers.call(read)

    async def put(
        self, experiment_id: int | None, entries: Sequence[MetricEntry], version: int | None
    ) -> MetricDictionary:
        number = SERVER if experiment_id is None else experiment_id

        def write(connection: Connection) -> MetricDictionary:
            if experiment_id is not None:
                require_active(find(connection, experiment_id, keep=True))
            # Locked, so that of two changes one sees the other; of two first ones, one fails to
            # insert its row, and is tried again.
            row = _find(connection, number, lock=True)
            before = _dictionary(row).version
            check_version(version, before)
            made = MetricDictionary(list(entries), before + 1)
            values = {
                "experiment_id": number,
                "version": made.version,
                "entries": msgspec.json.encode(made.metrics).decode(),
            }
            if row is None:
                connection.execute(insert(metric_dictionaries), values)
            else:
                where = metric_dictionaries.c.experiment_id == number
                connection.execute(update(metric_dictionaries).where(where).values(values))
            return made

        return await self._writer.call(write)


def read_merged(connection: Connection, experiment_id: int) -> list[MetricEntry]:
    """What is said of the metrics of an experiment, there and by the server."""
    numbers = [SERVER, experiment_id]
    rows = connection.execute(
        select(metric_dictionaries).where(metric_dictionaries.c.experiment_id.in_(numbers))
    )
    found = {row.experiment_id: _ENTRIES.decode(row.entries) for row in rows}
    return merged(found.get(SERVER, ()), found.get(experiment_id, ()))


def _find(connection: Connection, number: int, lock: bool = False) -> Row[Any] | None:
    statement = select(metric_dictionaries).where(metric_dictionaries.c.experiment_id == number)
    return connection.execute(statement.with_for_update() if lock else statement).one_or_none()


def _dictionary(row: Row[Any] | None) -> MetricDictionary:
    if row is None:
        return MetricDictionary([], 0)
    return MetricDictionary(_ENTRIES.decode(row.entries), row.version)
