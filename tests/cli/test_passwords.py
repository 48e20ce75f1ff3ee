"""No password of a URI is ever shown: not by a start, not by a failure, not by help."""

import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import make_url

from tests.cli.conftest import Call
from tests.conftest import Databases
from tests.support.server import free_port, running_server

PASSWORD = "Tr0ub4dor"
_numbers = count(1)
Uri = Callable[..., str]


@pytest.fixture
def uri(databases: Databases) -> Uri:
    """Makes URIs of a new, empty PostgreSQL database with a role that owns it."""
    server = databases.server("postgresql")
    name = f"passwords_{free_port()}_{next(_numbers)}"
    server.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    database = make_url(server.new_database()).database
    server.execute(f"ALTER DATABASE {database} OWNER TO {name}")

    def make(**changes: object) -> str:
        url = server.url(str(database)).set(username=name, password=PASSWORD)
        return url.set(**changes).render_as_string(hide_password=False)  # type: ignore[arg-type]

    return make


def refused(call: Call, *options: str, **environ: str) -> str:
    """What a server says that can't start."""
    result = call("server", "--port", "0", *options, **environ)
    assert result.exit_code in (1, 2), result.output
    assert result.stdout == ""
    assert PASSWORD not in result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr


def refused_store(call: Call, uri: str) -> str:
    """What a server, `sagwan db` and a command say of a store that can't be opened."""
    told = refused(call, "--backend-store-uri", uri)
    assert refused(call, SAGWAN_BACKEND_STORE_URI=uri) == told
    result = call("experiments", "search", "--tracking-uri", uri)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == told
    result = call("db", "current", "--backend-store-uri", uri)
    assert result.exit_code == 1
    assert PASSWORD not in result.output
    return told


def test_a_server_runs_and_never_shows_it(uri: Uri, tmp_path: Path) -> None:
    with running_server(tmp_path, "--backend-store-uri", uri()) as server:
        shown = uri().replace(PASSWORD, "***")
        assert f"  Store      {shown}" in server.log.splitlines()
        for path in ("/", "/version", "/health", "/api/3.0/mlflow/server-info", "/nothing"):
            try:
                with urllib.request.urlopen(server.url + path) as answer:
                    told = answer.read()
            except urllib.error.HTTPError as error:
                with error:
                    told = error.read()
            assert PASSWORD.encode() not in told
        server.stop()
        assert PASSWORD not in server.log


def test_a_wrong_password(call: Call, uri: Uri) -> None:
    wrong = uri(password=f"{PASSWORD}2")
    assert "password authentication failed" in refused_store(call, wrong)


def test_a_database_that_is_not_there(call: Call, uri: Uri) -> None:
    assert 'database "nothing" does not exist' in refused_store(call, uri(database="nothing"))


def test_a_host_that_is_not_there(call: Call, uri: Uri) -> None:
    assert "can't be used at the moment" in refused_store(call, uri(host="nowhere.invalid"))
    assert "can't be used at the moment" in refused_store(call, uri(port=free_port()))


def test_a_database_that_holds_something_else(call: Call, uri: Uri, databases: Databases) -> None:
    server = databases.server("postgresql")
    server.execute("CREATE TABLE invoices (id INTEGER)", make_url(uri()).database)
    assert "it has tables like invoices" in refused_store(call, uri())


@pytest.mark.parametrize("hidden", [["psycopg", "psycopg2"]])
def test_a_driver_that_is_not_installed(
    call: Call, hidden: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sagwan.storage.sql.dialects.postgresql.find_spec",
        lambda name: None if name in hidden else find_spec(name),
    )
    told = refused_store(call, f"postgresql://u:{PASSWORD}@h/db")
    assert "pip install 'sagwan[postgresql]'" in told


