from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

import sagwan.server
from tests.e2e.browser import CHROMIUM, Visit, launched, visit
from tests.e2e.filling import Api, fill_sweep, png
from tests.support.server import running_server

UI = Path(sagwan.server.__file__).parent / "static" / "index.html"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process runs all of these tests: they share a browser and a server."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="needs the program `chromium`"))
            elif not UI.is_file():
                item.add_marker(pytest.mark.skip(reason="needs the built UI: pip install -e ."))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not for the session: while Playwright runs, its event loop is this thread's, and other tests
    of the same process could start none.
    """
    with launched() as started:
        yield started


TABLE = "\n".join(["step,text", *(f'{n},"a, {n}"' for n in range(2000))]).encode()
# Writes its own origin, and into the page around it if that lets it.
PAGE = b"""<p id="it"></p><script>
let said = window.origin;
try { parent.document.title = "taken"; said += " taken"; } catch { said += " refused"; }
document.getElementById("it").textContent = said;
</script>"""


@dataclass
class Filled:
    """A server with two experiments in it, and the ids of what they hold."""

    api: Api
    sweep: str
    runs: dict[str, str]
    nested: str
    parent: str
    rich: str
    """A run with one of everything."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    # Its webhooks may lead to a receiver of the tests.
    options = ("--webhook-allow-private-ips", "--webhook-allowed-schemes", "http")
    with running_server(tmp_path_factory.mktemp("filled"), *options) as server:
        api = Api(server.url)
        sweep, runs = fill_sweep(api)
        nested = api.create_experiment("nlp/folds")
        parent = api.create_run(nested, "five folds")
        for fold in range(3):
            child = api.create_run(nested, f"fold {fold}", mlflow__parentRunId=parent)
            api.log_params(child, fold=fold)
            api.finish(child)
        rich = api.create_run(nested, "everything", mlflow__note__content="One of *everything*.")
        nan = float("nan")
        api.log_curve(rich, "gappy", [nan if 20 <= s < 30 else s**0.5 for s in range(100)])
        api.log_curve(rich, "single", [0.75])
        api.log_curve(rich, "long", [s % 97 for s in range(5000)])
        api.log_file(rich, "notes.txt", "안녕하세요, world\n".encode())
        api.log_file(rich, "plots/gradient.png", png(64, 48))
        api.log_file(rich, "weights.bin", bytes(1000))
        api.log_file(rich, "data/table.csv", TABLE)
        api.log_file(rich, "report.html", PAGE)
        api.finish(rich)
        api.finish(parent)
        yield Filled(api, sweep, runs, nested, parent, rich)


@pytest.fixture
def tab(browser: Browser, filled: Filled) -> Iterator[Callable[..., Visit]]:
    """Opens tabs on the filled server; afterwards, none may have failed or left the server."""
    opened: list[Visit] = []

    def open_tab(**options: Any) -> Visit:
        opened.append(visit(browser, filled.api.url, **options))
        return opened[-1]

    yield open_tab
    for each in opened:
        assert each.foreign_requests() == []
        assert each.errors == []
        each.close()
