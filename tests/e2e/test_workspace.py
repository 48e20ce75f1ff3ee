"""The workspace on 2,000 runs: what is asked for, what is drawn, what a link restores."""

import re
from collections.abc import Iterator
from math import isnan
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request, expect

from sagwan.testing.fixture import EXPERIMENT, make_fixture
from sagwan.testing.fixture_data import Fixture, FixtureRun, Shape
from tests.e2e.browser import Visit, visit
from tests.e2e.test_ui import broken_rules, names_of_runs
from tests.support.server import running_server

RUNS = 2000
SHAPE = Shape(
    runs=RUNS, params=12, metrics=12, series_runs=20, steps=50, long_steps=2000, parents=0
)
HERE = f"/e/{EXPERIMENT}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("workspace")
    store = f"sqlite:///{folder}/runs.db"
    make_fixture(store, SHAPE, quiet=True)
    with running_server(folder, "--backend-store-uri", store) as running:
        yield running.url


@pytest.fixture
def tab(browser: Browser, server: str) -> Iterator[Visit]:
    opened = visit(browser, server, viewport={"width": 1280, "height": 800})
    yield opened
    assert opened.foreign_requests() == []
    assert opened.errors == []
    opened.close()


# What the pointer did is drawn in the next frame.
FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def asked(tab: Visit, endpoint: str) -> int:
    return sum(url.endswith(f"/api/sagwan/v1/{endpoint}") for url in tab.requests)


def api_requests(tab: Visit) -> list[str]:
    return [url for url in tab.requests if "ajax-api" in url]


def test_opening_takes_few_requests_and_few_nodes(tab: Visit) -> None:
    page = tab.page
    tab.goto(f"{HERE}?layout=table")
    expect(page.get_by_text("2,000 runs", exact=True)).to_be_visible()
    expect(page.get_by_role("grid")).to_have_attribute("aria-rowcount", str(RUNS + 1))
    page.wait_for_load_state("networkidle")
    assert len(api_requests(tab)) <= 3
    assert page.evaluate("document.querySelectorAll('[role=row]').length") < 60
    assert page.evaluate("document.querySelectorAll('*').length") <= 1500
    assert broken_rules(tab) == []


def test_opening_with_charts_takes_ten_requests_and_few_bytes(tab: Visit) -> None:
    finished: list[Request] = []
    tab.page.on("requestfinished", lambda one: finished.append(one))
    tab.goto(HERE)
    with tab.page.expect_event("requestfinished", lambda one: one.url.endswith("/series")):
        pass
    expect(tab.page.locator("canvas").first).to_be_visible()
    assert len(tab.requests) <= 10, tab.requests
    # The curves of this store are short: where they are long, they take 40 kB more.
    assert sum(one.sizes()["responseBodySize"] for one in finished) <= 210_000


def test_one_scroll_bar_reaches_every_row(tab: Visit) -> None:
    page = tab.page
    tab.goto(f"{HERE}?layout=table")
    first = page.get_by_role("grid").get_by_role("rowheader").first
    expect(first).to_be_visible()
    top = names_of_runs(page)[0]
    before = asked(tab, "runs/query")
    page.keyboard.press("End")
    last = page.get_by_role("row").and_(page.locator(f'[aria-rowindex="{RUNS + 1}"]'))
    expect(last.get_by_role("rowheader")).to_be_visible()
    page.keyboard.press("Home")
    expect(page.locator('[aria-rowindex="2"]').get_by_role("rowheader")).to_have_text(top)
    assert asked(tab, "runs/query") - before <= 2

    # What the scrolling only passes isn't asked for.
    before = asked(tab, "runs/query")
    page.get_by_role("grid").evaluate(
        """async (grid) => {
            for (let at = 0; at <= 40; at += 1) {
                grid.scrollTop = (grid.scrollHeight / 50) * at;
                await new Promise(requestAnimationFrame);
            }
        }"""
    )
    expect(page.locator('[aria-rowindex="1610"]').get_by_role("rowheader")).to_be_visible()
    assert asked(tab, "runs/query") - before <= 4
    assert page.evaluate("document.querySelectorAll('[role=row]').length") < 60


