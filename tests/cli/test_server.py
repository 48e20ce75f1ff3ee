"""`sagwan server`: its start, its message, its end."""

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sagwan import __version__
from sagwan.cli.server import start_message
from sagwan.config import Settings
from tests.cli.conftest import Call
from tests.support.server import Server, running_server


def test_a_server_starts_says_where_it_is_and_stops(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        assert server.process is not None
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(timeout=60) == 0
        assert server.log.splitlines() == [
            f"Sagwan {__version__} is ready.",
            "",
            f"  URL        {server.url}",
            f"  Store      {tmp_path}/sagwan/sagwan.db",
            f"  Artifacts  {tmp_path}/sagwan/artifacts",
            "",
            "Record a training run in it:",
            "",
            f"  export MLFLOW_TRACKING_URI={server.url}",
            "",
            "Press Ctrl+C to stop.",
            "Stopped.",
        ]
    assert (tmp_path / "sagwan" / "sagwan.db").is_file()


def test_a_start_command_of_mlflow_works_and_notes_what_is_different(tmp_path: Path) -> None:
    options = ("--workers", "4", "--gunicorn-opts", "--timeout 180", "--expose-prometheus", "m")
    with running_server(tmp_path, *options) as server:
        noted = [line for line in server.log.splitlines() if line.startswith("Note: ")]
    assert [re.split(r"[ ,:]", note)[2] for note in noted] == [
        "--gunicorn-opts",
        "--expose-prometheus",
        "--workers",
    ]


@pytest.fixture
def taken() -> int:
    """A port that is taken until the test's end."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


def test_a_port_that_is_taken_is_told_before_a_store_is_made(
    call: Call, taken: int, tmp_path: Path
) -> None:
    result = call("server", "--port", str(taken))
    assert result.exit_code == 1
    first, second = result.stderr.splitlines()
    assert first.startswith(f"Error: Port {taken} on 127.0.0.1 is taken by ")
    assert re.fullmatch(r"Port (\d+) is free: sagwan server --port \1", second)
    assert list(tmp_path.iterdir()) == []


def test_a_server_is_known_as_the_one_that_takes_the_port(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sagwan.cli.ports.PATIENCE", 30.0)
    (tmp_path / "other").mkdir()
    with running_server(tmp_path / "other") as server:
        result = call("ui", "-p", str(server.port))
    assert result.exit_code == 1
    assert f"Port {server.port} on 127.0.0.1 is taken by a tracking server" in result.stderr


def test_an_address_that_is_not_this_machines(call: Call, tmp_path: Path) -> None:
    result = call("server", "--host", "192.0.2.1", "--port", "0")
    assert result.exit_code == 1
    assert "192.0.2.1 is no address of this machine" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "environ", "message"),
    [
        (["--port", "x"], {}, "--port must be a whole number, not 'x'."),
        ([], {"MLFLOW_PORT": "x"}, "MLFLOW_PORT must be a whole number, not 'x'."),
        (["--app-name", "basic-auth"], {}, "--app-name is not supported"),
        (["--enable-workspaces"], {}, "--enable-workspaces is not supported"),
        ([], {"MLFLOW_ENABLE_WORKSPACES": "1"}, "MLFLOW_ENABLE_WORKSPACES is not supported"),
        (["--uvicorn-opts", "--ssl-keyfile=k"], {}, "--uvicorn-opts asks for TLS"),
        (["--static-prefix", "x"], {}, "--static-prefix must begin with '/'"),
        (["--artifacts-only", "--no-serve-artifacts"], {}, "leave nothing to serve"),
    ],
)
def test_wrong_calls(
    call: Call, tmp_path: Path, options: list[str], environ: dict[str, str], message: str
) -> None:
    result = call("server", *options, **environ)
    assert result.exit_code == 2
    assert message in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_data_of_mlflow_is_not_mixed_with(call: Call, tmp_path: Path) -> None:
    (tmp_path / "mlruns" / "0").mkdir(parents=True)
    (tmp_path / "mlruns" / "0" / "meta.yaml").touch()
    result = call("server", "--port", "0", "--backend-store-uri", "./mlruns")
    assert result.exit_code == 2
    assert "The folder ./mlruns holds data of MLflow" in result.stderr
    assert sorted(path.name for path in (tmp_path / "mlruns").iterdir()) == ["0"]


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("oracle+oracledb://u:secret@h/db", "Supported: a folder (./path) and sqlite://"),
        ("sqlite://", "sqlite:///path/to/file.db"),
    ],
)
def test_a_store_that_is_not_supported(call: Call, uri: str, words: str) -> None:
    result = call("server", "--port", "0", "--backend-store-uri", uri)
    assert result.exit_code == 1
    assert words in result.stderr
    assert "secret" not in result.stderr


def test_flags_may_come_from_the_environment_and_be_overruled(tmp_path: Path) -> None:
    environ = {"MLFLOW_STATIC_PREFIX": "/from-mlflow", "SAGWAN_ARTIFACTS_ONLY": "true"}
    program = "import os, runpy, sys; os.environ.update({environ!r}); sys.argv = sys.argv[1:]; "
    program += "runpy.run_module('sagwan', run_name='__main__')"
    command = [sys.executable, "-c", program.format(environ=environ), "sagwan", "server"]
    server = Server(command, tmp_path)
    server.start()
    try:
        assert f"  URL        {server.url}/from-mlflow (artifacts only)" in server.log
    finally:
        server.stop()


def message(**settings: object) -> list[str]:
    return start_message(Settings(**settings), 5000).splitlines()  # type: ignore[arg-type]


def test_the_message_shows_an_address_that_works() -> None:
    assert "  export MLFLOW_TRACKING_URI=http://127.0.0.1:5000" in message(host="0.0.0.0")
    assert "  export MLFLOW_TRACKING_URI=http://[::1]:5000" in message(host="::")
    assert "  export MLFLOW_TRACKING_URI=http://me:5000/p" in message(host="me", static_prefix="/p")


def test_on_windows_the_message_fits_its_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    assert "  set MLFLOW_TRACKING_URI=http://127.0.0.1:5000" in message()


def test_the_message_tells_where_artifacts_go(tmp_path: Path) -> None:
    kept = f"{tmp_path}/sagwan/artifacts"
    assert f"  Artifacts  {kept}" in message()
    assert f"  Artifacts  {kept} (clients read and write it themselves)" in message(
        serve_artifacts=False
    )
    assert f"  Artifacts  s3://b for new experiments; through the server: {kept}" in message(
        default_artifact_root="s3://b"
    )


def test_the_message_shows_no_password() -> None:
    lines = message(backend_store_uri="postgresql://u:secret@h/db")
    assert "  Store      postgresql://u:***@h/db" in lines


def test_an_open_server_says_how_to_be_called_by_a_name() -> None:
    assert any("--allowed-hosts" in line for line in message(host="0.0.0.0"))
    assert not any("--allowed-hosts" in line for line in message())
    assert not any(
        "--allowed-hosts" in line for line in message(host="0.0.0.0", allowed_hosts=("a",))
    )


def test_the_message_names_a_host_that_may_be_called() -> None:
    for allowed, shown in [
        (("a.example.com", "b"), "a.example.com"),
        (("*.example.com", "b"), "b"),
        (("a", "127.0.0.1"), "127.0.0.1"),
        (("a", "127.*"), "127.0.0.1"),
        (("*.example.com",), "127.0.0.1"),
    ]:
        lines = message(host="0.0.0.0", allowed_hosts=allowed)
        assert f"  URL        http://{shown}:5000" in lines


def test_no_run_can_be_recorded_where_there_are_only_artifacts() -> None:
    assert not any("MLFLOW_TRACKING_URI" in line for line in message(artifacts_only=True))


def test_data_of_mlflow_beside_is_told(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").touch()
    assert any("mlflow.db is left alone" in line for line in message())
    assert not any("mlflow.db" in line for line in message(backend_store_uri="./elsewhere"))


def test_the_port_may_be_the_systems_choice(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "sagwan", "server", "--port", "0"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        line = next(line for line in process.stderr if line.startswith("  URL "))
        assert int(line.strip().rpartition(":")[2]) > 0
    finally:
        process.terminate()
        process.communicate()
