import asyncio
from pathlib import Path

import pytest

from sagwan.artifacts.open import open_artifacts
from sagwan.errors import InvalidParameter
from sagwan.testing.artifacts.bench import Bench


@pytest.mark.parametrize("form", ["{}/a b", "file://{}/a%20b", "file://localhost{}/a%20b"])
def test_local_folders(tmp_path: Path, form: str) -> None:
    with asyncio.Runner() as runner:
        bench = Bench(lambda: open_artifacts(form.format(tmp_path.as_posix())), runner)
        assert not (tmp_path / "a b").exists()
        bench.put("f", b"x")
        assert bench.get("f") == b"x"
        bench.close()
    assert (tmp_path / "a b" / "f").read_bytes() == b"x"


def test_a_relative_path_is_fixed_when_the_store_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with asyncio.Runner() as runner:
        bench = Bench(lambda: open_artifacts("./sagwan/artifacts"), runner)
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        bench.put("f", b"x")
        bench.close()
    assert (tmp_path / "sagwan" / "artifacts" / "f").exists()


@pytest.mark.parametrize("uri", ["s4://bucket/x", "mlflow-artifacts:/x", "dbfs:/x"])
def test_other_schemes_are_refused_with_what_is_supported(uri: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        open_artifacts(uri)
    assert f"'{uri}'" in refused.value.message
    assert "Supported are local folders" in refused.value.message


def test_opening_removes_what_dead_processes_left(tmp_path: Path) -> None:
    dead = tmp_path / ".artifact.uploading.staging" / "dead"
    dead.mkdir(parents=True)
    (dead / "0").write_bytes(b"half")
    (dead.parent / "dead.lock").touch()
    with asyncio.Runner() as runner:
        bench = Bench(lambda: open_artifacts(str(tmp_path)), runner)
        bench.close()
    assert list(dead.parent.iterdir()) == []