def test_sort_and_filter_with_or_and_a_link_that_restores_both(
    tab: Visit, browser: Browser, server: str
) -> None:
    page = tab.page
    tab.goto(f"{HERE}?layout=table")
    grid = page.get_by_role("grid")
    expect(grid.get_by_role("rowheader").first).to_be_visible()
    field = page.get_by_role("combobox", name="Filter runs")
    field.fill("params.`optimizer` = 'adam' OR params.`optimizer` = 'sgd'")
    field.press("Enter")
    expect(page.get_by_text("2,000 runs", exact=True)).to_have_count(0)
    grid.evaluate("(grid) => { grid.scrollTop = 5000; }")
    header = page.get_by_role("columnheader").filter(has_text="last value").first
    header.get_by_role("button").first.click()
    expect(header).to_have_attribute("aria-sort", "descending")
    # Another order is seen from its beginning.
    expect(page.locator('[aria-rowindex="2"]').get_by_role("rowheader")).to_be_visible()
    assert grid.evaluate("(grid) => grid.scrollTop") == 0
    status = page.get_by_role("status").inner_text()
    names = names_of_runs(page)
    page.keyboard.press("j")

    again = visit(browser, server, viewport={"width": 1280, "height": 800})
    again.goto(tab.place)
    expect(again.page.get_by_role("status")).to_have_text(status)
    expect(again.page.get_by_role("grid").get_by_role("rowheader").first).to_have_text(names[0])
    assert names_of_runs(again.page) == names
    again.close()


def test_columns_are_arranged_and_filter_by_their_values(tab: Visit) -> None:
    page = tab.page
    tab.goto(f"{HERE}?layout=table")
    head = page.get_by_role("columnheader").filter(has_text="last value").first
    name = head.get_by_role("button").first.inner_text().splitlines()[0]
    head.hover()
    head.get_by_role("button", name=f"Menu of {name}").click()
    page.get_by_role("region", name="Values").get_by_role("button").nth(3).click()
    expect(page.get_by_role("combobox", name="Filter runs")).not_to_have_value("")
    expect(page.get_by_text("2,000 runs", exact=True)).to_have_count(0)
    page.get_by_role("button", name="Keep in sight").click()
    assert "fixed=metrics" in tab.place
    head.hover()
    head.get_by_role("button", name=f"Menu of {name}").click()
    page.get_by_role("button", name="Hide", exact=True).click()
    expect(page.get_by_role("columnheader", name=name)).to_have_count(0)


