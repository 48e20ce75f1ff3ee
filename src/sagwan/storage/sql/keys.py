"""Names of metrics, params and tags as integers. Keys are only ever added."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, select

from sagwan.storage.sql.database import Database
from sagwan.storage.sql.tables import keys


class Keys:
    """The keys of a database, with what this process has seen of them."""

    def __init__(self, database: Database) -> None:
        self._dialect = database.dialect
        self._ids: dict[str, int] = {}
        self._names: dict[int, str] = {}
        self._uncommitted: dict[str, int] = {}

    def intern(self, connection: Connection, names: Collection[str]) -> dict[str, int]:
        """The ids of `names`, added where they are new (in the writer's transaction)."""
        known = self.known_ids(names)
        if known is not None:
            return known
        absent = [name for name in names if name not in self._ids and name not in self._uncommitted]
        if absent:
            found = self._select(connection, absent)
            new = [name for name in absent if name not in found]
            if new:
                connection.execute(
                    self._dialect.insert_missing(keys), [{"name": name} for name in new]
                )
                found |= self._select(connection, new)
            self._uncommitted |= found
        return {
            name: self._ids[name] if name in self._ids else self._uncommitted[name]
            for name in names
        }

    def known_ids(self, names: Collection[str]) -> dict[str, int] | None:
        """The ids of `names`, if this process knows all of them."""
        try:
            return {name: self._ids[name] for name in names}
        except KeyError:
            return None

    def committed(self) -> None:
        """The writer's transaction is durable: what it added may be relied on."""
        if self._uncommitted:
            self._remember(self._uncommitted)
            self._uncommitted = {}

    def rolled_back(self) -> None:
        """The writer's transaction, or a part of it, is gone."""
        self._uncommitted = {}

    def find(self, connection: Connection, names: Collection[str]) -> dict[str, int]:
        """The ids of those `names` that are keys (in a reader's transaction)."""
        absent = [name for name in names if name not in self._ids]
        if absent:
            self._remember(self._select(connection, absent))
        return {name: self._ids[name] for name in names if name in self._ids}

    def look_up(self, connection: Connection, names: Collection[str]) -> dict[str, int]:
        """As `find`, in the writer's transaction, whose new keys may still be undone."""
        absent = [name for name in names if name not in self._ids]
        found = self._select(connection, absent) if absent else {}
        return found | {name: self._ids[name] for name in names if name in self._ids}

    @property
    def known(self) -> Mapping[int, str]:
        """The names, by their ids, of all keys that this process has seen."""
        return self._names

    def names(self, connection: Connection, ids: Iterable[int]) -> dict[int, str]:
        """The names of `ids`; a dictionary that may hold more."""
        absent = {number for number in ids if number not in self._names}
        if absent:
            rows = connection.execute(
                select(keys.c.id, keys.c.name).where(
                    self._dialect.in_integers(keys.c.id, sorted(absent))
                )
            )
            self._remember({row.name: row.id for row in rows})
        return self._names

    def _select(self, connection: Connection, names: Collection[str]) -> dict[str, int]:
        rows = connection.execute(
            select(keys.c.name, keys.c.id).where(self._dialect.in_texts(keys.c.name, list(names)))
        )
        return {row.name: row.id for row in rows}

    def _remember(self, ids: dict[str, int]) -> None:
        self._names.update({number: name for name, number in ids.items()})
        self._ids.update(ids)