@pytest.mark.parametrize(
    "uri",
    [
        f"oracle://u:{PASSWORD}@h/db",
        f"postgres://u:{PASSWORD}@h/db",
        f"postgresql:/u:{PASSWORD}@h/db",
        f"postgresql://u:{PASSWORD}@h:port/db",
        f"postgresql://u:p@{PASSWORD}@h/db",
        f"postgresql://u:p@{PASSWORD}:x@h/db",
        f"postgresql+no_driver://u:{PASSWORD}@h/db",
        f"postgresql+asyncpg://u:{PASSWORD}@h/db",
        f"postgresql+psycopg_async://u:{PASSWORD}@h/db",
    ],
)
def test_a_uri_that_is_no_store(call: Call, uri: str) -> None:
    refused_store(call, uri)


def test_a_uri_with_a_part_that_must_be_encoded_says_how(call: Call) -> None:
    told = refused_store(call, f"postgresql://u:p@{PASSWORD}@h/db")
    assert "The backend store URI can't be read." in told
    assert "'@' is written as %40" in told


def test_other_options_do_not_show_it(call: Call) -> None:
    store = ("--backend-store-uri", f"postgresql://u:{PASSWORD}@h/db")
    refused(call, *store, "--registry-store-uri", f"sqlite:///x?password={PASSWORD}")
    refused(call, "--artifacts-destination", f"s3://key:{PASSWORD}@bucket/x")


def test_a_password_among_the_options_of_a_uri(uri: Uri, tmp_path: Path) -> None:
    plain = uri().replace(f":{PASSWORD}@", "@")
    with running_server(
        tmp_path, "--backend-store-uri", f"{plain}?password={PASSWORD}&sslmode=prefer"
    ) as server:
        shown = f"{plain}?password=***&sslmode=prefer"
        assert f"  Store      {shown}" in server.log.splitlines()
        assert PASSWORD not in server.log


@pytest.mark.parametrize("arguments", [["server"], ["ui"], ["experiments", "search"]])
def test_help_shows_no_value_of_a_variable(call: Call, arguments: list[str]) -> None:
    uri = f"postgresql://u:{PASSWORD}@h/db"
    variables = ("SAGWAN_BACKEND_STORE_URI", "MLFLOW_BACKEND_STORE_URI", "MLFLOW_TRACKING_URI")
    result = call(*arguments, "--help", **dict.fromkeys(variables, uri))
    assert result.exit_code == 0
    assert PASSWORD not in result.output


SEARCH = ("experiments", "search", "--tracking-uri")


@pytest.fixture
def asked() -> Iterator[tuple[int, list[str | None]]]:
    """A server's port, and the logins that it was asked with; it refuses them all."""
    logins: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            logins.append(self.headers["Authorization"])
            self.send_error(401)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port, logins
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("path", ["", "/", "/tracking"])
def test_a_login_in_the_address_of_a_server_is_used_and_not_shown(
    call: Call, asked: tuple[int, list[str | None]], path: str
) -> None:
    port, logins = asked
    result = call(*SEARCH, f"http://u%40x:{PASSWORD}%2F@127.0.0.1:{port}{path}")
    assert result.exit_code == 1
    assert PASSWORD not in result.output
    assert f"127.0.0.1:{port}" in result.stderr
    expected = "Basic " + b64encode(f"u@x:{PASSWORD}/".encode()).decode()
    assert logins == [expected]


def test_a_login_of_its_own_wins(call: Call, asked: tuple[int, list[str | None]]) -> None:
    port, logins = asked
    uri = f"http://u:{PASSWORD}@127.0.0.1:{port}"
    call(*SEARCH, uri, MLFLOW_TRACKING_USERNAME="v", MLFLOW_TRACKING_PASSWORD="w")
    assert logins == ["Basic " + b64encode(b"v:w").decode()]


def test_a_server_that_does_not_answer_is_named_without_the_login(call: Call) -> None:
    port = free_port()
    result = call(*SEARCH, f"http://u:{PASSWORD}@127.0.0.1:{port}")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: No server answers at http://127.0.0.1:{port} (")
