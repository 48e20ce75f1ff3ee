"""`sagwan artifacts`, on a store."""

import asyncio
import json
from pathlib import Path

import pytest

from sagwan.config import load_settings
from sagwan.server.run import open_app
from sagwan.storage.base import NewModel
from tests.cli.conftest import Call

pytestmark = pytest.mark.usefixtures("store")

MODEL = "m-0123456789abcdef0123456789abcdef"


@pytest.fixture
def run_id(call: Call) -> str:
    """A run without artifacts."""
    told = json.loads(call("runs", "create", "--experiment-id", "0").stdout)
    run_id: str = told["run_id"]
    return run_id


@pytest.fixture
def model(tmp_path: Path) -> str:
    """A logged model without files."""
    settings, _ = load_settings({}, {})

    async def make() -> None:
        async with open_app(settings) as app:
            await app.context.store.models.create(NewModel(MODEL, "0", "m", 1))

    asyncio.run(make())
    return MODEL


@pytest.fixture
def logged(call: Call, run_id: str, tmp_path: Path) -> str:
    """A run with `b.txt` and `folder/a ü.txt`."""
    source = tmp_path / "source"
    (source / "folder").mkdir(parents=True)
    (source / "b.txt").write_text("hello")
    (source / "folder" / "a ü.txt").write_text("hello there")
    result = call("artifacts", "log-artifacts", "-l", "source", "-r", run_id)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == ""
    assert result.stderr == f"Logged 2 files of run {run_id}.\n"
    return run_id


def test_lists(call: Call, logged: str) -> None:
    root = call("artifacts", "list", "-r", logged).stdout
    assert root == (
        '[{\n  "path": "b.txt",\n  "is_dir": false,\n  "file_size": 5\n}, '
        '{\n  "path": "folder",\n  "is_dir": true\n}]\n'
    )
    folder = call("artifacts", "list", "-r", logged, "-a", "folder/").stdout
    assert json.loads(folder) == [{"path": "folder/a ü.txt", "is_dir": False, "file_size": 11}]
    assert call("artifacts", "list", "-r", logged, "-a", "nothing").stdout == "[]\n"
    assert call("artifacts", "list", "-r", logged, "-a", "b.txt").stdout == "[]\n"


@pytest.mark.parametrize(
    ("options", "where", "files"),
    [
        (["-r", "{run}"], "", {"b.txt", "folder/a ü.txt"}),
        (["-r", "{run}", "-a", "folder"], "folder", {"folder/a ü.txt"}),
        (["-r", "{run}", "-a", "folder/a ü.txt"], "a ü.txt", {"a ü.txt"}),
        (["-u", "runs:/{run}/b.txt"], "b.txt", {"b.txt"}),
        (["-u", "runs:/{run}/"], "", {"b.txt", "folder/a ü.txt"}),
        (["-u", "mlflow-artifacts:/0/{run}/artifacts/b.txt"], "b.txt", {"b.txt"}),
        (["-u", "mlflow-artifacts:/0/{run}/artifacts/folder"], "folder", {"folder/a ü.txt"}),
        (["-u", "source/b.txt"], "b.txt", {"b.txt"}),
    ],
)
def test_downloads(
    call: Call, logged: str, tmp_path: Path, options: list[str], where: str, files: set[str]
) -> None:
    arguments = [option.replace("{run}", logged) for option in options]
    result = call("artifacts", "download", *arguments, "-d", "target")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == f"{tmp_path / 'target' / where}\n"
    target = tmp_path / "target"
    found = {p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file()}
    assert found == files
    for file in files:
        assert (target / file).read_text() == ("hello" if file == "b.txt" else "hello there")


def test_a_whole_experiment_can_be_downloaded(call: Call, logged: str, tmp_path: Path) -> None:
    result = call("artifacts", "download", "-u", "mlflow-artifacts:/0", "-d", "all")
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "all" / "0" / logged / "artifacts" / "b.txt").read_text() == "hello"