def test_table_and_charts_show_the_same_runs(tab: Visit) -> None:
    page = tab.page
    tab.goto(HERE)
    expect(page.get_by_role("grid").get_by_role("rowheader").first).to_be_visible()
    expect(page.get_by_text("20 drawn", exact=False)).to_be_visible()
    splitter = page.get_by_role("separator", name="Width of the table")
    splitter.focus()
    page.keyboard.press("ArrowRight")
    assert "split=55" in tab.place
    page.keyboard.press("3")
    expect(page.get_by_role("grid")).to_have_count(0)
    page.keyboard.press("2")
    expect(page.get_by_role("grid")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("h")
    expect(page.get_by_text("19 drawn", exact=False)).to_be_visible()
    assert "hidden=" in tab.place
    page.keyboard.press("Control+z")
    expect(page.get_by_text("20 drawn", exact=False)).to_be_visible()
    expect(page.get_by_text("Undone: drawn runs")).to_be_visible()
    page.keyboard.press("Control+Shift+Z")
    expect(page.get_by_text("19 drawn", exact=False)).to_be_visible()


def test_in_korean_in_the_dark_on_a_phone(browser: Browser, server: str) -> None:
    tab = visit(
        browser,
        server,
        viewport={"width": 390, "height": 844},
        locale="ko-KR",
        color_scheme="dark",
    )
    tab.goto(HERE)
    page = tab.page
    expect(page.get_by_text("실행 2,000개", exact=True)).to_be_visible()
    expect(page.get_by_role("grid").get_by_role("rowheader").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert broken_rules(tab) == []
    tab.close()


def test_selected_runs_are_deleted_and_come_back(tab: Visit) -> None:
    page = tab.page
    tab.goto(f"{HERE}?layout=table")
    expect(page.get_by_role("grid").get_by_role("rowheader").first).to_be_visible()
    first = names_of_runs(page)[0]
    for key in "jxjjx":
        page.keyboard.press(key)
    page.get_by_role("button", name="Delete 2 runs").click()
    expect(page.get_by_text("2 runs deleted.")).to_be_visible()
    expect(page.get_by_text("1,998 runs", exact=True)).to_be_visible()
    expect(page.locator('[aria-rowindex="2"]').get_by_role("rowheader")).not_to_have_text(first)
    assert broken_rules(tab) == []
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("2 runs restored.")).to_be_visible()
    expect(page.get_by_text("2,000 runs", exact=True)).to_be_visible()
    expect(page.locator('[aria-rowindex="2"]').get_by_role("rowheader")).to_have_text(first)


def test_the_best_run_is_found_in_four_actions(tab: Visit) -> None:
    """By the least val/loss it ever had, with adam, and what sets it apart from the second best."""
    page = tab.page
    tab.goto(f"{HERE}?layout=table&columns=params.optimizer,metrics.val%252Floss")
    adam = page.get_by_role("gridcell", name="adam", exact=True).first
    expect(adam).to_be_visible()
    adam.click(modifiers=["Alt"])
    page.get_by_role("button", name="Menu of val/loss").click()
    page.get_by_role("button", name="By lowest min").click()
    best = best_runs("adam")[:2]
    expect(page.get_by_role("columnheader", name="val/loss min")).to_contain_text("least value")
    rows = page.get_by_role("grid").get_by_role("rowheader")
    expect(rows.nth(0)).to_have_text(best[0][1].name)
    assert names_of_runs(page)[:2] == [run.name for _, run in best]
    assert "sort=min.val" in tab.place
    shown = page.locator('[aria-rowindex="2"]').get_by_role("gridcell").last.inner_text()
    assert abs(float(shown) - best[0][0]) < 0.001
    assert broken_rules(tab) == []
    page.get_by_role("grid").focus()
    page.keyboard.press("d")

    expect(page.get_by_role("heading", name="2 runs side by side")).to_be_visible()
    table = page.get_by_role("table")
    heads = table.get_by_role("columnheader").get_by_role("link")
    expect(heads).to_have_text([run.name for _, run in best])
    first, second = best[0][1].params, best[1][1].params
    for name in first:
        row = table.get_by_role("rowheader", name=name, exact=True)
        expect(row).to_have_count(int(first[name] != second[name]))


def best_runs(optimizer: str) -> list[tuple[float, FixtureRun]]:
    """The least val/loss and the run, the best first, from the fixture itself."""
    fixture = Fixture(SHAPE)
    found = []
    for run in fixture.runs():
        if run.params["optimizer"] != optimizer or "val/loss" not in run.latest:
            continue
        values = [run.latest["val/loss"]]
        if run.number >= fixture.first_with_series:
            values = fixture.series(run.number, "val/loss", SHAPE.steps).tolist()
        numbers = [value for value in values if not isnan(value)]
        if numbers:
            found.append((min(numbers), run))
    return sorted(found, key=lambda pair: (pair[0], -pair[1].start, pair[1].run_id))


def test_selected_runs_are_compared(tab: Visit) -> None:
    page = tab.page
    tab.goto(f"{HERE}?layout=table")
    expect(page.get_by_role("grid").get_by_role("rowheader").first).to_be_visible()
    names = names_of_runs(page)[:3]
    for key in "jxjxjx":
        page.keyboard.press(key)
    expect(page.get_by_text("3 selected")).to_be_visible()
    dots = page.get_by_role("button", name="Draw ").locator("span")
    colours = dots.evaluate_all("of => of.slice(0, 12).map(one => one.style.background)")
    assert len(set(colours)) == len(colours) == 12
    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="3 runs side by side")).to_be_visible()
    table = page.get_by_role("table")
    heads = table.get_by_role("columnheader").get_by_role("link")
    expect(heads).to_have_count(3)
    assert heads.all_inner_texts() == names
    row = table.get_by_role("row").filter(has_text="val/loss")
    expect(row).to_contain_text(" %)")
    assert broken_rules(tab) == []
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the table as LaTeX").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("\\begin{tabular}{lrrr}")
    assert names[1] in copied
    table.get_by_role("radio").nth(2).check()
    page.reload()
    expect(table.get_by_role("radio").nth(2)).to_be_checked()


def test_a_short_link_restores_the_view_in_a_clean_browser(
    tab: Visit, browser: Browser, server: str
) -> None:
    page = tab.page
    tab.goto(
        f"{HERE}?filter=params.optimizer+%3D+%27adam%27&sort=-metrics.val%2Floss&split=35&rows=dense"
        "&widths=name:260&fixed=metrics.val/loss&smooth=0.6&yscale=log&zoom=val:5:40"
    )
    rows = page.get_by_role("grid").get_by_role("rowheader")
    expect(rows.first).to_be_visible()
    for key in "jpjhjh":
        page.keyboard.press(key)
    status = page.locator("[role=status]").first.inner_text()
    names = names_of_runs(page)
    before = tab.place
    assert "pinned=" in before
    assert "hidden=" in before
    page.get_by_role("button", name="Views", exact=True).click()
    page.get_by_role("button", name="Copy a short link").click()
    link = page.get_by_role("textbox", name="Short link").input_value()
    assert len(link) <= 120
    assert broken_rules(tab) == []

    other = visit(browser, server, viewport={"width": 1280, "height": 800})
    other.page.goto(link)
    expect(other.page.get_by_role("grid").get_by_role("rowheader").first).to_be_visible()
    expect(other.page.locator("[role=status]").first).to_have_text(status)
    assert other.place == before
    assert names_of_runs(other.page) == names
    assert other.errors == []
    other.close()


