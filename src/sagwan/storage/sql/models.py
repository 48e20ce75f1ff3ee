"""Logged models on SQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, delete, insert, select, update

from sagwan.domain import lifecycle
from sagwan.domain.artifact_paths import append_to_uri
from sagwan.domain.limits import DATASET_SUMMARIES
from sagwan.entities import (
    DatasetSummary,
    LoggedModel,
    LoggedModelData,
    LoggedModelInfo,
    LoggedModelStatus,
    Metric,
    Page,
    Param,
    Tag,
)
from sagwan.storage.base import ModelQuery, ModelStore, NewModel
from sagwan.storage.sql import experiments, model_search, search
from sagwan.storage.sql.database import Database, Readers, new_id
from sagwan.storage.sql.paging import decode_token, encode_token, query_digest
from sagwan.storage.sql.tables import (
    ACTIVE,
    DELETED,
    dataset_input_tags,
    dataset_inputs,
    datasets,
    logged_model_metrics,
    logged_model_params,
    logged_model_tags,
    logged_models,
)
from sagwan.storage.sql.writer import Writer

_CONTEXT_TAG = "mlflow.data.context"
_NAN = float("nan")


class SqlModels(ModelStore):
    """The port on SQL."""

    def __init__(self, database: Database, readers: Readers, writer: Writer) -> None:
        self._dialect = database.dialect
        self._readers = readers
        self._writer = writer

    async def create(self, new: NewModel) -> LoggedModel:
        return await self._writer.call(lambda connection: self._create(connection, new))

    def _create(self, connection: Connection, new: NewModel) -> LoggedModel:
        experiment = experiments.find(connection, new.experiment_id, keep=True)
        experiments.require_active(experiment)
        location = append_to_uri(experiment.artifact_location, "models", new.model_id, "artifacts")
        created = connection.execute(
            insert(logged_models),
            {
                "model_id": new.model_id,
                "experiment_id": new.experiment_id,
                "name": new.name,
                "status": LoggedModelStatus.LOGGED_MODEL_PENDING.value,
                "model_type": new.model_type,
                "source_run_id": new.source_run_id,
                "artifact_uri": location,
                "created": new.now,
                "updated": new.now,
                "stage": ACTIVE,
            },
        )
        number = new_id(created)
        for table, items in ((logged_model_params, new.params), (logged_model_tags, new.tags)):
            _add(connection, table, number, items)
        return self._assemble(connection, [_find(connection, new.model_id)])[0]

    async def get(self, model_id: str, allow_deleted: bool = False) -> LoggedModel:
        def read(connection: Connection) -> LoggedModel:
            row = _find(connection, model_id, allow_deleted)
            return self._assemble(connection, [row])[0]

        return await self._readers.call(read)

    async def finalize(self, model_id: str, status: LoggedModelStatus, now: int) -> LoggedModel:
        def write(connection: Connection) -> LoggedModel:
            row = _find(connection, model_id)
            connection.execute(
                update(logged_models)
                .where(logged_models.c.id == row.id)
                .values(status=status.value, updated=now)
            )
            return self._assemble(connection, [_find(connection, model_id)])[0]

        return await self._writer.call(write)

    async def delete(self, model_id: str, now: int) -> None:
        def write(connection: Connection) -> None:
            row = _find(connection, model_id, allow_deleted=True)
            connection.execute(
                update(logged_models)
                .where(logged_models.c.id == row.id)
                .values(stage=DELETED, deleted=now, updated=now)
            )

        await self._writer.call(write)

    async def search(self, query: ModelQuery) -> Page[LoggedModel]:
        if not query.experiment_ids:
            return Page([])
        return await self._readers.call(lambda connection: self._search(connection, query))

    def _search(self, connection: Connection, query: ModelQuery) -> Page[LoggedModel]:
        ids = sorted(set(query.experiment_ids))
        digest = query_digest("models", ids, query.filter, query.order, query.datasets)
        order = model_search.order(query.order, self._dialect)
        statement = search.ordered(select(logged_models), order).where(
            self._dialect.in_integers(logged_models.c.experiment_id, ids),
            logged_models.c.stage == ACTIVE,
            *model_search.clauses(query, self._dialect),
        )
        if query.page_token:
            after = decode_token(digest, query.page_token)
            statement = statement.where(search.keyset_after(order, after))
        rows = connection.execute(statement.limit(query.limit + 1)).all()
        token = None
        if len(rows) > query.limit:
            rows = rows[: query.limit]
            token = encode_token(digest, search.last_values(order, rows[-1]))
        return Page(self._assemble(connection, rows), token)

    async def set_tags(self, model_id: str, tags: Sequence[Tag]) -> None:
        upsert = self._dialect.upsert(logged_model_tags, ["value"])

        def write(connection: Connection) -> None:
            row = _find(connection, model_id)
            values = {tag.key: tag.value for tag in tags}
            if values:
                connection.execute(
                    upsert,
                    [
                        {"model": row.id, "key": key, "value": value}
                        for key, value in values.items()
                    ],
                )

        await self._writer.call(write)

    async def delete_tag(self, model_id: str, key: str) -> None:
        def write(connection: Connection) -> None:
            row = _find(connection, model_id)
            deleted = connection.execute(
                delete(logged_model_tags).where(
                    logged_model_tags.c.model == row.id, logged_model_tags.c.key == key
                )
            )
            if deleted.rowcount == 0:
                raise lifecycle.model_tag_not_found(model_id, key)

        await self._writer.call(write)

    async def add_params(self, model_id: str, params: Sequence[Param]) -> None:
        def write(connection: Connection) -> None:
            row = _find(connection, model_id)
            there = set(
                connection.execute(
                    select(logged_model_params.c.key).where(logged_model_params.c.model == row.id)
                ).scalars()
            )
            repeated = [param.key for param in params if param.key in there]
            if repeated:
                raise lifecycle.model_params_exist(model_id, repeated)
            _add(connection, logged_model_params, row.id, params)

        await self._writer.call(write)

    async def search_datasets(self, experiment_ids: Sequence[int]) -> list[DatasetSummary]:
        context = dataset_input_tags.c.value.label("context")
        statement = (
            select(datasets.c.experiment_id, datasets.c.name, datasets.c.digest, context)
            .distinct()
            .join(dataset_inputs, dataset_inputs.c.dataset == datasets.c.id)
            .outerjoin(
                dataset_input_tags,
                and_(
                    dataset_input_tags.c.input == dataset_inputs.c.id,
                    dataset_input_tags.c.key == _CONTEXT_TAG,
                ),
            )
            .where(self._dialect.in_integers(datasets.c.experiment_id, list(experiment_ids)))
            .order_by(datasets.c.experiment_id, datasets.c.name, datasets.c.digest)
            .limit(DATASET_SUMMARIES)
        )

        def read(connection: Connection) -> list[DatasetSummary]:
            rows = connection.execute(statement).all()
            # Databases disagree on where nulls come.
            in_order = sorted(
                rows, key=lambda row: (*row[:3], row.context is not None, row.context or "")
            )
            return [
                DatasetSummary(str(row.experiment_id), row.name, row.digest, row.context)
                for row in in_order
            ]

        return await self._readers.call(read)

    def _assemble(self, connection: Connection, rows: Sequence[Row[Any]]) -> list[LoggedModel]:
        if not rows:
            return []
        numbers = [row.id for row in rows]
        params = self._texts(connection, logged_model_params, numbers, Param)
        tags = self._texts(connection, logged_model_tags, numbers, Tag)
        metrics = self._metrics(connection, {row.id: row.model_id for row in rows})
        return [
            LoggedModel(
                LoggedModelInfo(
                    model_id=row.model_id,
                    experiment_id=str(row.experiment_id),
                    name=row.name,
                    creation_timestamp_ms=row.created,
                    last_updated_timestamp_ms=row.updated,
                    artifact_uri=row.artifact_uri,
                    status=LoggedModelStatus(row.status).name,
                    model_type=row.model_type,
                    source_run_id=row.source_run_id,
                    status_message=row.status_message,
                    tags=tags[row.id],
                ),
                LoggedModelData(params=params[row.id], metrics=metrics[row.id]),
            )
            for row in rows
        ]

    def _texts(
        self, connection: Connection, table: Table, numbers: Sequence[int], kind: Any
    ) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = {number: [] for number in numbers}
        statement = select(table.c.model, table.c.key, table.c.value).where(
            self._dialect.in_integers(table.c.model, numbers)
        )
        for model, key, value in connection.execute(statement.order_by(table.c.key)):
            found[model].append(kind(key, value))
        return found

    def _metrics(self, connection: Connection, ids: dict[int, str]) -> dict[int, list[Metric]]:
        """Of each model every point measured on it, as MLflow shows it; duplicates dropped."""
        table = logged_model_metrics.c
        rows = connection.execute(
            select(logged_model_metrics)
            .where(self._dialect.in_integers(table.model, list(ids)))
            .order_by(table.id)
        )
        distinct: dict[tuple[Any, ...], Row[Any]] = {}
        for row in rows:
            distinct.setdefault(tuple(row[1:]), row)
        found: dict[int, list[Metric]] = {number: [] for number in ids}
        for row in distinct.values():
            found[row.model].append(
                Metric(
                    row.key,
                    _NAN if row.nan else row.value,
                    row.timestamp,
                    row.step,
                    ids[row.model],
                    row.dataset_name,
                    row.dataset_digest,
                    row.run_id,
                )
            )
        return found


def _find(connection: Connection, model_id: str, allow_deleted: bool = False) -> Row[Any]:
    row = connection.execute(
        select(logged_models).where(logged_models.c.model_id == model_id)
    ).one_or_none()
    if row is None or (row.stage == DELETED and not allow_deleted):
        raise lifecycle.model_not_found(model_id)
    return row


def _add(connection: Connection, table: Table, model: int, items: Sequence[Param | Tag]) -> None:
    if items:
        connection.execute(
            insert(table),
            [{"model": model, "key": item.key, "value": item.value} for item in items],
        )
