"""The backend store on a SQL database."""

import asyncio
import random
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL, Connection, delete, insert, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError

from sagwan.config.settings import store_folder
from sagwan.domain.artifact_paths import append_to_uri
from sagwan.errors import InvalidParameter, Unavailable
from sagwan.storage.base import NewExperiment, Store
from sagwan.storage.sql import experiments
from sagwan.storage.sql.bulk import SqlBulk
from sagwan.storage.sql.changes import SqlChanges
from sagwan.storage.sql.compaction import Compactor
from sagwan.storage.sql.database import Database, Readers
from sagwan.storage.sql.dialects import dialect_for
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.dictionary import SqlDictionaries
from sagwan.storage.sql.experiments import SqlExperiments
from sagwan.storage.sql.jobs import SqlJobs
from sagwan.storage.sql.keys import Keys
from sagwan.storage.sql.metrics import SqlMetrics
from sagwan.storage.sql.models import SqlModels
from sagwan.storage.sql.outbox import Outbox
from sagwan.storage.sql.registry import SqlRegistry
from sagwan.storage.sql.runs import SqlRuns
from sagwan.storage.sql.schema import prepare
from sagwan.storage.sql.series import SqlSeries
from sagwan.storage.sql.tables import params
from sagwan.storage.sql.traces import SqlTraces
from sagwan.storage.sql.trash import SqlTrash
from sagwan.storage.sql.views import SqlViews
from sagwan.storage.sql.webhooks import SqlWebhooks
from sagwan.storage.sql.workspace import SqlWorkspace
from sagwan.storage.sql.writer import Writer

DATABASE_FILE = "sagwan.db"
DEFAULT_EXPERIMENT = 0

CREATE_ATTEMPTS = 50
CREATE_PAUSE = 0.1  # seconds, at most

# Seconds until a database that is asked how it is, and says nothing, counts as unwell.
CHECK_PATIENCE = 2.0


def database_url(uri: str) -> URL:
    """The SQLAlchemy URL of a backend store URI; a folder's database is a SQLite file in it.

    Raises InvalidParameter.
    """
    folder = store_folder(uri)
    if folder is not None:
        return URL.create("sqlite", database=str(Path(folder) / DATABASE_FILE))
    try:
        url: URL | None = make_url(uri)
    except (ArgumentError, ValueError):
        url = None
    if url is None or "@" in (url.host or ""):
        # Neither the URI nor the errors are told: who knows where in it the password is?
        raise InvalidParameter(
            "The backend store URI can't be read. Its form is"
            " scheme://user:password@host:port/database; in user and password, '@' is written as"
            " %40, '/' as %2F, ':' as %3A and '%' as %25."
        )
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise InvalidParameter(
            "A store in memory would be lost with the server. Use sqlite:///path/to/file.db"
            " or a folder."
        )
    return url


