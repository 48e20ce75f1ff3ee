"""Pages that are open while runs go on: values arrive by themselves, nothing is sent in vain."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.e2e.browser import Visit, visit
from tests.e2e.filling import Api
from tests.support.server import running_server


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("live")


@pytest.fixture(scope="module")
def api(folder: Path) -> Iterator[Api]:
    with running_server(folder) as server:
        yield Api(server.url)


@pytest.fixture
def tab(browser: Browser, api: Api) -> Iterator[Visit]:
    opened = visit(browser, api.url, viewport={"width": 1280, "height": 800})
    yield opened
    assert opened.foreign_requests() == []
    assert opened.errors == []
    opened.close()


def log(api: Api, run: str, key: str, *steps: int, factor: float = 1.0) -> None:
    for step in steps:
        api.post(
            "runs/log-metric", run_id=run, key=key, value=step * factor, timestamp=1, step=step
        )


def asked(tab: Visit) -> list[str]:
    return [url for url in tab.requests if "ajax-api" in url]


def card_of(tab: Visit, metric: str) -> Locator:
    heading = tab.page.get_by_role("heading", name=metric, exact=True)
    return tab.page.locator("article").filter(has=heading)


def shows(row: Locator, value: str) -> None:
    expect(row.get_by_role("gridcell", name=value, exact=True)).to_be_visible()


def is_live(tab: Visit) -> None:
    expect(tab.page.locator("header").get_by_text("Live")).to_be_visible()
    tab.page.wait_for_timeout(1500)  # what was read before the stream was there is read again


def test_values_arrive_in_table_and_charts_and_ask_for_nothing(tab: Visit, api: Api) -> None:
    experiment = api.create_experiment("arriving")
    runs = [api.create_run(experiment, f"run-{number}") for number in range(3)]
    for run in runs:
        log(api, run, "loss", 1, 2, 3)
    page = tab.page
    tab.goto(f"/e/{experiment}")
    row = page.get_by_role("row", name="run-1")
    shows(row, "3")
    card = card_of(tab, "loss")
    expect(card).to_contain_text("9 of 9 points")
    is_live(tab)
    before = asked(tab)
    log(api, runs[1], "loss", 4, 5)
    shows(row, "5")
    expect(card).to_contain_text("11 of 11 points")
    # An earlier step is no later value.
    log(api, runs[2], "loss", 4, factor=0.5)
    shows(page.get_by_role("row", name="run-2"), "2")
    assert asked(tab) == before
    # A metric that nobody knew, a run that ends, and one that begins.
    log(api, runs[0], "acc", 7)
    expect(card_of(tab, "acc")).to_be_visible()
    api.finish(runs[1], end=1_760_000_100_000)
    expect(row.get_by_role("img", name="Finished")).to_be_visible()
    api.create_run(experiment, "newcomer")
    expect(page.get_by_role("row", name="newcomer")).to_be_visible()
    expect(page.get_by_text("4 runs", exact=True)).to_be_visible()


def test_a_tab_on_what_has_ended_sends_nothing(tab: Visit, api: Api) -> None:
    experiment = api.create_experiment("ended")
    run = api.create_run(experiment, "done")
    log(api, run, "loss", 1, 2, 3)
    api.finish(run, end=1_760_000_100_000)
    page = tab.page
    for place, has_stream in ((f"/e/{experiment}", True), (f"/r/{run}", False)):
        tab.requests.clear()
        tab.goto(place)
        expect(card_of(tab, "loss")).to_contain_text("3 of 3 points")
        page.wait_for_timeout(1500)
        assert sum("/stream?" in url for url in tab.requests) == has_stream
        before = asked(tab)
        # Somebody else's run is no news here.
        other = api.create_run("0", "elsewhere")
        log(api, other, "loss", 1, 2, 3)
        page.wait_for_timeout(3000)
        assert asked(tab) == before


def test_a_hidden_tab_hears_nothing_and_catches_up(tab: Visit, api: Api) -> None:
    experiment = api.create_experiment("hidden")
    run = api.create_run(experiment, "going on")
    log(api, run, "loss", 1, 2)
    page = tab.page
    tab.goto(f"/e/{experiment}")
    row = page.get_by_role("row", name="going on")
    shows(row, "2")
    is_live(tab)

    def show(state: str) -> None:
        page.evaluate(
            """state => {
                Object.defineProperty(document, "visibilityState",
                    { configurable: true, get: () => state });
                document.dispatchEvent(new Event("visibilitychange"));
            }""",
            state,
        )

    show("hidden")
    expect(page.locator("header").get_by_text("Paused")).to_be_visible()
    before = asked(tab)
    log(api, run, "loss", 3, 4)
    page.wait_for_timeout(2000)
    assert asked(tab) == before
    shows(row, "2")
    show("visible")
    shows(row, "4")
    expect(card_of(tab, "loss")).to_contain_text("4 of 4 points")


def test_one_run_is_followed(tab: Visit, api: Api) -> None:
    experiment = api.create_experiment("one run")
    run = api.create_run(experiment, "alone")
    log(api, run, "loss", 1, 2)
    page = tab.page
    tab.goto(f"/r/{run}")
    card = card_of(tab, "loss")
    expect(card).to_contain_text("2 of 2 points")
    is_live(tab)
    before = asked(tab)
    log(api, run, "loss", 3)
    expect(card).to_contain_text("3 of 3 points")
    assert asked(tab) == before
    api.finish(run, end=1_760_000_100_000)
    expect(page.get_by_text("Finished")).to_be_visible()
    # Nothing can happen any more.
    expect(page.locator("header").get_by_text("Live")).to_have_count(0)


def test_the_first_run_of_a_server_comes_by_itself(tab: Visit, api: Api) -> None:
    page = tab.page
    tab.goto("/")
    expect(page.locator("header").get_by_text("Live")).to_be_visible()
    api.create_run("0", "somebody's first")
    expect(page.get_by_role("link", name="somebody's first")).to_be_visible()


def test_a_run_that_has_gone_silent_says_so(tab: Visit, folder: Path) -> None:
    """Nobody tells the server that a trainer was killed."""
    api = Api(tab.root)
    experiment = api.create_experiment("silence")
    runs = [api.create_run(experiment, name) for name in ("killed", "alive", "ended")]
    api.finish(runs[2], end=1_760_000_100_000)
    (file,) = folder.glob("sagwan/sagwan.db")
    with closing(sqlite3.connect(file, timeout=30)) as database, database:
        for run in (runs[0], runs[2]):
            database.execute(
                "UPDATE run_activity SET active = active - 400000"
                " WHERE run = (SELECT id FROM runs WHERE run_id = ?)",
                (run,),
            )
    page = tab.page
    tab.goto(f"/e/{experiment}")
    silent = page.get_by_role("img", name="No data for 6 minutes")
    expect(page.get_by_role("row", name="killed").locator(silent)).to_be_visible()
    expect(silent).to_have_count(1)
    # It was only slow.
    api.post("runs/set-tag", run_id=runs[0], key="back", value="yes")
    expect(silent).to_have_count(0)
    tab.goto(f"/r/{runs[1]}")
    expect(page.get_by_text("Running", exact=True)).to_be_visible()
    expect(page.get_by_text("No data for")).to_have_count(0)