def test_a_download_without_a_place_goes_to_a_new_folder(
    call: Call, logged: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    first, second = (
        call("artifacts", "download", "-r", logged, "-a", "b.txt").stdout.strip() for _ in range(2)
    )
    assert first != second
    assert Path(first).read_text() == Path(second).read_text() == "hello"
    assert Path(first).is_relative_to(tmp_path / "temporary")


def test_a_file_is_logged_into_a_folder(call: Call, run_id: str, tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(bytes(range(256)) * 10_000)
    result = call("artifacts", "log-artifact", "-l", "x.bin", "-r", run_id, "-a", "in/here")
    assert result.stderr == f"Logged 1 file in in/here of run {run_id}.\n"
    call("artifacts", "download", "-r", run_id, "-a", "in/here/x.bin", "-d", "back")
    assert (tmp_path / "back" / "x.bin").read_bytes() == (tmp_path / "x.bin").read_bytes()


def test_an_experiment_may_keep_its_files_in_a_folder_of_its_own(
    call: Call, tmp_path: Path
) -> None:
    made = call("experiments", "create", "-n", "own", "-l", str(tmp_path / "own")).stdout.split()
    told = json.loads(call("runs", "create", "--experiment-id", made[-1]).stdout)
    (tmp_path / "x.txt").write_text("x")
    call("artifacts", "log-artifact", "-l", "x.txt", "-r", told["run_id"])
    assert (tmp_path / "own" / told["run_id"] / "artifacts" / "x.txt").read_text() == "x"
    listed = json.loads(call("artifacts", "list", "-r", told["run_id"]).stdout)
    assert [entry["path"] for entry in listed] == ["x.txt"]


def test_all_files_are_listed(call: Call, logged: str) -> None:
    told = json.loads(call("artifacts", "list", "-r", logged, "--recursive").stdout)
    assert [entry["path"] for entry in told] == ["b.txt", "folder/a ü.txt"]
    told = json.loads(call("artifacts", "list", "-u", f"runs:/{logged}/folder").stdout)
    assert [entry["path"] for entry in told] == ["folder/a ü.txt"]


def test_an_upload_sends_what_is_missing(call: Call, logged: str, tmp_path: Path) -> None:
    (tmp_path / "source" / "new.txt").write_text("new")
    (tmp_path / "source" / "b.txt").write_text("HELLO")
    result = call("artifacts", "upload", "source", "-r", logged)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == ""
    assert result.stderr == "Uploaded 2 files; 1 of 3 had been complete before.\n"
    result = call("artifacts", "upload", "source", "-r", logged)
    assert result.stderr == "Uploaded 0 files; 3 of 3 had been complete before.\n"
    call("artifacts", "download", "-r", logged, "-d", "back")
    assert (tmp_path / "back" / "b.txt").read_text() == "HELLO"
    assert (tmp_path / "back" / "new.txt").read_text() == "new"


def test_files_and_folders_are_uploaded_into_a_folder(
    call: Call, run_id: str, tmp_path: Path
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "x").write_text("x")
    (tmp_path / "one").write_text("1")
    call("artifacts", "upload", "one", "model", "-u", f"runs:/{run_id}/in/here", "--jobs", "1")
    told = json.loads(call("artifacts", "list", "-r", run_id, "--recursive").stdout)
    assert [entry["path"] for entry in told] == ["in/here/one", "in/here/x"]


def test_two_files_for_one_place(call: Call, run_id: str, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x").write_text(folder)
    result = call("artifacts", "upload", "a", "b", "-r", run_id)
    assert result.exit_code == 1
    assert result.stderr == "Error: a/x and b/x would both be stored as 'x'.\n"
    assert call("artifacts", "list", "-r", run_id).stdout == "[]\n"


def test_a_second_download_fetches_what_is_missing(call: Call, logged: str, tmp_path: Path) -> None:
    first = call("artifacts", "download", "-r", logged, "-d", "target")
    assert first.stderr == "Downloaded 2 files.\n"
    (tmp_path / "target" / "b.txt").write_text("HELLO")
    again = call("artifacts", "download", "-r", logged, "-d", "target")
    assert again.stderr == "Downloaded 1 file; 1 of 2 had been complete before.\n"
    assert (tmp_path / "target" / "b.txt").read_text() == "hello"


def test_without_checksums_all_is_moved_again(call: Call, logged: str) -> None:
    for _ in range(2):
        done = call("artifacts", "download", "-r", logged, "-d", "target", "--no-verify")
        assert done.stderr == "Downloaded 2 files.\n"
        done = call("artifacts", "upload", "source", "-r", logged, "--no-verify")
        assert done.stderr == "Uploaded 2 files.\n"


def test_the_files_of_a_logged_model(call: Call, tmp_path: Path, model: str) -> None:
    (tmp_path / "weights").write_text("w")
    result = call("artifacts", "upload", "weights", "-u", f"models:/{model}/data")
    assert result.exit_code == 0, result.stderr
    result = call("artifacts", "download", "-u", f"models:/{model}", "-d", "target")
    assert result.exit_code == 0, result.stderr
    assert (tmp_path / "target" / "data" / "weights").read_text() == "w"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["download", "-r", "{run}", "-a", "nothing"], "No such artifact: 'nothing'"),
        (["download", "-r", "{run}", "-a", "../x"], "Invalid path"),
        (["list", "-r", "{run}", "-a", "../.."], "Invalid path"),
        (["list", "-r", "f" * 32], f"Run with id={'f' * 32} not found"),
        (["download", "-u", "s3://bucket/x"], "s3://bucket does not go through the server"),
        (["download", "-u", "models:/m/1"], "models:/m/1 names a registered model"),
        (["download", "-u", f"models:/m-{'0' * 32}"], "Logged model with ID"),
        (["upload", "source", "-r", "{run}", "-a", "../x"], "Invalid path"),
    ],
)
def test_what_is_impossible(call: Call, logged: str, arguments: list[str], message: str) -> None:
    result = call("artifacts", *(part.replace("{run}", logged) for part in arguments))
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {message}")
    assert result.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["download"],
        ["download", "-r", "x", "-u", "runs:/x"],
        ["list"],
        ["upload"],
        ["upload", "nothing", "-r", "x"],
        ["upload", "."],
        ["upload", ".", "-r", "x", "--jobs", "0"],
        ["log-artifact", "-l", "nothing", "-r", "x"],
        ["log-artifact", "-l", ".", "-r", "x"],
        ["log-artifacts", "-l", "nothing", "-r", "x"],
    ],
)
def test_wrong_calls(call: Call, arguments: list[str]) -> None:
    assert call("artifacts", *arguments).exit_code == 2
