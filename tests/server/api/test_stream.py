"""GET stream, byte for byte."""

from collections.abc import Awaitable, Callable
from typing import Any

from sagwan.entities import Metric, Param
from sagwan.storage.base import RunBatch
from tests.server.listening import Stream, listening
from tests.server.support import START, Asker
from tests.storage.sql.support import counted_statements

PATH = "/ajax-api/sagwan/v1/stream"
RUN, OTHER = f"{1:032x}", f"{2:032x}"

Script = Callable[[Stream], Awaitable[Any]]


def follow(app: Asker, query: str, script: Script, headers: dict[str, str] | None = None) -> Stream:
    async def main() -> Stream:
        async with listening(app.app, f"{PATH}?{query}", headers) as stream:
            await stream.until(lambda: bool(stream.events))
            await script(stream)
        return stream

    return app.runner.run(main())


async def nothing(stream: Stream) -> None:
    pass


def two_runs(app: Asker) -> None:
    for _ in range(2):
        app.post("runs/create", {"experiment_id": "0"})


def numbered(event: bytes) -> tuple[bytes, bytes]:
    """The id of an event, and the event without it."""
    first, rest = event.split(b"\n", 1)
    assert first.startswith(b"id: ")
    return first[4:], rest


def test_it_begins_with_a_start_and_its_headers(app: Asker) -> None:
    stream = follow(app, "experiment_ids=0", nothing)
    assert stream.status == 200
    assert stream.headers == {
        "cache-control": "no-store",
        "content-type": "text/event-stream",
        "x-accel-buffering": "no",
        "x-content-type-options": "nosniff",
        "x-frame-options": "SAMEORIGIN",
    }
    assert stream.body == b'id: 0-0\nevent: start\ndata: {"now":%d}\n\n' % (START + 1)


def test_what_happens_is_told(app: Asker) -> None:
    two_runs(app)
    # In a database that was used before, the first segment comes with a gap in the numbers.
    app.post("runs/log-metric", {"run_id": RUN, "key": "old", "value": 1, "timestamp": 1})

    async def script(stream: Stream) -> None:
        # Points whose segments were merged before a look are read again, not told.
        await app.store.compactor.stop()
        runs = app.store.runs
        loss = [Metric("loss", 0.5, 1700000000000, 3), Metric("loss", float("nan"), 5, 1)]
        await runs.log_batch(RunBatch(RUN, loss))
        await stream.until(lambda: len(stream.events) == 2)
        await runs.log_batch(RunBatch(RUN, [Metric("loss", 7, 9, 2), Metric("acc", 1, 9, 4)]))
        await stream.until(lambda: len(stream.events) == 3)
        await runs.delete(OTHER, 1)
        await stream.until(lambda: len(stream.events) == 4)

    stream = follow(app, "experiment_ids=0", script)
    ids, events = zip(*map(numbered, stream.events), strict=True)
    assert events[1:] == (
        b'event: change\ndata: {"now":%d,"runs":["%s"],"keys":["loss"],'
        b'"points":[[0,0,1,5,null],[0,0,3,1700000000000,0.5]]}' % (START + 2, RUN.encode()),
        b'event: change\ndata: {"now":%d,"keys":["acc"],'
        b'"points":[[0,1,4,9,1.0],[0,0,2,9,7.0]],"latest":[[0,0,0.5]]}' % (START + 3),
        b'event: change\ndata: {"now":%d,"runs":["%s"],"changed":[1]}'
        % (START + 4, OTHER.encode()),
    )
    assert len(set(ids)) == 4
    # Whoever comes back is told which runs have changed since.
    for query, headers in (
        (f"experiment_ids=0&position={ids[2].decode()}", {}),
        ("experiment_ids=0", {"last-event-id": ids[2].decode()}),
    ):

        async def script_(stream: Stream) -> None:
            await stream.until(lambda: len(stream.events) == 2)

        event = follow(app, query, script_, headers).events[1]
        assert b'"changed":[' in event
        assert OTHER.encode() in event


def test_a_position_that_nobody_knows(app: Asker) -> None:
    async def script(stream: Stream) -> None:
        await stream.until(lambda: len(stream.events) == 2)

    event = follow(app, "position=123-4", script).events[1]
    assert event == b'id: 0-0\nevent: change\ndata: {"now":%d,"all":true}' % (START + 2)


def test_only_the_runs_asked_for(app: Asker) -> None:
    two_runs(app)

    async def script(stream: Stream) -> None:
        for run in (RUN, OTHER):
            await app.store.runs.log_batch(RunBatch(run, [Metric("m", 1, 1, 1)]))
        await stream.until(lambda: len(stream.events) == 2)

    event = follow(app, f"run_ids={OTHER}", script).events[1]
    assert OTHER.encode() in event
    assert RUN.encode() not in event


def test_without_points(app: Asker) -> None:
    two_runs(app)

    async def script(stream: Stream) -> None:
        for batch in (
            RunBatch(RUN, [Metric("m", 1, 1, 1)]),
            RunBatch(OTHER, [Metric("m", 1, 1, 1)], [Param("p", "1")]),
        ):
            await app.store.runs.log_batch(batch)
        await stream.until(lambda: len(stream.events) == 2)

    event = follow(app, "points=false", script).events[1]
    assert event.endswith(b'"runs":["%s"],"changed":[0]}' % OTHER.encode())


def test_nobody_looks_when_nobody_listens(app: Asker) -> None:
    async def main() -> None:
        async with listening(app.app, PATH) as stream:
            await stream.until(lambda: bool(stream.events))
        hub = app.app.context.hub
        assert hub._watching is not None
        await hub._watching
        assert not hub._listeners

    app.runner.run(main())


def test_a_look_is_two_statements(app: Asker) -> None:
    two_runs(app)

    async def main() -> list[int]:
        await app.store.compactor.stop()
        feed = await app.store.changes.feed()
        found = []
        for _ in range(2):
            with counted_statements(app.store) as statements:
                await feed.look(lambda run, experiment: True)
            found.append(len(statements))
            await app.store.runs.log_batch(RunBatch(RUN, [Metric("m", 1, 1, 1)]))
        with counted_statements(app.store) as statements:
            await feed.look(lambda run, experiment: True)
        return [*found, len(statements)]

    # The first batch is seen in the second look, with the run's name, its points, key and latest.
    first, second, third = app.runner.run(main())
    assert (first <= 3, second <= 6, third) == (True, True, 4)


def test_what_is_refused(app: Asker) -> None:
    many = "&".join(f"run_ids={number}" for number in range(201))
    answer = app.ask("GET", f"{PATH}?{many}")
    assert (answer.status, answer.json) == (
        400,
        {
            "error_code": "INVALID_PARAMETER_VALUE",
            "message": "'run_ids' holds 201 items. At most 200 are allowed.",
        },
    )
    answer = app.ask("GET", f"{PATH}?experiment_ids=x")
    assert answer.status == 400


def test_its_head_alone(app: Asker) -> None:
    answer = app.ask("HEAD", PATH)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-type"] == "text/event-stream"
    assert not app.app.context.hub._listeners


def test_a_server_that_stops_ends_it(app: Asker) -> None:
    async def script(stream: Stream) -> None:
        app.app.context.hub.close()
        await stream.until(lambda: stream.ended)

    follow(app, "", script)
    answer = app.ask("GET", PATH)
    assert (answer.status, answer.json["error_code"]) == (503, "TEMPORARILY_UNAVAILABLE")
    assert not app.app.context.hub._listeners