def test_a_saved_view_is_the_default_and_works_elsewhere(
    tab: Visit, browser: Browser, server: str
) -> None:
    page = tab.page
    tab.goto(f"{HERE}?layout=table&rows=dense")
    expect(page.get_by_role("grid").get_by_role("rowheader").first).to_be_visible()
    page.get_by_role("button", name="Views", exact=True).click()
    page.get_by_label("Name", exact=True).fill("dense")
    page.get_by_role("button", name="Save as a view").click()
    page.get_by_role("link", name="All views").click()
    expect(page.get_by_role("heading", name="Saved views of")).to_be_visible()
    default = page.get_by_role("checkbox", name="dense: default of the server")
    default.click()
    expect(default).to_be_checked()
    assert broken_rules(tab) == []

    other = visit(browser, server, viewport={"width": 1280, "height": 800})
    other.goto("/e/0")
    expect(other.page.get_by_role("heading", name="Default")).to_be_visible()
    assert other.place == "/e/0?layout=table&rows=dense"
    other.close()
    default.click()
    expect(default).not_to_be_checked()
    page.get_by_role("button", name="Delete dense…").click()
    page.get_by_role("button", name="Delete dense", exact=True).click()
    expect(page.get_by_text("No view of this experiment is saved.")).to_be_visible()


def test_the_pointer_is_in_all_charts_and_a_dragged_part_too(tab: Visit) -> None:
    page = tab.page
    tab.goto(f"{HERE}?keys=val/")
    chart = page.get_by_role("img", name="val/acc")
    expect(chart).to_be_visible()
    page.wait_for_load_state("networkidle")
    before = asked(tab, "series")
    box = chart.bounding_box()
    assert box is not None

    # A line under the pointer has its run's name beside it, and its row and the other cards know.
    tooltip = page.get_by_text(re.compile("^step [0-9]+$"))
    for share in range(5, 95, 3):
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * share / 100)
        page.evaluate(FRAMES)
        if tooltip.count():
            break
    name = tooltip.locator("xpath=../..").inner_text().splitlines()[0]
    row = page.get_by_role("row").filter(has_text=name)
    expect(row.first).to_have_class(re.compile("hovered"))
    shaded = page.locator("canvas[aria-hidden]").evaluate_all(
        "of => of.filter(c => c.getContext('2d').getImageData(0, 0, c.width, c.height)"
        ".data.some(v => v)).length"
    )
    assert shaded == page.locator("canvas[aria-hidden]").count() > 1
    assert asked(tab, "series") == before

    # All cards of the section show what is dragged over in one of them; z goes back.
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 40, steps=4)
    page.mouse.up()
    expect(page.get_by_role("button", name="Reset zoom").first).to_be_visible()
    assert "zoom=val" in tab.place
    page.keyboard.press("z")
    expect(page.get_by_role("button", name="Reset zoom")).to_have_count(0)
    assert "zoom=" not in tab.place


def test_what_is_said_of_a_metric_is_seen_in_the_table_and_the_charts(
    tab: Visit, server: str
) -> None:
    page = tab.page
    tab.goto(f"{HERE}/settings?metric=val/loss")
    label = page.get_by_role("textbox", name="Label of val/loss")
    expect(label).to_be_focused()
    page.keyboard.type("Validation loss")
    page.keyboard.press("Tab")
    page.keyboard.type("nats")
    page.get_by_role("textbox", name="Axis from of val/loss").fill("2")
    page.get_by_role("textbox", name="Axis to of val/loss").fill("1")
    save = page.get_by_role("button", name="Save", exact=True)
    expect(save).to_be_disabled()
    page.get_by_role("textbox", name="Axis to of val/loss").fill("3")
    page.get_by_role("combobox", name="Better is of val/loss").select_option("lower")
    page.get_by_role("textbox", name="Section of val/loss").fill("Quality")
    assert broken_rules(tab) == []
    save.click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    try:
        tab.goto(f"{HERE}?columns=metrics.val%2Floss")
        header = page.get_by_role("columnheader").filter(has_text="Validation loss")
        expect(header).to_contain_text("last value · nats")
        header.get_by_role("button").first.click()
        expect(header).to_have_attribute("aria-sort", "ascending")
        expect(page.get_by_role("heading", name="Validation loss (nats)")).to_be_visible()
        expect(page.get_by_role("button", name="Quality")).to_be_visible()
        expect(page.get_by_role("img", name=re.compile("Validation loss.* 2 .* 3"))).to_be_visible()
    finally:
        body = {"experiment_id": str(EXPERIMENT)}
        page.request.post(f"{server}/api/sagwan/v1/metric-dictionary", data=body)
