"""The keys of an experiment, with what its newest runs have under them."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    ScalarSelect,
    Select,
    Table,
    case,
    exists,
    func,
    select,
    union_all,
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
from sagwan.storage.sql.dictionary import read_merged
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

# Into how many parts the numbers of keys that are looked for are cut.
_SPANS = 4

# Up to how many known keys may be among those that are looked for where most runs have none there.
_FEW = 4


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
        dictionary=read_merged(connection, experiment_ids[0]) if len(experiment_ids) == 1 else [],
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
        self._total = total
        self._strangers = last - first + 1 - total
        self._first, self._last = first, last

    def names(self, table: Table, listed: Collection[str]) -> Iterable[str]:
        """The keys in the table that are not `listed` and that an active run has."""
        # A run that has the key, between them if that is cheap: mostly theirs if the key is.
        any_run = select(table.c.run).where(table.c.key == keys.c.id)
        by_run = table is not latest_metrics or self._dialect.latest_by_run
        if by_run:
            any_run = any_run.where(table.c.run.between(self._first, self._last))
        some = _first(any_run)
        is_theirs = exists().where(runs.c.id == some, *self._active)
        there = _rows(
            self._connection,
            select(keys.c.id, keys.c.name, case((is_theirs, 1), else_=0)).where(some.is_not(None)),
        )
        known = [number for number, name, theirs in there if theirs or name in listed]
        unknown = sorted({number for number, *_ in there}.difference(known))
        found = set(known)
        if unknown:
            found.update(
                row[0]
                for row in _rows(self._connection, self._having(table, unknown, known, by_run))
            )
        return [name for number, name, _ in there if number in found and name not in listed]

    def _having(
        self, table: Table, unknown: Sequence[int], known: Sequence[int], by_run: bool
    ) -> Select[Any] | CompoundSelect[Any]:
        """Gives those of the `unknown` keys that a run has, and maybe `known` ones."""
        spans = key_spans(unknown, known)
        # Looking a key up stops at the first run that has it; one that none has costs a look at
        # each run of other experiments in between. Reading what the runs have costs them a look
        # for each span, and one for each known key in it.
        reading = self._total * sum(1 + span.known for span in spans)
        if by_run and self._strangers * _STRANGER * len(unknown) < reading:
            within = runs.c.id.between(self._first, self._last)
            having = [table.c.key == keys.c.id, table.c.run == runs.c.id]
            run = _first(select(runs.c.id).where(*having, within, *self._active))
            return select(keys.c.id).where(
                self._dialect.in_integers(keys.c.id, unknown), run.is_not(None)
            )
        read = []
        for span in spans:
            inside = table.c.key.between(span.first, span.last)
            query = select(table.c.key).where(table.c.run == runs.c.id, inside)
            if span.known <= _FEW:
                query = self._dialect.for_each(runs, query)
            read.append(query.where(*self._active).distinct())
        return read[0] if len(read) == 1 else union_all(*read)


class Span(NamedTuple):
    """The keys from `first` to `last`, of which `known` need not be looked for."""

    first: int
    last: int
    known: int


def key_spans(unknown: Sequence[int], known: Iterable[int]) -> list[Span]:
    """At most four spans that have all `unknown` numbers, which ascend, and few `known` ones.

    An experiment's keys mostly get their numbers together.
    """
    wanted = np.asarray(unknown)
    # How many known keys there are below each of the wanted ones.
    below = np.searchsorted(np.sort(np.fromiter(known, np.int64)), wanted)
    between = np.diff(below)
    widest = np.argsort(-between, kind="stable")[: _SPANS - 1]
    cuts = np.sort(widest[between[widest] > 0]) + 1
    return [
        Span(int(part[0]), int(part[-1]), int(inside[-1] - inside[0]))
        for part, inside in zip(np.split(wanted, cuts), np.split(below, cuts), strict=True)
    ]


def _first(query: Select[tuple[int]]) -> ScalarSelect[int]:
    """What one row has for the outer key, null without any; never a join, as EXISTS may be."""
    return query.limit(1).correlate(keys).scalar_subquery()


def _rows(
    connection: Connection, statement: Select[Any] | CompoundSelect[Any]
) -> Sequence[tuple[Any, ...]]:
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
