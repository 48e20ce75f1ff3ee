"""Experiments on SQL."""

from collections.abc import Sequence

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from sagwan.domain import lifecycle
from sagwan.domain.artifact_paths import append_to_uri
from sagwan.domain.experiments import CUSTOM_VIEW_PREFIX, check_custom_views
from sagwan.entities import Experiment, LifecycleStage, Page, Tag
from sagwan.entities.experiments import DEFAULT_WORKSPACE
from sagwan.storage.base import ExperimentStore, NewExperiment, SearchQuery
from sagwan.storage.sql import search
from sagwan.storage.sql.database import Database, Readers, new_id
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.paging import decode_token, encode_token, query_digest
from sagwan.storage.sql.tables import ACTIVE, DELETED, experiment_tags, experiments, runs
from sagwan.storage.sql.writer import Writer

STAGES = {ACTIVE: LifecycleStage.ACTIVE.value, DELETED: LifecycleStage.DELETED.value}
STAGE_NUMBERS = {name: number for number, name in STAGES.items()}


class SqlExperiments(ExperimentStore):
    """The port on SQL."""

    def __init__(
        self, database: Database, readers: Readers, writer: Writer, artifact_root: str
    ) -> None:
        self._database = database
        self._readers = readers
        self._writer = writer
        self._artifact_root = artifact_root

    async def create(self, new: NewExperiment) -> int:
        return await self._writer.call(lambda connection: self._create(connection, new))

    def _create(self, connection: Connection, new: NewExperiment) -> int:
        if find_by_name(connection, new.name) is not None:
            raise lifecycle.experiment_exists(new.name)
        number = create_experiment(connection, new)
        if new.artifact_location is None:
            connection.execute(
                update(experiments)
                .where(experiments.c.id == number)
                .values(artifact_location=append_to_uri(self._artifact_root, str(number)))
            )
        return number

    async def get(self, experiment_id: int) -> Experiment:
        def read(connection: Connection) -> Experiment:
            row = find(connection, experiment_id)
            return with_tags(connection, self._database.dialect, [row])[0]

        return await self._readers.call(read)

    async def get_by_name(self, name: str) -> Experiment | None:
        def read(connection: Connection) -> Experiment | None:
            row = find_by_name(connection, name)
            return None if row is None else with_tags(connection, self._database.dialect, [row])[0]

        return await self._readers.call(read)

    async def search(self, query: SearchQuery) -> Page[Experiment]:
        return await self._readers.call(lambda connection: self._search(connection, query))

    def _search(self, connection: Connection, query: SearchQuery) -> Page[Experiment]:
        digest = query_digest("experiments", query.filter, query.order, query.view)
        context = search.Context(self._database.dialect, {})
        order = search.experiment_order(query.order)
        statement = search.ordered(select(experiments), order)
        statement = statement.where(
            experiments.c.stage.in_([STAGE_NUMBERS[stage] for stage in query.view.stages]),
            *search.experiment_clauses(query.filter, context),
        )
        if query.page_token:
            after = decode_token(digest, query.page_token)
            statement = statement.where(search.keyset_after(order, after))
        rows = connection.execute(statement.limit(query.limit + 1)).all()
        token = None
        if len(rows) > query.limit:
            rows = rows[: query.limit]
            token = encode_token(digest, search.last_values(order, rows[-1]))
        return Page(with_tags(connection, self._database.dialect, rows), token)

    async def rename(self, experiment_id: int, name: str, now: int) -> None:
        def write(connection: Connection) -> None:
            row = find(connection, experiment_id)
            if row.stage != ACTIVE:
                raise lifecycle.experiment_not_renamable()
            other = find_by_name(connection, name)
            if other is not None and other.id != experiment_id:
                raise lifecycle.experiment_name_taken(name)
            connection.execute(
                update(experiments)
                .where(experiments.c.id == experiment_id)
                .values(name=name, updated=now)
            )

        await self._writer.call(write)

    async def delete(self, experiment_id: int, now: int) -> None:
        def write(connection: Connection) -> None:
            self._move(connection, experiment_id, ACTIVE, DELETED, now)
            connection.execute(
                update(runs)
                .where(runs.c.experiment_id == experiment_id, runs.c.stage == ACTIVE)
                .values(stage=DELETED, deleted=now)
            )

        await self._writer.call(write)

    async def restore(self, experiment_id: int, now: int) -> None:
        def write(connection: Connection) -> None:
            self._move(connection, experiment_id, DELETED, ACTIVE, now)
            connection.execute(
                update(runs)
                .where(runs.c.experiment_id == experiment_id)
                .values(stage=ACTIVE, deleted=None)
            )

        await self._writer.call(write)

    @staticmethod
    def _move(connection: Connection, experiment_id: int, old: int, new: int, now: int) -> None:
        changed = connection.execute(
            update(experiments)
            .where(experiments.c.id == experiment_id, experiments.c.stage == old)
            .values(stage=new, updated=now)
        )
        if changed.rowcount == 0:
            raise lifecycle.experiment_not_found(experiment_id)

    async def set_tag(self, experiment_id: int, tag: Tag) -> None:
        upsert = self._database.dialect.upsert(experiment_tags, ["value"])

        def write(connection: Connection) -> None:
            require_active(find(connection, experiment_id))
            if tag.key.startswith(CUSTOM_VIEW_PREFIX):
                keys = connection.execute(
                    select(experiment_tags.c.key).where(
                        experiment_tags.c.experiment_id == experiment_id
                    )
                ).scalars()
                check_custom_views({*keys, tag.key})
            connection.execute(
                upsert, {"experiment_id": experiment_id, "key": tag.key, "value": tag.value}
            )

        await self._writer.call(write)

    async def delete_tag(self, experiment_id: int, key: str) -> None:
        def write(connection: Connection) -> None:
            require_active(find(connection, experiment_id))
            deleted = connection.execute(
                delete(experiment_tags).where(
                    experiment_tags.c.experiment_id == experiment_id,
                    experiment_tags.c.key == key,
                )
            )
            if deleted.rowcount == 0:
                raise lifecycle.experiment_tag_not_found(experiment_id, key)

        await self._writer.call(write)


