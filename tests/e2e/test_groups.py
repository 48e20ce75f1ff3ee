"""Runs in groups, in the browser: 2,000 runs of 400 configurations with five seeds each."""

import json
import re
import urllib.request

import numpy as np
from playwright.sync_api import expect

from sagwan.testing.fixture import EXPERIMENT
from sagwan.testing.fixture_data import SEED_PARAM, SEEDS
from tests.e2e.browser import Visit
from tests.e2e.test_ui import broken_rules
from tests.e2e.test_workspace import HERE, RUNS, asked, server, tab

__all__ = ["server", "tab"]


def logged(url: str) -> dict[str, list[float]]:
    """The latest `val/loss` of the runs of each configuration, by the params that differ."""
    found: dict[str, list[float]] = {}
    params = [f"params.{name}" for name in ("lr", "batch_size", "optimizer", "dropout", "model")]
    params += [f"params.{name}" for name in ("weight_decay", "hidden_size", "num_layers")]
    columns = [*params, "params.activation", "params.scheduler", "params.warmup_steps"]
    for offset in range(0, RUNS, 1000):
        asked = {"experiment_ids": [str(EXPERIMENT)], "offset": offset, "limit": 1000}
        body = json.dumps({**asked, "columns": [*columns, "metrics.`val/loss`"]}).encode()
        request = urllib.request.Request(f"{url}/api/sagwan/v1/runs/query", body)
        request.add_header("content-type", "application/json")
        with urllib.request.urlopen(request) as answer:
            cells = [column["values"] for column in json.load(answer)["columns"]]
        for *values, loss in zip(*cells, strict=True):
            found.setdefault(str(values), []).append(float(loss))
    return found


def test_means_over_seeds(tab: Visit, server: str) -> None:
    page = tab.page
    tab.goto(f"{HERE}?sort=metrics.val/loss&columns=metrics.val/loss")
    expect(page.get_by_text("2,000 runs", exact=True)).to_be_visible()
    page.get_by_role("button", name="Group by").click()
    page.get_by_role("button", name=f"Everything except {SEED_PARAM}").click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("2,000 runs in 400 groups")).to_be_visible()
    expect(page.get_by_text("20 of 400 groups drawn")).to_be_visible()
    expect(page.get_by_text(f"20 groups of {20 * SEEDS} runs").first).to_be_visible()

    # The first group is the one with the least mean, whose numbers are those of all its runs.
    means = {name: np.mean(values) for name, values in logged(server).items()}
    best = logged(server)[min(means, key=lambda name: means[name])]
    row = page.locator('[aria-rowindex="2"]')
    cell = row.get_by_role("gridcell").filter(has_text="±")
    shown = re.findall(r"-?[\d.]+(?:e-?\d+)?", cell.get_attribute("title") or "")
    wanted = [np.mean(best), np.std(best, ddof=1), min(best), max(best), SEEDS]
    np.testing.assert_allclose([float(text) for text in shown], wanted, atol=1e-6)
    assert re.fullmatch(r"[\d.]+ ± [\d.]+\(n = 5\)", cell.inner_text())

    # Another group that is hidden changes none, and nothing is asked for.
    page.wait_for_load_state("networkidle")
    before = asked(tab, "series/group"), asked(tab, "runs/groups"), cell.inner_text()
    page.get_by_role("grid").focus()
    for key in "jjh":
        page.keyboard.press(key)
    expect(page.get_by_text("19 of 400 groups drawn")).to_be_visible()
    assert before == (asked(tab, "series/group"), asked(tab, "runs/groups"), cell.inner_text())

    # Its runs stand below it; a link shows the same.
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator('[aria-rowindex="7"]').get_by_role("checkbox")).to_be_visible()
    heads = page.get_by_role("grid").get_by_role("rowheader").all_inner_texts()
    assert broken_rules(tab) == []
    page.reload()
    expect(page.get_by_text("19 of 400 groups drawn")).to_be_visible()
    expect(page.locator('[aria-rowindex="7"]').get_by_role("checkbox")).to_be_visible()
    assert page.get_by_role("grid").get_by_role("rowheader").all_inner_texts() == heads

    # A band under the pointer says of how many runs it is.
    chart = page.get_by_role("img", name="val/loss").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    for share in np.linspace(0.1, 0.9, 17):
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * share)
        if page.get_by_text(f", {SEEDS} runs").count():
            break
    expect(page.get_by_text(f", {SEEDS} runs")).to_be_visible()
