"""Documentation names only what there is: files, headings, commands, options and variables."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from benchmarks.__main__ import parser as benchmarks_parser
from sagwan.cli.main import main
from sagwan.config.options import CLIENT_OPTIONS, MLFLOW_OPTIONS, OPTIONS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [*ROOT.glob("*.md"), *sorted(DOCS.rglob("*.md"))]
WITH_LINKS = [*PAGES, *(ROOT / "ui").glob("*.md")]

# Variables of MLflow's client, of artifact stores and of the tests, which are no settings.
OTHER_VARIABLES = {
    "MLFLOW_ARTIFACT_UPLOAD_DOWNLOAD_TIMEOUT",
    "MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE",
    "MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD",
    "MLFLOW_EXPERIMENTAL_S3_SIGNATURE_VERSION",
    "MLFLOW_KERBEROS_TICKET_CACHE",
    "MLFLOW_KERBEROS_USER",
    "MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE",
    "MLFLOW_PYARROW_EXTRA_CONF",
    "MLFLOW_S3_ENDPOINT_URL",
    "MLFLOW_S3_EXPECTED_BUCKET_OWNER",
    "MLFLOW_S3_IGNORE_TLS",
    "MLFLOW_S3_UPLOAD_EXTRA_ARGS",
    "SAGWAN_TEST_CACHE",
    "SAGWAN_TEST_ENVIRONMENT",
    "SAGWAN_WEBHDFS_DELEGATION_TOKEN",
}

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FENCED = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"!?\[[^\]\n]*\]\(([^)\s]+)\)")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]*")
_VARIABLE = re.compile(r"\b(?:SAGWAN|MLFLOW)_[A-Z][A-Z0-9_]*\b")
_ASSIGNMENTS = r"\s*(?:(?:export|env)\s+)?(?:[A-Z_]+=\S*\s+)*"
_COMMAND = re.compile(rf"(?:^|[;&|]){_ASSIGNMENTS}(?:\S*/)?sagwan(?=\s+\S)([^;&|]*)")
_OF_OTHERS = re.compile(rf"{_ASSIGNMENTS}(?!--|sagwan\b|python -m benchmarks\b)\S")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    """The page without code."""
    return _SPAN.sub("", _FENCED.sub("", _COMMENT.sub("", page.read_text())))


def code(page: Path) -> Iterator[str]:
    """Each span of code, and each line of shell code, continued lines joined."""
    text = _COMMENT.sub("", page.read_text())
    for language, block in _FENCED.findall(text):
        if language in ("", "sh"):
            yield from block.replace("\\\n", " ").splitlines()
    yield from _SPAN.findall(_FENCED.sub("", text))


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = _FENCED.sub("", page.read_text())
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    kept = (re.sub(r"[^\w\- ]", "", title.lower()) for title in titles)
    return {title.strip().replace(" ", "-") for title in kept}


def commands(path: tuple[str, ...], command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(path), command
    if isinstance(command, click.Group):
        for child, inner in command.commands.items():
            yield from commands((*path, child), inner)


COMMANDS = dict(commands((), main))
BENCHMARKS = {option for action in benchmarks_parser()._actions for option in action.option_strings}


def options(command: click.Command) -> set[str]:
    return {
        option
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
    } | {"--help"}


EVERY_OPTION = BENCHMARKS.union(*(options(command) for command in COMMANDS.values()))


def called(text: str) -> Iterator[tuple[click.Command, list[str]]]:
    """The commands that a piece of code calls, and the words behind them."""
    for match in _COMMAND.finditer(text):
        words = shlex.split(match[1], comments=True)
        command: click.Command = main
        while isinstance(command, click.Group) and words and not words[0].startswith("-"):
            if words[0] not in command.commands:
                break
            command = command.commands[words.pop(0)]
        yield command, words


@pytest.mark.parametrize("page", WITH_LINKS, ids=name)
def test_links_and_images_lead_somewhere(page: Path) -> None:
    text = _FENCED.sub("", _COMMENT.sub("", page.read_text()))
    for target in _LINK.findall(_SPAN.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (page.parent / path).resolve() if path else page
        assert place.exists(), target
        if anchor:
            assert anchor in headings(place), target


def test_links_are_found() -> None:
    assert _LINK.findall("a [b](c.md) ![d](e.png#f)") == ["c.md", "e.png#f"]
    assert "images/run.png" in _LINK.findall("![A run](images/run.png)")


def test_the_index_names_every_page() -> None:
    index = DOCS / "README.md"
    linked = {
        (DOCS / target.partition("#")[0]).resolve() for target in _LINK.findall(index.read_text())
    }
    pages = {page for page in DOCS.rglob("*.md") if page != index}
    decisions = {page for page in pages if page.parent.name == "decisions"}
    assert pages - decisions - linked == set()
    assert DOCS / "decisions" in linked


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_are_there_and_take_their_options(page: Path) -> None:
    for text in code(page):
        for command, words in called(text):
            # A word in capitals stands for any command.
            assert not isinstance(command, click.Group) or all(
                word.startswith("-") or word.isupper() for word in words
            ), text
            given = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
            assert given <= options(command), text


def test_commands_are_recognized() -> None:
    ((command, words),) = called("A=1 .venv/bin/sagwan runs list --x 'a b' | cat")
    assert (command.name, words) == ("list", ["--x", "a b"])
    assert list(called("pip install sagwan; cp -R /mnt/sagwan copy")) == []
    ((group, words),) = called("sagwan nonsense --x")
    assert (group, words) == (main, ["nonsense", "--x"])


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_options_are_there(page: Path) -> None:
    ours = [text for text in code(page) if not _OF_OTHERS.match(text) or _COMMAND.search(text)]
    named = set(_OPTION.findall("\n".join([prose(page), *ours])))
    assert named - EVERY_OPTION == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_variables_are_there(page: Path) -> None:
    known = {v for option in (*OPTIONS, *MLFLOW_OPTIONS, *CLIENT_OPTIONS) for v in option.variables}
    named = set(_VARIABLE.findall(page.read_text()))
    assert named - known - OTHER_VARIABLES == set()


def test_every_page_is_checked() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True
    ).stdout.split()
    assert {ROOT / page for page in tracked} <= set(WITH_LINKS)
