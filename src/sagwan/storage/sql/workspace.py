"""Many runs at once on SQL."""

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import numpy as np
from sqlalchemy import Connection, Executable, Select, Table, select

from sagwan.domain.search.ast import Condition, Field, FieldKind, Summary, comparisons
from sagwan.domain.search.fields import WORKSPACE_RUNS as RUNS
from sagwan.domain.search.fields import complete_order
from sagwan.domain.workspace import PARENT_TAG
from sagwan.entities import LifecycleStage
from sagwan.entities.workspace import (
    Cell,
    OpenedExperiment,
    RunFacet,
    RunGroups,
    RunKeys,
    RunRows,
)
from sagwan.storage.base import Grouping, RunPage, RunQuery, RunTable, WorkspaceStore
from sagwan.storage.sql import search
from sagwan.storage.sql.database import Database, Readers
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.experiments import STAGE_NUMBERS, STAGES, find, with_tags
from sagwan.storage.sql.keys import Keys
from sagwan.storage.sql.paging import query_digest
from sagwan.storage.sql.run_pages import STATUSES
from sagwan.storage.sql.snapshots import Numbers, Snapshots
from sagwan.storage.sql.tables import latest_metrics, params, run_activity, runs, tags
from sagwan.storage.sql.views import default_view
from sagwan.storage.sql.workspace_facets import facet
from sagwan.storage.sql.workspace_groups import run_groups
from sagwan.storage.sql.workspace_keys import run_keys

_NAN = float("nan")

_TEXTS: dict[FieldKind, Table] = {FieldKind.PARAM: params, FieldKind.TAG: tags}


class SqlWorkspace(WorkspaceStore):
    """The port on SQL; the snapshots are this process's own."""

    def __init__(self, database: Database, readers: Readers, keys: Keys) -> None:
        self._dialect = database.dialect
        self._readers = readers
        self._keys = keys
        self._snapshots = Snapshots()

    async def query(self, query: RunQuery, page: RunPage) -> RunTable:
        def read(connection: Connection) -> RunTable:
            name, numbers = self._find(connection, query, page.snapshot)
            shown = numbers[page.offset : page.offset + page.limit].tolist()
            rows, columns = self._read(connection, shown, page.columns)
            return RunTable(len(numbers), name, rows, columns)

        return await self._readers.call(read)

    async def keys(self, experiment_ids: Sequence[int], sample: int) -> RunKeys:
        return await self._readers.call(
            lambda connection: run_keys(
                connection, self._dialect, self._keys, sorted(set(experiment_ids)), sample
            )
        )

    async def open(self, experiment_id: int, sample: int) -> OpenedExperiment:
        def read(connection: Connection) -> OpenedExperiment:
            found = with_tags(connection, self._dialect, [find(connection, experiment_id)])
            keys = run_keys(connection, self._dialect, self._keys, [experiment_id], sample)
            return OpenedExperiment(found[0], keys, default_view(connection, experiment_id))

        return await self._readers.call(read)

    async def facet(self, query: RunQuery, field: Field, bins: int) -> RunFacet:
        def read(connection: Connection) -> RunFacet:
            names = search.key_names(comparisons(query.where), ())
            if field.kind is not FieldKind.ATTRIBUTE:
                names.add(field.key)
            context = search.Context(self._dialect, self._keys.find(connection, names))
            return facet(connection, context, matching(query, query.where, context), field, bins)

        return await self._readers.call(read)

    async def groups(self, query: RunQuery, grouping: Grouping) -> RunGroups:
        def read(connection: Connection) -> RunGroups:
            _, numbers = self._find(connection, query, None)
            return run_groups(connection, self._dialect, self._keys, numbers, query.order, grouping)

        return await self._readers.call(read)

    def _find(
        self, connection: Connection, query: RunQuery, snapshot: str | None
    ) -> tuple[str, Numbers]:
        """The runs of a snapshot that is known, else those of now; the name that they have."""
        ids = sorted(set(query.experiment_ids))
        digest = query_digest("workspace", ids, query.where, tuple(query.order), query.view)
        known = self._snapshots.get(digest, snapshot)
        if known is not None:
            assert snapshot is not None
            return snapshot, known
        names = search.key_names(comparisons(query.where), query.order)
        context = search.Context(self._dialect, self._keys.find(connection, names))
        numbers = self._ordered(connection, query, context)
        return self._snapshots.add(digest, numbers), numbers

    def _ordered(self, connection: Connection, query: RunQuery, context: search.Context) -> Numbers:
        found, where, context = search.begun(select(runs.c.id), query.where, context)
        found = found.where(*matching(query, where, context))
        if complete_order(query.order, RUNS) != complete_order((), RUNS):
            order = search.run_order(query.order, context)
            return self._integers(connection, search.sorted_by(found, order))[0]
        # The newest first, and of those that began together the ones with lower ids: an index has
        # only the latter the right way round, and sorting in the database takes twice as long.
        walk = found.add_columns(runs.c.start_time).order_by(runs.c.start_time, runs.c.run_id)
        numbers, starts = self._integers(connection, walk)
        newest_first = len(starts) - 1 - np.argsort(starts[::-1], kind="stable")[::-1]
        return numbers[newest_first]

    def _integers(self, connection: Connection, statement: Select[Any]) -> list[Numbers]:
        """The columns of a statement, which are integers."""
        names = statement.selected_columns.keys()
        rows = statement.subquery()
        lists = [self._dialect.list_of(rows.c[name]) for name in names]
        packed = [each for each in lists if each is not None]
        if len(packed) == len(names):
            (columns,) = raw_rows(connection, select(*(each.column for each in packed)))
            return [
                np.array(each.decode(column), np.int64)
                for each, column in zip(packed, columns, strict=True)
            ]
        found = raw_rows(connection, statement)
        return [
            np.fromiter(map(itemgetter(place), found), np.int64, len(found))
            for place in range(len(names))
        ]

    def _read(
        self, connection: Connection, numbers: list[int], fields: Sequence[Field]
    ) -> tuple[RunRows, list[list[Cell]]]:
        found = raw_rows(
            connection,
            select(runs, run_activity.c.active)
            .outerjoin(run_activity, run_activity.c.run == runs.c.id)
            .where(self._dialect.in_integers(runs.c.id, numbers)),
        )
        by_number = {row[0]: dict(zip(_SHOWN, row, strict=True)) for row in found}
        attributes = [by_number.get(number, _GONE) for number in numbers]
        parent = Field(FieldKind.TAG, PARENT_TAG)
        cells = _Cells(connection, self._dialect, self._keys, numbers)
        keyed = cells.read([parent, *fields])
        columns = [
            [row[_COLUMNS[field.key]] for row in map(_shown, attributes)]
            if field.kind is FieldKind.ATTRIBUTE
            else keyed[field]
            for field in fields
        ]
        return _run_rows(attributes, keyed[parent]), columns