class SqlStore(Store):
    """One port a resource, on one database."""

    kind = "SqlStore"

    def __init__(
        self, database: Database, artifact_root: str, queue_size: int, clock: Callable[[], int]
    ) -> None:
        self._database = database
        self._readers = Readers(database, replica=True)
        # Whether the database is there must not wait for readers that wait for it.
        self._probe = Readers(database, count=1, patience=0)
        keys = Keys(database)
        self._writer = Writer(database, keys, queue_size, clock)
        self.experiments = SqlExperiments(database, self._readers, self._writer, artifact_root)
        self.runs = SqlRuns(database, self._readers, self._writer, keys)
        self.metrics = SqlMetrics(database, self._readers, keys)
        self.series = SqlSeries(database, self._readers, keys)
        self.workspace = SqlWorkspace(database, self._readers, keys)
        self.bulk = SqlBulk(database, self._writer, keys)
        self.trash = SqlTrash(database, self._readers, self._writer, self._tidy)
        self.jobs = SqlJobs(database, self._writer)
        self.models = SqlModels(database, self._readers, self._writer)
        self.views = SqlViews(database, self._readers, self._writer)
        self.dictionaries = SqlDictionaries(self._readers, self._writer)
        self._watcher = Readers(database, count=1, replica=True)
        self.changes = SqlChanges(database, self._watcher, keys)
        outbox = Outbox()
        self.registry = SqlRegistry(database, self._readers, self._writer, outbox)
        self.webhooks = SqlWebhooks(database, self._writer, outbox)
        self.traces = SqlTraces(database, self._readers, self._writer)
        self.compactor = Compactor(database, self._readers, self._writer, tidy=self._tidy)

    @classmethod
    async def open(
        cls,
        uri: str,
        *,
        artifact_root: str,
        now: int,
        queue_size: int = 10_000,
        read_replica_uri: str = "",
        clock: Callable[[], int] | None = None,
    ) -> "SqlStore":
        """Open or create the store at `uri`. Raises InvalidParameter; Unavailable.

        `clock` tells Unix milliseconds, for when runs were last written to; without one, it always
        is `now`.
        """
        url = database_url(uri)
        if url.get_backend_name() == "sqlite" and url.database:
            try:
                Path(url.database).parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise Unavailable(f"The store's folder can't be made: {error}") from None
        dialect = dialect_for(url)
        replica = _replica_url(read_replica_uri, dialect) if read_replica_uri else None
        database = Database(dialect.complete(url), dialect, replica)
        default = NewExperiment(
            name="Default",
            now=now,
            artifact_location=append_to_uri(artifact_root, str(DEFAULT_EXPERIMENT)),
        )
        try:
            _create(database, default)
        except DBAPIError as error:
            explained = database.explain(error)
            if explained is error:
                raise Unavailable(f"The backend store can't be opened: {error.orig}") from None
            raise explained from None
        store = cls(database, artifact_root, queue_size, clock or (lambda: now))
        store.compactor.start()
        return store

    async def check(self) -> None:
        def probe(connection: Connection) -> None:
            connection.execute(text("SELECT 1"))

        try:
            async with asyncio.timeout(CHECK_PATIENCE):
                await self._probe.call(probe)
        except TimeoutError:
            raise Unavailable("The backend store does not answer.") from None
        trouble = self._writer.trouble
        if trouble is None:
            return
        # The last write failed. Whether the next one would, only a write can tell; and where nobody
        # is sent to a server that calls itself unwell, no other comes.
        try:
            async with asyncio.timeout(CHECK_PATIENCE):
                await self._writer.call(_write_something)
        except TimeoutError:
            raise trouble from None

    async def _tidy(self) -> None:
        """Give back the space that merges have freed."""
        dialect = self._database.dialect
        while await self._writer.call(dialect.shrink):
            pass
        await asyncio.to_thread(self._database.settle)

    async def close(self) -> None:
        await self.compactor.close()
        await self._writer.close()
        self._readers.close()
        self._probe.close()
        self._watcher.close()
        self._database.close()


def _replica_url(uri: str, dialect: Dialect) -> URL:
    """The URL of a replica of a database of this kind. Raises InvalidParameter."""
    url = database_url(uri)
    if not dialect.shared or dialect_for(url).name != dialect.name:
        raise InvalidParameter(
            "--read-replica-uri names a copy of the backend store that its database server keeps up"
            " to date: both must be URIs of the same kind of database server."
        )
    return dialect.complete(url)


def _write_something(connection: Connection) -> None:
    """A write that reaches the disk and leaves nothing: no run and no key has the number 0."""
    connection.execute(insert(params), {"run": 0, "key": 0, "value": ""})
    connection.execute(delete(params).where(params.c.run == 0, params.c.key == 0))


def _create(database: Database, default: NewExperiment) -> None:
    """Create what an empty database lacks.

    Members of a cluster have no lock in common: where several servers do this at once, each goes
    on from where the others are.
    """
    dialect = database.dialect
    for attempt in range(1, CREATE_ATTEMPTS + 1):
        try:
            with database.engine.connect() as connection, connection.begin():
                dialect.only_one(connection)
                prepare(connection)
                if experiments.count(connection) == 0:
                    experiments.create_experiment(connection, default, DEFAULT_EXPERIMENT)
            return
        except DBAPIError as error:
            # What a table that another one is just creating looks like differs.
            others = dialect.shared and dialect.unavailable(error) is None
            if attempt == CREATE_ATTEMPTS or not others:
                raise
            time.sleep(random.random() * CREATE_PAUSE)
