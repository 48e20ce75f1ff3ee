"""The web UI in a real browser on a real server, as a person walks through it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import Visit, visit
from tests.e2e.conftest import Filled
from tests.e2e.filling import Api
from tests.support.server import running_server

Tab = Callable[..., Visit]


def broken_rules(tab: Visit) -> list[str]:
    """The serious and critical findings of axe."""
    found: list[dict[str, Any]] = Axe().run(tab.page).response["violations"]
    return [
        f"{rule['id']}: {node['html']} {node.get('failureSummary', '')}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def names_of_runs(page: Page) -> list[str]:
    """The names in the table's rows, as far as they are in the document, from top to bottom."""
    names: list[str] = page.get_by_role("grid").get_by_role("rowheader").all_inner_texts()
    return [name.strip() for name in names]


def test_from_the_list_to_the_best_run(tab: Tab, filled: Filled) -> None:
    visit = tab()
    page = visit.page
    visit.goto("/")
    expect(page).to_have_title("Experiments · Sagwan")
    page.get_by_role("table").get_by_role("link", name="vision/cifar10-resnet").click()
    expect(page.get_by_role("heading", name="vision/cifar10-resnet")).to_be_visible()
    rows = page.get_by_role("grid").get_by_role("rowheader")
    expect(rows).to_have_count(12)
    expect(page.get_by_text("12 runs", exact=True)).to_be_visible()
    # The table alone: all of its columns are in sight.
    page.keyboard.press("1")
    # What differs is a column, what doesn't is none.
    expect(page.get_by_role("columnheader", name="optimizer")).to_be_visible()
    expect(page.get_by_role("columnheader", name="batch_size")).to_have_count(0)

    header = page.get_by_role("columnheader", name="val/loss")
    header.get_by_role("button", name="val/loss", exact=True).click()
    expect(header).to_have_attribute("aria-sort", "descending")
    header.get_by_role("button", name="val/loss", exact=True).click()
    expect(header).to_have_attribute("aria-sort", "ascending")
    answer = filled.api.post(
        "runs/search", experiment_ids=[filled.sweep], order_by=["metrics.`val/loss` ASC"]
    )
    names = [run["info"]["run_name"] for run in answer["runs"]]
    expect(rows.first).to_have_text(names[0])
    assert names_of_runs(page) == names

    # The address restores the view.
    page.reload()
    expect(rows.first).to_have_text(names[0])
    rows.first.get_by_role("link").click()
    expect(page.get_by_role("heading", name=names[0])).to_be_visible()
    page.go_back()
    expect(header).to_have_attribute("aria-sort", "ascending")


def test_filters(tab: Tab, filled: Filled) -> None:
    visit = tab()
    page = visit.page
    visit.goto(f"/e/{filled.sweep}")
    rows = page.get_by_role("grid").get_by_role("rowheader")
    field = page.get_by_role("combobox", name="Filter runs")
    field.fill("params.optimizer = 'sgd' AND params.seed = '1'")
    field.press("Enter")
    expect(rows).to_have_count(3)
    field.fill("params.optimizer = 'sgd' AND params.seed = '1' OR params.seed = '2'")
    field.press("Enter")
    expect(rows).to_have_count(9)

    field.fill("params.optimizer = sgd")
    field.press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("character 20")
    expect(alert.locator("mark")).to_have_text("s")
    expect(field).to_have_attribute("aria-invalid", "true")
    # The runs of the last filter stay in sight.
    expect(rows).to_have_count(9)
    assert broken_rules(visit) == []

    field.fill("metrics.`val/loss` < -1 AND params.seed = '1'")
    field.press("Enter")
    expect(page.get_by_text("No run matches the filter.")).to_be_visible()
    # Each condition alone says how many runs it leaves, and can be taken out.
    part = page.get_by_role("listitem").filter(has_text="val/loss")
    expect(part).to_contain_text("0 runs")
    assert broken_rules(visit) == []
    part.get_by_role("button", name="Remove").click()
    expect(rows).to_have_count(6)
    field.fill("")
    expect(rows).to_have_count(12)
    page.get_by_text("Deleted", exact=True).click()
    expect(page.get_by_text("No run of this experiment is deleted.")).to_be_visible()


def test_nested_runs_fold(tab: Tab, filled: Filled) -> None:
    visit = tab()
    page = visit.page
    visit.goto(f"/e/{filled.nested}")
    rows = page.get_by_role("grid").get_by_role("rowheader")
    expect(rows).to_have_count(5)
    page.get_by_role("button", name="Hide 3 child runs of five folds").click()
    expect(rows).to_have_count(2)
    page.reload()
    expect(rows).to_have_count(2)
    page.get_by_role("grid").get_by_role("link", name="five folds").click()
    page.get_by_role("link", name="Child runs 3").click()
    page.get_by_role("link", name="fold 1").click()
    expect(page.get_by_role("heading", name="fold 1")).to_be_visible()
    page.get_by_role("link", name="five folds").click()
    expect(page.get_by_role("heading", name="five folds")).to_be_visible()


