"""Which server or store a command works on."""

from pathlib import Path

import pytest

from tests.cli.conftest import Call
from tests.support.server import Server, free_port, running_server

SEARCH = ("experiments", "search")


def test_a_store_may_be_named_in_each_way(call: Call, store: Path) -> None:
    call("experiments", "create", "-n", "mine")
    for uri in ("./sagwan", str(store), f"file://{store}", f"sqlite:///{store}/sagwan.db"):
        assert "mine" in call(*SEARCH, "--tracking-uri", uri).stdout
        assert "mine" in call(*SEARCH, MLFLOW_TRACKING_URI=uri).stdout
        assert "mine" in call(*SEARCH, SAGWAN_BACKEND_STORE_URI=uri).stdout
    assert "mine" in call(*SEARCH, SAGWAN_TRACKING_URI=str(store), MLFLOW_TRACKING_URI="x").stdout


def test_settings_of_a_server_do_not_stop_commands(call: Call, store: Path) -> None:
    result = call(
        *SEARCH,
        SAGWAN_STATIC_PREFIX="/x",
        SAGWAN_ALLOWED_HOSTS="example.com",
        SAGWAN_ARTIFACTS_ONLY="true",
    )
    assert result.exit_code == 0, result.stderr
    assert "Default" in result.stdout


def test_a_store_that_is_not_there_is_not_made(call: Call, tmp_path: Path) -> None:
    result = call(*SEARCH)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: There is no store at ./sagwan. ")
    assert "sagwan server" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_data_of_mlflow_is_named(call: Call, tmp_path: Path) -> None:
    (tmp_path / "mlruns" / "0").mkdir(parents=True)
    (tmp_path / "mlruns" / "0" / "meta.yaml").touch()
    result = call(*SEARCH, "--tracking-uri", "mlruns")
    assert result.exit_code == 1
    assert "holds data of MLflow" in result.stderr


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("oracle://u:secret@h/db", "oracle is not supported"),
        ("http:///nowhere", "no valid URL"),
        ("sqlite://", "A store in memory would be lost"),
    ],
)
def test_uris_that_can_not_be_used(call: Call, uri: str, words: str) -> None:
    result = call(*SEARCH, "--tracking-uri", uri)
    assert result.exit_code == 1
    assert words in result.stderr
    assert "secret" not in result.stderr


def test_a_server_that_does_not_answer(call: Call) -> None:
    uri = f"http://127.0.0.1:{free_port()}"
    result = call(*SEARCH, "--tracking-uri", uri)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: No server answers at {uri} (")
    assert "sagwan server" in result.stderr


@pytest.fixture(scope="module")
def prefixed(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A running server below a path."""
    with running_server(tmp_path_factory.mktemp("server"), "--static-prefix", "/p") as server:
        yield server  # type: ignore[misc]


def test_a_server_is_worked_on_over_the_network(
    call: Call, prefixed: Server, tmp_path: Path
) -> None:
    uri = f"{prefixed.url}/p"
    made = call("experiments", "create", "-n", "far", "--tracking-uri", uri)
    assert made.exit_code == 0, made.stderr
    environ = {"MLFLOW_TRACKING_URI": uri + "/"}
    assert "far" in call(*SEARCH, **environ).stdout
    run = call("runs", "create", "--experiment-name", "far", **environ).stdout
    run_id = run.split('"')[3]
    (tmp_path / "x").write_bytes(b"x" * 3_000_000)
    call("artifacts", "log-artifact", "-l", "x", "-r", run_id, **environ)
    call("artifacts", "download", "-r", run_id, "-d", "back", **environ)
    assert (tmp_path / "back" / "x").read_bytes() == (tmp_path / "x").read_bytes()
    assert not (tmp_path / "sagwan").exists()


def test_a_server_below_another_path(call: Call, prefixed: Server) -> None:
    result = call(*SEARCH, "--tracking-uri", f"{prefixed.url}/wrong")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert "/wrong/api/2.0/mlflow/experiments/search" in result.stderr
