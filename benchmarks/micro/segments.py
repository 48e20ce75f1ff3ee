"""What metric segments cost.

    python -m benchmarks.micro.segments [codec] [sizes] [history] [load]

Times are the best of several tries, in processor time where other work on the machine would blur
them. `--points` shortens the long ones.
"""

import argparse
import asyncio
import contextlib
import itertools
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from statistics import quantiles

import numpy as np

from benchmarks import curves
from benchmarks.bodies import KEYS
from benchmarks.history_data import point_value
from sagwan.entities import Metric
from sagwan.storage.base import NewRun, RunBatch
from sagwan.storage.segments import Points, decode, encode_series, fresh_segment
from sagwan.storage.sql.store import DATABASE_FILE, SqlStore
from sagwan.wire.codec import encode
from sagwan.wire.metrics import MetricsResponse

SERIES = 32_768
PAGE = 25_000
RUN = f"{1:032x}"


def best(work: Callable[[], object], tries: int = 300) -> float:
    """The shortest time of a call, in microseconds."""
    times = []
    for _ in range(tries):
        begun = time.perf_counter_ns()
        work()
        times.append(time.perf_counter_ns() - begun)
    return min(times) / 1000


def series_values() -> Iterator[tuple[str, list[float]]]:
    """Values of metrics of several kinds, `SERIES` of each."""
    source = random.Random(1)
    for name in ("loss", "learning_rate", "examples_per_second", "accuracy"):
        yield name, [curves.training_value(f"x/{name}", step, source) for step in range(SERIES)]
    yield "smooth float64", [point_value(step) for step in range(SERIES)]
    yield "noisy float64", [2 + source.gauss(0, 0.05) for _ in range(SERIES)]
    yield "correct of 10,007", [source.randrange(9000, 10_007) / 10_007 for _ in range(SERIES)]
    yield "constant", [0.001] * SERIES
    yield "random", [source.random() for _ in range(SERIES)]


def codec() -> None:
    """Bytes and times of fresh segments and of series."""
    print("fresh segments           points  bytes/point  encode µs  decode µs")
    for kind in ("training", "random"):
        body = json.loads(list(curves.batches("r", 100, kind, 1))[1])["metrics"]
        numbers = {key: number for number, key in enumerate(KEYS, 301)}
        whole = (
            [numbers[point["key"]] for point in body],
            [point["step"] for point in body],
            [point["timestamp"] for point in body],
            [point["value"] for point in body],
        )
        for count in (1, 4, 20, 100, 1000):
            columns = [column[:count] for column in whole]
            segment = fresh_segment(*columns)
            print(
                f"{kind:24} {count:6} {len(segment.data) / count:12.2f}"
                f" {best(lambda c=columns: fresh_segment(*c)):10.1f}"
                f" {best(lambda s=segment: decode(s.encoding, s.data)):10.1f}"
            )
    print(f"\nseries of {SERIES:,}           bytes/point  encode ms  decode ms")
    source = random.Random(2)
    times = curves.START + np.cumsum([180 + source.randrange(40) for _ in range(SERIES)])
    for name, values in series_values():
        points = Points(np.full(SERIES, 5), np.arange(SERIES), times, np.array(values))
        segment = encode_series(points)
        print(
            f"{name:30} {len(segment.data) / SERIES:8.2f}"
            f" {best(lambda p=points: encode_series(p), 20) / 1000:10.2f}"
            f" {best(lambda s=segment: decode(s.encoding, s.data, 5), 50) / 1000:10.2f}"
        )


async def with_store(use: Callable[[SqlStore, Path], Awaitable[None]]) -> None:
    """Call `use` with a new store, whose folder is then removed."""
    with tempfile.TemporaryDirectory() as folder:
        store = await SqlStore.open(folder, artifact_root="mlflow-artifacts:/", now=1)
        try:
            await use(store, Path(folder))
        finally:
            await store.close()


async def add_run(store: SqlStore, run_id: str) -> None:
    await store.runs.create(NewRun(run_id, 0, "r", "u", 1))


def used(folder: Path) -> int:
    """Bytes of the pages in use in a store's database."""
    with contextlib.closing(sqlite3.connect(folder / DATABASE_FILE)) as connection:
        page_count, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
    return int((page_count - free) * size)