def matching(query: RunQuery, where: Condition, context: search.Context) -> list[Any]:
    """The conditions that a query's runs meet, of its own those in `where`."""
    ids = sorted(set(query.experiment_ids))
    return [
        context.dialect.in_integers(runs.c.experiment_id, ids),
        runs.c.stage.in_([STAGE_NUMBERS[stage] for stage in query.view.stages]),
        *search.condition_clauses(where, context),
    ]


def raw_rows(connection: Connection, statement: Executable) -> Sequence[tuple[Any, ...]]:
    """All rows as the driver gives them: SQLAlchemy's own cost as much again."""
    result = connection.execute(statement)
    assert result.cursor is not None
    found: Sequence[tuple[Any, ...]] = result.cursor.fetchall()
    result.close()
    return found


class _Cells:
    """Reads what some runs have under some keys: one statement for each kind of them."""

    def __init__(
        self, connection: Connection, dialect: Dialect, keys: Keys, numbers: Sequence[int]
    ) -> None:
        self._connection = connection
        self._dialect = dialect
        self._keys = keys
        self._numbers = numbers
        self._places = {number: place for place, number in enumerate(numbers)}

    def read(self, fields: Sequence[Field]) -> dict[Field, list[Cell]]:
        """A column for each field that is not an attribute."""
        keyed = [field for field in fields if field.kind is not FieldKind.ATTRIBUTE]
        known = self._keys.find(self._connection, {field.key for field in keyed})
        columns: dict[Field, list[Cell]] = {field: [None] * len(self._numbers) for field in keyed}
        for kind in (FieldKind.METRIC, FieldKind.PARAM, FieldKind.TAG):
            wanted: dict[int, list[Field]] = {}
            for field in keyed:
                if field.kind is kind and field.key in known:
                    wanted.setdefault(known[field.key], []).append(field)
            if wanted and self._numbers:
                self._fill(kind, wanted, columns)
        return columns

    def _fill(
        self, kind: FieldKind, wanted: dict[int, list[Field]], columns: dict[Field, list[Cell]]
    ) -> None:
        table = _TEXTS.get(kind, latest_metrics).c
        selected = [table.run, table.key, table.value]
        if kind is FieldKind.METRIC:
            selected += [table.nan, table.least, table.greatest]
        statement = select(*selected).where(
            self._dialect.in_integers(table.run, self._numbers),
            self._dialect.in_integers(table.key, sorted(wanted)),
        )
        for run, key, value, *more in raw_rows(self._connection, statement):
            for field in wanted[key]:
                columns[field][self._places[run]] = _cell(field, value, *more)


def _cell(
    field: Field,
    value: Cell,
    nan: int = 0,
    least: float | None = None,
    greatest: float | None = None,
) -> Cell:
    if field.summary is Summary.LAST:
        return _NAN if nan else value
    return least if field.summary is Summary.MIN else greatest


_SHOWN = (*runs.columns.keys(), "active")

# What stands in place of a run that was purged since its snapshot.
_GONE: dict[str, Any] = dict.fromkeys(_SHOWN) | {
    "id": 0,
    "run_id": "",
    "name": "",
    "user_id": "",
    "start_time": 0,
    "stage": STAGE_NUMBERS[LifecycleStage.DELETED],
}

# The columns of attributes by their names in a search.
_COLUMNS = {
    "run_id": "run_id",
    "run_name": "name",
    "user_id": "user_id",
    "status": "status",
    "artifact_uri": "artifact_uri",
    "start_time": "start_time",
    "end_time": "end_time",
}


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """The row of a run with what its attributes show; nothing where the run is gone."""
    if row is _GONE:
        return dict.fromkeys(row)
    return {**row, "status": STATUSES[row["status"]]}


def _run_rows(rows: Sequence[dict[str, Any]], parents: list[Cell]) -> RunRows:
    return RunRows(
        run_id=[row["run_id"] for row in rows],
        run_name=[row["name"] for row in rows],
        experiment_id=[
            "" if row["experiment_id"] is None else str(row["experiment_id"]) for row in rows
        ],
        status=["" if row["status"] is None else STATUSES[row["status"]] for row in rows],
        start_time=[row["start_time"] for row in rows],
        end_time=[row["end_time"] for row in rows],
        user_id=[row["user_id"] for row in rows],
        lifecycle_stage=[STAGES[row["stage"]] for row in rows],
        active=[row["active"] for row in rows],
        parent=[None if parent is None else str(parent) for parent in parents],
    )
