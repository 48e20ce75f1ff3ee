"""The commands of docs/artifacts/command-line.md do what the page says."""

import json
import re
import shlex
from pathlib import Path

import pytest

from sagwan.cli.artifacts import _JOBS
from tests.cli.conftest import Call

GUIDE = Path(__file__).parents[2] / "docs" / "artifacts" / "command-line.md"

pytestmark = pytest.mark.usefixtures("store")


def commands() -> list[str]:
    """The lines of the page's first block that call `sagwan`."""
    match = re.search(r"```sh\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert match is not None
    return [line for line in match[1].splitlines() if line.startswith("sagwan ")]


def test_the_commands_of_the_guide(call: Call, tmp_path: Path) -> None:
    (tmp_path / "model" / "data").mkdir(parents=True)
    (tmp_path / "model" / "MLmodel").write_text("flavors: {}")
    (tmp_path / "model" / "data" / "x").write_text("x")
    (tmp_path / "weights.bin").write_bytes(bytes(1000))
    (tmp_path / "notes.md").write_text("notes")
    run_id = json.loads(call("runs", "create", "--experiment-id", "0").stdout)["run_id"]
    answers = {}
    for line in commands():
        words = [word.replace("ID", run_id) for word in shlex.split(line, comments=True)]
        result = call(*words[1:])
        assert result.exit_code == 0, (line, result.stderr)
        answers[words[2]] = result
    listed = [entry["path"] for entry in json.loads(answers["list"].stdout)]
    assert listed == ["model/MLmodel", "model/data/x", "notes.md", "weights.bin"]
    here = tmp_path / "here"
    assert answers["download"].stdout == f"{here / 'model'}\n"
    found = {path.relative_to(here).as_posix() for path in here.rglob("*") if path.is_file()}
    assert found == set(listed)


def test_the_guide_has_the_sizes_that_count() -> None:
    from sagwan.artifacts.base import CHUNK
    from sagwan.client.multipart import MULTIPART, PART
    from sagwan.client.parallel import PARALLEL
    from sagwan.client.partial import RESUMABLE

    assert _JOBS == PARALLEL
    text = " ".join(GUIDE.read_text("utf-8").split())
    mib = 1024 * 1024
    assert f"A file of {RESUMABLE // mib} MiB or more that was cut off" in text
    assert f"For files up to {CHUNK // mib} MiB the checksum comes with them" in text
    assert f"how many files move at once: {PARALLEL}," in text
    assert f"Files of {MULTIPART // mib} MiB and more go in parts of {PART // mib} MiB" in text