async def sizes(points: int) -> None:
    """Bytes per point in the database, fresh and compacted, and what compaction takes."""
    for kind in ("training", "random"):

        async def use(store: SqlStore, folder: Path, kind: str = kind) -> None:
            await store.compactor.stop()
            empty, count = used(folder), 0
            for number in range(5):
                run_id = f"{number:032x}"
                await add_run(store, run_id)
                for body in curves.batches(run_id, points // 5 // len(KEYS), kind, number):
                    metrics = [Metric(**point) for point in json.loads(body)["metrics"]]
                    await store.runs.log_batch(RunBatch(run_id, metrics))
                    count += len(metrics)
            fresh = used(folder) - empty
            begun, busy = time.perf_counter(), time.process_time()
            report = await store.compactor.compact_all()
            elapsed, cpu = time.perf_counter() - begun, time.process_time() - busy
            print(
                f"{kind}: {count:,} points take {fresh / count:.2f} bytes each when fresh,"
                f" {(used(folder) - empty) / count:.2f} compacted, in {elapsed:.2f} s"
                f" ({cpu:.2f} s of processor time), {report.merges} merges,"
                f" each point written {report.points_written / count:.2f} times"
            )

        await with_store(use)


async def history(points: int) -> None:
    """Reading a long history in pages, as JSON and without, and sampling it."""

    async def use(store: SqlStore, folder: Path) -> None:
        await store.compactor.stop()
        await add_run(store, RUN)
        for start in range(0, points, 1000):
            metrics = [
                Metric("loss", point_value(step), curves.START + step * 200 + step % 37, step)
                for step in range(start, start + 1000)
            ]
            await store.runs.log_batch(RunBatch(RUN, metrics))

        async def pages(as_json: bool) -> None:
            token = None
            while True:
                page = await store.metrics.history(RUN, "loss", PAGE, token)
                token = page.next_page_token
                if as_json:
                    encode(MetricsResponse(page.items, token))
                if token is None:
                    return

        for state in ("fresh", "compacted"):
            for name, read in (
                (f"in pages of {PAGE:,}", lambda: pages(False)),
                (f"in pages of {PAGE:,}, as JSON", lambda: pages(True)),
                ("2,500 sampled", lambda: store.metrics.sample([RUN], "loss", None, 2500)),
            ):
                tries = []
                for _ in range(5):
                    busy = time.process_time()
                    await read()
                    tries.append(time.process_time() - busy)
                print(f"history of {points:,}, {state}, {name}: {min(tries) * 1000:.0f} ms")
            await store.compactor.compact_all()

    await with_store(use)


async def load(seconds: float) -> None:
    """Latencies of logging single points beside batches, with and without compaction."""
    for compacting in (False, True):

        async def use(store: SqlStore, folder: Path, compacting: bool = compacting) -> None:
            if not compacting:
                await store.compactor.stop()
            latencies: list[float] = []
            counts = [0, 0]
            end = time.perf_counter() + seconds

            async def log(run_id: str, batches: list[list[Metric]], kind: int) -> None:
                await add_run(store, run_id)
                for number in itertools.count():
                    metrics = batches[number % len(batches)]
                    begun = time.perf_counter()
                    if begun > end:
                        return
                    await store.runs.log_batch(RunBatch(run_id, metrics))
                    counts[kind] += len(metrics)
                    if kind == 0:
                        latencies.append(time.perf_counter() - begun)

            single = [[Metric("loss", step / 7, curves.START + step, step)] for step in range(999)]
            large = [
                [Metric(**point) for point in json.loads(body)["metrics"]]
                for body in curves.batches("r", 1000, "training", 1)
            ]
            await asyncio.gather(
                *(log(f"{number:032x}", single, 0) for number in range(16)),
                *(log(f"{number:032x}", large, 1) for number in range(100, 102)),
            )
            cuts = quantiles(latencies, n=100)
            print(
                f"{'with' if compacting else 'without'} compaction:"
                f" {counts[0] / seconds:,.0f} single points/s,"
                f" {counts[1] / seconds:,.0f} points/s in batches; single points take"
                f" {cuts[49] * 1000:.1f} ms (median), {cuts[98] * 1000:.1f} ms (99 %)"
            )

        await with_store(use)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=["codec", "sizes", "history", "load"])
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    if "codec" in options.parts:
        codec()
    if "sizes" in options.parts:
        asyncio.run(sizes(options.points))
    if "history" in options.parts:
        asyncio.run(history(options.points))
    if "load" in options.parts:
        asyncio.run(load(options.seconds))


if __name__ == "__main__":
    main()
