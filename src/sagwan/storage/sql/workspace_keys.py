"""The keys of an experiment, with what its newest runs have under them."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    case,
    exists,
    func,
    select,
)

from sagwan.domain.search.fields import WORKSPACE_RUNS, complete_order
from sagwan.domain.workspace import (
    POINT_RUNS,
    sorted_metric_keys,
    sorted_text_keys,
    text_key,
)
from sagwan.entities.workspace import MetricKey, RunKeys, TextKey
from sagwan.storage.segments import Points, decode_all
from sagwan.storage.sql import search
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.keys import Keys
from sagwan.storage.sql.tables import (
    ACTIVE,
    MIXED,
    keys,
    latest_metrics,
    metric_segments,
    params,
    runs,
    tags,
)

# What a run of another experiment costs where a key is looked up, in runs that are read.
_STRANGER = 3


def run_keys(
    connection: Connection,
    dialect: Dialect,
    names: Keys,
    experiment_ids: Sequence[int],
    sample: int,
) -> RunKeys:
    """All keys of the active runs of these experiments; see `WorkspaceStore.keys`."""
    active = [dialect.in_integers(runs.c.experiment_id, experiment_ids), runs.c.stage == ACTIVE]
    total, first, last = connection.execute(
        select(func.count(), func.min(runs.c.id), func.max(runs.c.id)).where(*active)
    ).one()
    order = search.run_order(complete_order((), WORKSPACE_RUNS), search.Context(dialect, {}))
    newest = search.sorted_by(select(runs.c.id), order).where(*active).limit(sample)
    sampled = list(connection.execute(newest).scalars())
    reading = _Reading(connection, dialect, names, sampled)
    metrics, run_params, run_tags = reading.metrics(), reading.texts(params), reading.texts(tags)
    if total > len(sampled):
        others = _Others(connection, dialect, active, total, first, last)
        metrics += [
            MetricKey(name, 0, False, False)
            for name in others.names(latest_metrics, {key.key for key in metrics})
        ]
        for table, found in ((params, run_params), (tags, run_tags)):
            listed = {key.key for key in found}
            found += [text_key(name, ()) for name in others.names(table, listed)]
    return RunKeys(
        runs=total,
        sampled=len(sampled),
        metrics=sorted_metric_keys(metrics),
        params=sorted_text_keys(run_params),
        tags=sorted_text_keys(run_tags),
    )


class _Reading:
    def __init__(
        self, connection: Connection, dialect: Dialect, names: Keys, sampled: Sequence[int]
    ) -> None:
        self._connection = connection
        self._dialect = dialect
        self._names = names
        self._sampled = sampled

    def metrics(self) -> list[MetricKey]:
        """The metrics of the sample."""
        latest = latest_metrics.c
        finite = case((latest.nan == 0, latest.value))
        if not self._sampled:
            return []
        rows = self._rows(
            select(
                latest.key,
                func.count(),
                func.count(finite),
                func.min(finite),
                func.max(finite),
            )
            .where(self._dialect.in_integers(latest.run, self._sampled))
            .group_by(latest.key)
        )
        names = self._names.names(self._connection, [row[0] for row in rows])
        with_points = self._with_points() if rows else set()
        return [
            MetricKey(
                key=names[key],
                runs=count,
                varies=low != high or 0 < numbers < count,
                points=key in with_points,
                min=low,
                max=high,
            )
            for key, count, numbers, low, high in rows
        ]

    def texts(self, table: Table) -> list[TextKey]:
        """The params or tags of the sample."""
        if not self._sampled:
            return []
        rows = self._rows(
            select(table.c.key, table.c.value, func.count())
            .where(self._dialect.in_integers(table.c.run, self._sampled))
            .group_by(table.c.key, table.c.value)
        )
        counts: dict[int, list[tuple[str, int]]] = {}
        for key, value, count in rows:
            counts.setdefault(key, []).append((value, count))
        names = self._names.names(self._connection, counts)
        return [text_key(names[key], counted) for key, counted in counts.items()]

    def _with_points(self) -> set[int]:
        """The metrics of which one of the newest runs has more than one point."""
        newest = self._sampled[:POINT_RUNS]
        segments = metric_segments.c
        mine = self._dialect.in_integers(segments.run, newest)
        found = {
            key
            for (key,) in self._rows(
                select(segments.key)
                .distinct()
                .where(mine, segments.key != MIXED, segments.count > 1)
            )
        }
        by_run: dict[int, list[tuple[int, int, bytes]]] = {}
        for run, encoding, data in self._rows(
            select(segments.run, segments.encoding, segments.data).where(
                mine, segments.key == MIXED
            )
        ):
            by_run.setdefault(run, []).append((MIXED, encoding, data))
        for stored in by_run.values():
            found |= _keys_with_points(decode_all(stored))
        return found

    def _rows(self, statement: Select[Any]) -> Sequence[tuple[Any, ...]]:
        return _rows(self._connection, statement)


class _Others:
    """Finds the keys that only runs beyond the sample have."""

    def __init__(
        self,
        connection: Connection,
        dialect: Dialect,
        active: Sequence[ColumnElement[bool]],
        total: int,
        first: int,
        last: int,
    ) -> None:
        """Of the `total` runs that meet `active`, `first` and `last` are the outermost numbers."""
        self._connection = connection
        self._dialect = dialect
        self._active = active
        self._within = runs.c.id.between(first, last)
        # Looking a key up stops at the first run that has it; one that none has costs a look at
        # each run of other experiments in between. Reading what the runs have costs a third of that
        # for each of the runs themselves.
        strangers = last - first + 1 - total
        self._look_up = strangers * _STRANGER < total

    def names(self, table: Table, listed: Collection[str]) -> Iterable[str]:
        """The keys in the table that are not `listed` and that an active run has."""
        in_use = exists().where(table.c.key == keys.c.id)
        there = _rows(self._connection, select(keys.c.id, keys.c.name).where(in_use))
        candidates = {number: name for number, name in there if name not in listed}
        if not candidates:
            return []
        mine = [table.c.run == runs.c.id, *self._active]
        if self._look_up:
            found = select(keys.c.id).where(
                self._dialect.in_integers(keys.c.id, sorted(candidates)),
                exists().where(table.c.key == keys.c.id, self._within, *mine),
            )
        else:
            found = select(table.c.key).distinct().where(*mine)
        numbers = {number for (number,) in _rows(self._connection, found)}
        return [name for number, name in candidates.items() if number in numbers]


def _rows(connection: Connection, statement: Select[Any]) -> Sequence[tuple[Any, ...]]:
    result = connection.execute(statement)
    assert result.cursor is not None
    rows: Sequence[tuple[Any, ...]] = result.cursor.fetchall()
    result.close()
    return rows


def _keys_with_points(points: Points) -> set[int]:
    """The keys of a run's points that have more than one, where one that came twice is one."""
    order = np.argsort(points.keys, kind="stable")
    ordered = points.select(order)
    starts = np.flatnonzero(np.diff(ordered.keys, prepend=-1))
    several = np.zeros(len(starts), bool)
    for column in (ordered.steps, ordered.times, ordered.values.view(np.int64)):
        lowest, highest = np.minimum.reduceat(column, starts), np.maximum.reduceat(column, starts)
        several |= lowest != highest
    return set(ordered.keys[starts][several].tolist())
