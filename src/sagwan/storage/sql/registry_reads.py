"""Rows of the model registry as its entities, in a number of statements that never grows."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, and_, func, select, union_all

from sagwan.domain import registry as rules
from sagwan.entities import Tag
from sagwan.entities.registry import Alias, ModelVersion, RegisteredModel, Stage
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.outbox import listener
from sagwan.storage.sql.registry_tables import (
    STAGE_NUMBERS,
    STAGES,
    model_version_tags,
    model_versions,
    registered_model_aliases,
    registered_model_tags,
    registered_models,
)

Rows = Sequence[Row[Any]]


def find(connection: Connection, name: str, lock: bool = False) -> Row[Any]:
    """The row of a model. Raises NotFound.

    With `lock`, no other transaction changes it until this one ends, and the row has a `listener`
    where webhooks are told of changes.
    """
    statement = select(registered_models).where(registered_models.c.name == name)
    if lock:
        statement = statement.add_columns(listener()).with_for_update()
    row = connection.execute(statement).one_or_none()
    if row is None:
        raise rules.registered_model_not_found(name)
    return row


def find_version(connection: Connection, name: str, version: int) -> Row[Any]:
    """The row of a version. Raises NotFound."""
    row = connection.execute(
        select(model_versions).where(
            model_versions.c.name == name, model_versions.c.version == version
        )
    ).one_or_none()
    if row is None:
        raise rules.version_not_found(name, version)
    return row


def models(connection: Connection, rows: Rows, dialect: Dialect) -> list[RegisteredModel]:
    """The models of these rows, in their order."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    tags = _tags(connection, registered_model_tags, "model", ids, dialect)
    aliases = _aliases(connection, ids, dialect)
    newest: dict[int, list[ModelVersion]] = defaultdict(list)
    found = newest_rows(connection, ids, dialect)
    for row, version in zip(found, versions(connection, found, dialect), strict=True):
        newest[row.model].append(version)
    return [
        RegisteredModel(
            name=row.name,
            creation_timestamp=row.created,
            last_updated_timestamp=row.updated,
            description=row.description,
            latest_versions=newest[row.id],
            tags=tags[row.id],
            aliases=[Alias(each.alias, str(each.version)) for each in aliases[row.id]],
        )
        for row in rows
    ]


def model(connection: Connection, name: str, dialect: Dialect) -> RegisteredModel:
    """The model of that name. Raises NotFound."""
    return models(connection, [find(connection, name)], dialect)[0]


def newest_rows(
    connection: Connection, ids: Sequence[int], dialect: Dialect, stages: Sequence[Stage] = ()
) -> Rows:
    """The newest version of each of the stages of these models, by number."""
    chosen = dict.fromkeys(stages or STAGE_NUMBERS)
    statement = union_all(*(_newest_of(stage, ids, dialect) for stage in chosen))
    return sorted(connection.execute(statement).all(), key=lambda row: (row.model, row.version))


def _newest_of(stage: Stage, ids: Sequence[int], dialect: Dialect) -> Select[Any]:
    # By stage, so that each version is found by one look into an index: a model may have 100,000.
    number = STAGE_NUMBERS[stage]
    other = model_versions.alias()
    newest = (
        select(func.max(other.c.version))
        .where(other.c.model == registered_models.c.id, other.c.stage == number)
        .scalar_subquery()
    )
    return (
        select(model_versions)
        .select_from(registered_models)
        .join(
            model_versions,
            and_(
                model_versions.c.model == registered_models.c.id,
                model_versions.c.stage == number,
                model_versions.c.version == newest,
            ),
        )
        .where(dialect.in_integers(registered_models.c.id, ids))
    )


def versions(
    connection: Connection, rows: Rows, dialect: Dialect, with_aliases: bool = False
) -> list[ModelVersion]:
    """The versions of these rows, in their order."""
    if not rows:
        return []
    tags = _tags(connection, model_version_tags, "version", [row.id for row in rows], dialect)
    aliases: dict[tuple[int, int], list[str]] = defaultdict(list)
    if with_aliases:
        found = _aliases(connection, list({row.model for row in rows}), dialect)
        for several in found.values():
            for each in several:
                aliases[each.model, each.version].append(each.alias)
    return [
        ModelVersion(
            name=row.name,
            version=str(row.version),
            creation_timestamp=row.created,
            last_updated_timestamp=row.updated,
            current_stage=STAGES[row.stage].value,
            source=row.source,
            run_id=row.run_id,
            status=rules.READY,
            run_link=row.run_link,
            description=row.description,
            model_id=row.model_id,
            tags=tags[row.id],
            aliases=aliases[row.model, row.version],
        )
        for row in rows
    ]


def version(connection: Connection, name: str, number: int, dialect: Dialect) -> ModelVersion:
    """The version with its aliases. Raises NotFound."""
    row = find_version(connection, name, number)
    return versions(connection, [row], dialect, with_aliases=True)[0]


def _tags(
    connection: Connection, table: Table, owner: str, ids: Sequence[int], dialect: Dialect
) -> dict[int, list[Tag]]:
    found: dict[int, list[Tag]] = defaultdict(list)
    statement = select(table).where(dialect.in_integers(table.c[owner], ids))
    for row in connection.execute(statement.order_by(table.c.key)):
        found[row[0]].append(Tag(row.key, row.value))
    return found


def _aliases(
    connection: Connection, ids: Sequence[int], dialect: Dialect
) -> dict[int, list[Row[Any]]]:
    table = registered_model_aliases
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    statement = select(table).where(dialect.in_integers(table.c.model, ids))
    for row in connection.execute(statement.order_by(table.c.alias)):
        found[row.model].append(row)
    return found
