"""Views on SQL."""

from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from sagwan.domain.views import (
    LISTED,
    check_count,
    path_of,
    share_is_fixed,
    view_name_taken,
    view_not_found,
)
from sagwan.entities.views import SavedView, SavedViews
from sagwan.storage.base import NewShare, NewView, ViewStore, ViewUpdate
from sagwan.storage.sql.database import Database, Readers
from sagwan.storage.sql.experiments import find, require_active
from sagwan.storage.sql.tables import SERVER, default_views, saved_views, shared_views
from sagwan.storage.sql.writer import Writer


class SqlViews(ViewStore):
    """The port on SQL."""

    def __init__(self, database: Database, readers: Readers, writer: Writer) -> None:
        self._readers = readers
        self._writer = writer
        self._choose = database.dialect.upsert(default_views, ["slug"])

    async def create(self, new: NewView) -> SavedView:
        def write(connection: Connection) -> SavedView:
            number = new.experiment_id
            require_active(find(connection, number, keep=True))
            _require_free(connection, new.name, number)
            count = select(func.count()).where(saved_views.c.experiment_id == number)
            check_count(connection.execute(count).scalar_one(), number)
            row = {
                "slug": new.slug,
                "experiment_id": number,
                "name": new.name,
                "owner": new.owner,
                "query": new.query,
                "created": new.now,
                "updated": new.now,
            }
            connection.execute(insert(saved_views), row)
            return _saved(row)

        return await self._writer.call(write)

    async def share(self, new: NewShare) -> SavedView:
        def write(connection: Connection) -> SavedView:
            found = _find_share(connection, new.slug)
            if found is not None:
                return _shared(found._asdict())
            row = {"slug": new.slug, "path": new.path, "query": new.query, "created": new.now}
            connection.execute(insert(shared_views), row)
            return _shared(row)

        return await self._writer.call(write)

    async def get(self, slug: str) -> SavedView:
        def read(connection: Connection) -> SavedView:
            saved = _find(connection, slug)
            if saved is not None:
                return _saved(saved._asdict())
            shared = _find_share(connection, slug)
            if shared is None:
                raise view_not_found(slug)
            return _shared(shared._asdict())

        return await self._readers.call(read)

    async def search(self, experiment_id: int | None) -> SavedViews:
        def read(connection: Connection) -> SavedViews:
            wanted = select(saved_views)
            if experiment_id is None:
                wanted = wanted.order_by(saved_views.c.updated.desc(), saved_views.c.slug)
                wanted = wanted.limit(LISTED)
            else:
                wanted = wanted.where(saved_views.c.experiment_id == experiment_id)
                wanted = wanted.order_by(saved_views.c.name)
            views = [_saved(row._asdict()) for row in connection.execute(wanted)]
            chosen = _defaults(connection, experiment_id)
            server = chosen.pop(SERVER, None)
            return SavedViews(views, next(iter(chosen.values()), None), server)

        return await self._readers.call(read)

    async def update(self, update_: ViewUpdate) -> SavedView:
        def write(connection: Connection) -> SavedView:
            row = _require_saved(connection, update_.slug)._asdict()
            if update_.name is not None and update_.name != row["name"]:
                _require_free(connection, update_.name, row["experiment_id"])
            given = {"name": update_.name, "owner": update_.owner, "query": update_.query}
            changes: dict[str, Any] = {
                "updated": update_.now,
                **{key: value for key, value in given.items() if value is not None},
            }
            connection.execute(
                update(saved_views).where(saved_views.c.slug == update_.slug).values(changes)
            )
            return _saved({**row, **changes})

        return await self._writer.call(write)

    async def delete(self, slug: str) -> None:
        def write(connection: Connection) -> None:
            _require_saved(connection, slug)
            connection.execute(delete(default_views).where(default_views.c.slug == slug))
            connection.execute(delete(saved_views).where(saved_views.c.slug == slug))

        await self._writer.call(write)

    async def default(self, experiment_id: int) -> SavedView | None:
        return await self._readers.call(lambda connection: default_view(connection, experiment_id))

    async def set_default(self, experiment_id: int | None, slug: str | None) -> None:
        def write(connection: Connection) -> None:
            if experiment_id is not None:
                require_active(find(connection, experiment_id))
            number = SERVER if experiment_id is None else experiment_id
            if slug is None:
                connection.execute(
                    delete(default_views).where(default_views.c.experiment_id == number)
                )
                return
            _require_saved(connection, slug)
            connection.execute(self._choose, {"experiment_id": number, "slug": slug})

        await self._writer.call(write)


def default_view(connection: Connection, experiment_id: int) -> SavedView | None:
    """The view that an experiment shows unasked: its own default, or else the server's."""
    joined = select(saved_views).join(default_views, default_views.c.slug == saved_views.c.slug)
    # An experiment's number is 0 or more: its own comes before the server's.
    row = connection.execute(
        joined.where(default_views.c.experiment_id.in_([experiment_id, SERVER]))
        .order_by(default_views.c.experiment_id.desc())
        .limit(1)
    ).first()
    return None if row is None else _saved(row._asdict())


def _find(connection: Connection, slug: str) -> Row[Any] | None:
    return connection.execute(select(saved_views).where(saved_views.c.slug == slug)).one_or_none()


def _find_share(connection: Connection, slug: str) -> Row[Any] | None:
    return connection.execute(select(shared_views).where(shared_views.c.slug == slug)).one_or_none()


def _require_saved(connection: Connection, slug: str) -> Row[Any]:
    row = _find(connection, slug)
    if row is not None:
        return row
    shared = _find_share(connection, slug)
    raise view_not_found(slug) if shared is None else share_is_fixed(slug)


def _require_free(connection: Connection, name: str, experiment_id: int) -> None:
    found = connection.execute(
        select(saved_views.c.slug).where(
            saved_views.c.experiment_id == experiment_id, saved_views.c.name == name
        )
    ).first()
    if found is not None:
        raise view_name_taken(name, experiment_id)


def _defaults(connection: Connection, experiment_id: int | None) -> dict[int, str]:
    numbers = [SERVER] if experiment_id is None else [SERVER, experiment_id]
    rows = connection.execute(
        select(default_views).where(default_views.c.experiment_id.in_(numbers))
    )
    return {row.experiment_id: row.slug for row in rows}


def _saved(row: dict[str, Any]) -> SavedView:
    return SavedView(
        row["slug"],
        path_of(row["experiment_id"]),
        row["query"],
        row["created"],
        row["updated"],
        str(row["experiment_id"]),
        row["name"],
        row["owner"],
    )


def _shared(row: dict[str, Any]) -> SavedView:
    return SavedView(row["slug"], row["path"], row["query"], row["created"], row["created"])