def test_a_run_and_its_curves(tab: Tab, filled: Filled) -> None:
    visit = tab()
    page = visit.page
    visit.goto(f"/r/{filled.rich}")
    expect(page.locator("p").filter(has_text="One of everything.")).to_be_visible()
    cards = page.get_by_role("article")
    expect(cards).to_have_count(3)
    expect(cards.filter(has_text="gappy").locator(".u-over")).to_be_visible()
    expect(cards.filter(has_text="gappy")).to_contain_text("10 not drawn: NaN or infinite")
    expect(cards.filter(has_text="single")).to_contain_text("0.75")
    expect(cards.filter(has_text="single").locator("canvas")).to_have_count(0)
    long = cards.filter(has_text="long")
    expect(long).to_contain_text(re.compile(r"320 of [\d,]+ points \(min–max shown\)"))
    assert broken_rules(visit) == []

    # Dragging shows every point of the range, in all charts, and in the address.
    plot = long.locator(".u-over")
    box = plot.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.40, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.45, box["y"] + 40, steps=5)
    page.mouse.up()
    expect(long).to_contain_text(re.compile(r"(2\d\d) of \1 points"))
    assert "zoom=" in visit.place
    page.get_by_role("button", name="Reset zoom").click()
    expect(long).to_contain_text("min–max shown")

    page.get_by_text("Time", exact=True).click()
    page.get_by_text("Log", exact=True).click()
    assert visit.place == f"/r/{filled.rich}?x=time&y=log"
    expect(cards.filter(has_text="gappy")).to_contain_text("11 not drawn: not positive")


def test_a_run_is_renamed_described_and_tagged(tab: Tab, filled: Filled) -> None:
    run = filled.api.create_run(filled.api.create_experiment("to be edited"), "before")
    visit = tab()
    page = visit.page
    visit.goto(f"/r/{run}")
    page.get_by_role("button", name="Rename the run").click()
    page.get_by_role("textbox", name="Rename the run").fill("나중 이름")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="나중 이름")).to_be_visible()
    page.get_by_role("button", name="Add a description").click()
    page.get_by_role("textbox", name="Description").fill("Seeds 1 to 5.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Seeds 1 to 5.")).to_be_visible()
    page.get_by_role("button", name="Add a tag").click()
    page.keyboard.type("team")
    page.get_by_role("textbox", name="Value").fill("vision")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Edit team").click()
    assert broken_rules(visit) == []
    page.get_by_role("textbox", name="team").fill("speech")
    page.keyboard.press("Enter")
    expect(page.get_by_text("speech")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1, name="나중 이름")).to_be_visible()
    page.get_by_role("button", name="Remove team").click()
    expect(page.get_by_text("speech")).to_have_count(0)
    filled.api.finish(run)


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("/#/experiments/{sweep}", "/e/{sweep}"),
        ("/#/experiments/{nested}/runs/{rich}", "/r/{rich}"),
        ("/#/runs/{rich}", "/r/{rich}"),
        ("/#/experiments", "/"),
        ("/experiments/{sweep}?sort=-metrics.loss", "/e/{sweep}?sort=-metrics.loss"),
        ("/runs/{rich}", "/r/{rich}"),
    ],
)
def test_links_that_mlflow_prints(tab: Tab, filled: Filled, link: str, target: str) -> None:
    visit = tab()
    visit.goto(link.format(**vars(filled)))
    expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
    assert visit.place == target.format(**vars(filled))