def find(connection: Connection, experiment_id: int, keep: bool = False) -> Row[tuple[object, ...]]:
    """The row of an experiment. Raises NotFound.

    With `keep`, no other transaction changes it until this one ends.
    """
    statement = select(experiments).where(experiments.c.id == experiment_id)
    if keep:
        statement = statement.with_for_update(read=True)
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise lifecycle.experiment_not_found(experiment_id)
    return row


def with_tags(
    connection: Connection, dialect: Dialect, rows: Sequence[Row[tuple[object, ...]]]
) -> list[Experiment]:
    """The experiments of some rows."""
    found: dict[int, list[Tag]] = {row.id: [] for row in rows}
    statement = select(experiment_tags).where(
        dialect.in_integers(experiment_tags.c.experiment_id, list(found))
    )
    for row in connection.execute(statement.order_by(experiment_tags.c.key)):
        found[row.experiment_id].append(Tag(row.key, row.value))
    return [
        Experiment(
            experiment_id=str(row.id),
            name=row.name,
            artifact_location=row.artifact_location,
            lifecycle_stage=STAGES[row.stage],
            last_update_time=row.updated,
            creation_time=row.created,
            workspace=DEFAULT_WORKSPACE,
            tags=found[row.id],
        )
        for row in rows
    ]


def find_by_name(connection: Connection, name: str) -> Row[tuple[object, ...]] | None:
    """The row of the experiment of that name."""
    return connection.execute(select(experiments).where(experiments.c.name == name)).one_or_none()


def require_active(row: Row[tuple[object, ...]]) -> None:
    """Raise InvalidParameter where the experiment is deleted."""
    lifecycle.require_active_experiment(row.id, STAGES[row.stage])


def create_experiment(connection: Connection, new: NewExperiment, number: int | None = None) -> int:
    """Insert an experiment, with the id `number` if given, and return its id."""
    values = {
        "name": new.name,
        "artifact_location": new.artifact_location or "",
        "stage": ACTIVE,
        "created": new.now,
        "updated": new.now,
    }
    if number is not None:
        values["id"] = number
    created = connection.execute(insert(experiments).values(values))
    made: int = number if number is not None else new_id(created)
    if new.tags:
        connection.execute(
            insert(experiment_tags),
            [{"experiment_id": made, "key": tag.key, "value": tag.value} for tag in new.tags],
        )
    return made


def count(connection: Connection) -> int:
    """How many experiments there are."""
    return connection.execute(select(func.count()).select_from(experiments)).scalar_one()
