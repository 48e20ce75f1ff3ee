"""Reading back a history of a million points."""

import hashlib
import json
import re
import time
from collections.abc import Iterator

from benchmarks import processes
from benchmarks.api import Api
from benchmarks.cases.base import Case, CaseError, Prepared, Row, Sample, Target
from benchmarks.fill import fill_history
from benchmarks.history_data import KEY, START

POINTS = 1_000_000
PAGE = 25_000
SAMPLED = 2_500
_TOKEN = re.compile(rb'"next_page_token"\s*:\s*"([^"]+)"')
EXPERIMENT = "history"
END = START + POINTS


class HistoryPages(Case):
    """The whole history as MLflow's client reads it: pages of 25,000 until no token comes."""

    name = "history-pages"
    group = "history"
    rows = (Row("seconds", "history of 1,000,000 points, pages of 25,000", "s", False),)

    def prepare(self, target: Target) -> Prepared:
        run_id = run_with_history(target)
        count = target.settings.scaled(POINTS)
        with Api(target.running.port) as api:
            digest = _check(pages(api, run_id), count)

        def measure() -> Sample:
            with Api(target.running.port) as api:
                begun = time.perf_counter()
                size = sum(len(page) for page in pages(api, run_id))
                seconds = time.perf_counter() - begun
            return Sample({"seconds": seconds}, {"bytes": size, "points": count})

        return Prepared(measure, digest)


class HistoryInterval(Case):
    """The sampled history that a chart asks for: 2,500 points of the million."""

    name = "history-sampled"
    group = "history"
    rows = (Row("ms", "history of 1,000,000 points, 2,500 sampled (bulk-interval)", "ms", False),)

    def prepare(self, target: Target) -> Prepared:
        run_id = run_with_history(target)
        count = target.settings.scaled(POINTS)
        query = {"run_ids": run_id, "metric_key": KEY, "max_results": SAMPLED}
        endpoint = "metrics/get-history-bulk-interval"
        with Api(target.running.port) as api:
            found = json.loads(api.get_bytes(endpoint, query))["metrics"]
        steps = [int(point.get("step", 0)) for point in found]
        spread = len(steps) in range(SAMPLED - 1, SAMPLED + 2)
        if not spread or (steps[0], steps[-1]) != (0, count - 1):
            raise CaseError(f"{len(steps)} points from {steps[:1]} to {steps[-1:]} were sampled")

        def measure() -> Sample:
            with Api(target.running.port) as api:
                begun = time.perf_counter()
                body = api.get_bytes(endpoint, query)
                seconds = time.perf_counter() - begun
            return Sample({"ms": seconds * 1000}, {"bytes": len(body), "points": len(steps)})

        return Prepared(measure)


def run_with_history(target: Target) -> str:
    """The id of the run with the long history, made and filled when it is first asked for."""
    with Api(target.running.port) as api:
        found = api.post("experiments/search", filter=f"name = '{EXPERIMENT}'", max_results=1)
        if found.get("experiments"):
            experiment_id = found["experiments"][0]["experiment_id"]
            runs = api.post("runs/search", experiment_ids=[experiment_id])["runs"]
            return str(runs[0]["info"]["run_id"])
        run_id = api.create_run(api.create_experiment(EXPERIMENT), "long")
    fill_history(target, run_id, target.settings.scaled(POINTS))
    with Api(target.running.port) as api:
        api.post("runs/update", run_id=run_id, status="FINISHED", end_time=END)
    processes.wait_until_quiet([target.running.pid], limit=target.settings.compaction_wait)
    return run_id


def pages(api: Api, run_id: str) -> Iterator[bytes]:
    """All pages of the history, undecoded."""
    query: dict[str, object] = {"run_id": run_id, "metric_key": KEY, "max_results": PAGE}
    while True:
        page = api.get_bytes("metrics/get-history", query)
        yield page
        token = next_token(page)
        if token is None:
            return
        query["page_token"] = token


def next_token(page: bytes) -> str | None:
    """The token in a page, found without decoding the page."""
    at = page.rfind(b'"next_page_token"')
    found = _TOKEN.match(page, at) if at >= 0 else None
    return json.loads(b'"' + found[1] + b'"') if found else None


def _check(found: Iterator[bytes], count: int) -> str:
    digest = hashlib.sha256()
    total = 0
    for page in found:
        for point in json.loads(page).get("metrics", []):
            digest.update(repr((int(point.get("step", 0)), point["value"])).encode())
            total += 1
    if total != count:
        raise CaseError(f"the history holds {total} points instead of {count}")
    return digest.hexdigest()