def test_korean(tab: Tab, filled: Filled) -> None:
    visit = tab()
    page = visit.page
    visit.goto("/")
    page.get_by_text("한국어").click()
    expect(page.get_by_role("heading", level=1, name="실험")).to_be_visible()
    visit.goto(f"/r/{filled.rich}")
    expect(page.get_by_role("heading", name="파라미터")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "ko"
    korean = tab(locale="ko-KR")
    korean.goto(f"/e/{filled.sweep}?layout=table")
    expect(korean.page.get_by_role("columnheader", name="시작")).to_be_visible()
    assert broken_rules(korean) == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_every_page_is_accessible_and_fits(
    tab: Tab, filled: Filled, scheme: str, width: int
) -> None:
    visit = tab(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = visit.page
    trace = Api(visit.root).log_trace(filled.sweep)
    for path in (
        "/",
        f"/e/{filled.sweep}",
        f"/e/{filled.sweep}?layout=table&rows=dense",
        f"/e/{filled.sweep}?layout=charts",
        f"/e/{filled.sweep}/views",
        f"/e/{filled.sweep}/notes",
        f"/e/{filled.sweep}/traces",
        f"/t/{trace}",
        "/settings",
        f"/e/{filled.nested}",
        f"/r/{filled.rich}",
        f"/r/{filled.rich}/files/notes.txt",
        f"/e/{filled.nested}/media",
        f"/r/{filled.parent}?tab=children",
        f"/compare?runs={','.join([*filled.runs.values()][:5])}",
        "/r/unknown",
        "/#/models",
    ):
        visit.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert broken_rules(visit) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_by_keyboard_alone(tab: Tab, filled: Filled) -> None:
    # Wide enough for all columns: those out of sight are not in the document.
    visit = tab(viewport={"width": 1920, "height": 900})
    page = visit.page
    visit.goto("/")
    expect(page.get_by_role("link", name="vision/cifar10-resnet").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "vision/cifar10-resnet":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="vision/cifar10-resnet")).to_be_visible()
    expect(page.get_by_role("grid").get_by_role("rowheader")).to_have_count(12)
    page.keyboard.press("1")
    page.get_by_role("button", name="Columns").focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("checkbox", name="batch_size", exact=True)
    expect(box).to_be_visible()
    box.press("Space")
    page.keyboard.press("Escape")
    expect(box).not_to_be_visible()
    expect(page.get_by_role("columnheader", name="batch_size")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert broken_rules(visit) == []
    page.keyboard.press("Escape")
    for key in "jjkx":
        page.keyboard.press(key)
    expect(page.get_by_text("1 selected")).to_be_visible()
    page.keyboard.press("End")
    page.keyboard.press("o")
    expect(page.get_by_role("navigation", name="Experiments")).to_contain_text("cifar10")
    assert visit.place.startswith("/r/")


def test_plots_of_compared_runs(tab: Tab, filled: Filled) -> None:
    visit = tab(viewport={"width": 390, "height": 800})
    page = visit.page
    visit.goto(f"/compare?runs={','.join(filled.runs.values())}")
    page.get_by_text("Parallel coordinates", exact=True).click()
    plot = page.get_by_role("img", name="Parallel coordinates of 12 runs")
    expect(plot).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    # The upper half of the second axis, a list of optimizers.
    grip = plot.locator("g > rect:last-child").nth(1).bounding_box()
    assert grip is not None
    x = grip["x"] + grip["width"] / 2
    page.mouse.move(x, grip["y"] + 2)
    page.mouse.down()
    page.mouse.move(x, grip["y"] + grip["height"] / 2, steps=4)
    expect(page.get_by_text("6 of 12 runs")).to_be_visible()
    page.mouse.up()
    expect(page).to_have_url(re.compile("keep=params.optimizer"))
    page.reload()
    expect(page.get_by_text("6 of 12 runs")).to_be_visible()
    # A line under the pointer stands out, and a click keeps it so.
    box = plot.locator("g > rect:last-child").nth(1).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] + 6, box["y"] + box["height"] / 4)
    page.mouse.move(1, 1)
    expect(page.get_by_role("link", name="sgd-")).to_be_visible()
    assert broken_rules(visit) == []
    page.get_by_role("button", name="params.learning_rate: keep a part").click()
    page.get_by_role("combobox", name="From").select_option("0.01")
    expect(page.get_by_text("2 of 12 runs")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox", name="From")).to_have_count(0)
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="sgd-0.01")).to_be_visible()
    page.get_by_text("Scatter", exact=True).click()
    dots = page.get_by_role("img", name="12 runs by params.learning_rate and val/accuracy")
    # The run that stood out still does, beside its name.
    expect(dots.get_by_text("sgd-0.01")).to_be_visible()
    assert broken_rules(visit) == []
    page.mouse.move(1, 1)
    dots.locator("circle").first.click()
    expect(page).to_have_url(re.compile(f"/r/{next(iter(filled.runs.values()))}"))


def test_a_finished_run_is_quiet(tab: Tab, filled: Filled) -> None:
    visit = tab()
    visit.page.clock.install()
    visit.goto(f"/r/{filled.rich}")
    expect(visit.page.get_by_role("article")).to_have_count(3)
    visit.page.wait_for_load_state("networkidle")
    before = len(visit.requests)
    visit.page.clock.run_for(120_000)
    assert visit.requests[before:] == []


def test_under_a_static_prefix(browser: Browser, tmp_path: Path) -> None:
    with running_server(tmp_path, "--static-prefix", "/tracking") as server:
        api = Api(f"{server.url}/tracking")
        run = api.create_run("0", "prefixed")
        api.log_curve(run, "loss", [1.0, 0.5])
        tab = visit(browser, f"{server.url}/tracking")
        for start in ("", "/"):
            tab.goto(start)
            tab.page.get_by_role("link", name="prefixed").click()
            expect(tab.page.locator("canvas").first).to_be_visible()
            assert tab.place == f"/r/{run}"
        tab.page.reload()
        expect(tab.page.locator("canvas").first).to_be_visible()
        assert tab.errors == []
        # Nothing was asked for outside of the prefix.
        assert [url for url in tab.requests if not url.startswith(tab.root)] == []
        tab.close()
