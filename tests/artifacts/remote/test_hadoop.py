"""What HDFS must do by either of its two protocols."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from sagwan.artifacts.base import CHUNK
from sagwan.artifacts.open import open_artifacts
from sagwan.artifacts.remote.files import RemoteFiles
from sagwan.artifacts.remote.hdfs import HdfsFiles, _Writer
from sagwan.artifacts.remote.store import STAGING, RemoteArtifactStore
from sagwan.artifacts.remote.webhdfs import WebHdfsFiles
from sagwan.errors import InvalidParameter, PermissionDenied, SagwanError, Unavailable
from sagwan.testing.artifacts.bench import Bench, read_all, stream
from sagwan.testing.artifacts.suite import pattern
from tests.support.artifacts.gate import Gate
from tests.support.artifacts.hadoop import Hadoop, hadoop, new_root
from tests.support.server import free_port

pytestmark = pytest.mark.xdist_group("hadoop")

KINDS = ["hdfs", "webhdfs"]

NewBench = Callable[[str], Bench]


def uri_of(running: Hadoop, kind: str) -> str:
    return running.hdfs_uri if kind == "hdfs" else running.webhdfs_uri


@pytest.fixture
def new_bench() -> Iterator[NewBench]:
    """Opens stores by their URIs, and closes them."""
    benches = []
    with asyncio.Runner() as runner:

        def new(uri: str) -> Bench:
            bench = Bench(lambda: open_artifacts(uri, {}), runner)
            benches.append(bench)
            return bench

        yield new
        for bench in benches:
            bench.close()


@pytest.fixture
def running() -> Hadoop:
    return hadoop()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def root() -> str:
    return new_root()


@pytest.fixture
def bench(running: Hadoop, kind: str, root: str, new_bench: NewBench) -> Bench:
    return new_bench(uri_of(running, kind) + root)


def files_of(bench: Bench) -> RemoteFiles:
    store = bench.store
    assert isinstance(store, RemoteArtifactStore)
    return store._files


def staged(bench: Bench, root: str) -> list[str]:
    """What is in the staging folder, when the sweep in the background is through with it."""
    store = bench.store
    assert isinstance(store, RemoteArtifactStore)
    if store._sweeping is not None:
        bench(wait_for(store._sweeping))
    try:
        entries = bench(files_of(bench).list_folder(f"{root}/{STAGING}"))
    except FileNotFoundError:
        return []
    return [entry.name for entry in entries]


async def wait_for(task: asyncio.Task[None]) -> None:
    await task


async def endless(arrived: asyncio.Event) -> AsyncIterator[bytes]:
    """An upload that goes on until something breaks; `arrived` is set early on."""
    for number in range(10_000):
        if number == 5:
            arrived.set()
        await asyncio.sleep(0.001)
        yield bytes(CHUNK)


# Servers that fail.


def test_a_name_node_that_is_not_there(kind: str, new_bench: NewBench) -> None:
    uri = f"{kind}://127.0.0.1:{free_port()}/root"
    bench = new_bench(uri)
    for call in (
        bench.store.list_folder(),
        bench.store.read("a"),
        bench.store.stat("a"),
        bench.store.write("a", stream([b"x"])),
        bench.store.delete("a"),
    ):
        assert uri in bench.refuses(Unavailable, call)


def test_a_server_of_another_kind(running: Hadoop, kind: str, new_bench: NewBench) -> None:
    other = running.http_port if kind == "hdfs" else running.rpc_port
    uri = f"{kind}://127.0.0.1:{other}/root"
    bench = new_bench(uri)
    assert uri in bench.refuses(Unavailable, bench.store.list_folder())
    assert uri in bench.refuses(Unavailable, bench.store.write("a", stream([b"x"])))


def test_a_data_node_that_dies_under_uploads(
    running: Hadoop, root: str, new_bench: NewBench
) -> None:
    benches = {kind: new_bench(uri_of(running, kind) + root) for kind in KINDS}
    for kind, bench in benches.items():
        bench.put(f"{kind}/old", pattern(CHUNK))

    async def upload_and_kill() -> list[object]:
        arrived = [asyncio.Event() for _ in benches]
        uploads = [
            asyncio.create_task(bench.store.write(f"{kind}/new", endless(event)))
            for (kind, bench), event in zip(benches.items(), arrived, strict=True)
        ]
        await asyncio.gather(*(event.wait() for event in arrived))
        running.kill("datanode")
        return list(await asyncio.gather(*uploads, return_exceptions=True))

    try:
        results = benches["hdfs"](upload_and_kill())
        assert [type(result) for result in results] == [Unavailable, Unavailable]
        for (kind, bench), result in zip(benches.items(), results, strict=True):
            assert isinstance(result, SagwanError)
            assert uri_of(running, kind) + root in result.message
            assert bench.names(kind) == ["old"]

            async def read_old(bench: Bench, path: str) -> None:
                async with await bench.store.read(path) as reader:
                    await read_all(reader)

            assert uri_of(running, kind) in bench.refuses(
                Unavailable, read_old(bench, f"{kind}/old")
            )
    finally:
        running.start()
    for kind, bench in benches.items():
        bench.put(f"{kind}/new", pattern(CHUNK, seed=1))
        assert bench.get(f"{kind}/new") == pattern(CHUNK, seed=1)
        assert bench.get(f"{kind}/old") == pattern(CHUNK)


def test_a_name_node_that_hears_of_blocks_late(
    running: Hadoop, root: str, new_bench: NewBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gives out no third block before it has heard of the first."""
    bench = new_bench(running.hdfs_uri + root)
    bench.put("old", b"x")
    assert staged(bench, root) == []
    content = [pattern(CHUNK, seed) for seed in range(17)]
    close = _Writer.close

    async def chunks(gate: Gate) -> AsyncIterator[bytes]:
        gate.open.clear()
        for chunk in content:
            yield chunk

    with Gate(running.rpc_port) as gate:

        async def close_in_vain_at_first(writer: _Writer) -> None:
            asyncio.get_running_loop().call_later(0.1, gate.open.set)
            await close(writer)

        monkeypatch.setattr(_Writer, "close", close_in_vain_at_first)
        running.kill("datanode")
        try:
            running.start(reports_to=gate.port)
            bench(bench.store.write("a", chunks(gate)))
            running.kill("datanode")
        finally:
            running.start()
    assert bench.get("a") == b"".join(content)


def test_a_name_node_that_dies_and_comes_back(
    running: Hadoop, root: str, new_bench: NewBench
) -> None:
    benches = {kind: new_bench(uri_of(running, kind) + root) for kind in KINDS}
    for kind, bench in benches.items():
        bench.put(f"{kind}/old", b"old")

    async def upload_and_kill() -> list[object]:
        arrived = [asyncio.Event() for _ in benches]

        async def last(event: asyncio.Event) -> AsyncIterator[bytes]:
            yield bytes(2 * CHUNK)
            event.set()
            while running.is_running("namenode"):
                await asyncio.sleep(0.01)
            yield bytes(2 * CHUNK)

        uploads = [
            asyncio.create_task(bench.store.write(f"{kind}/old", last(event)))
            for (kind, bench), event in zip(benches.items(), arrived, strict=True)
        ]
        await asyncio.gather(*(event.wait() for event in arrived))
        running.kill("namenode")
        return list(await asyncio.gather(*uploads, return_exceptions=True))

    try:
        results = benches["hdfs"](upload_and_kill())
        assert [type(result) for result in results] == [Unavailable, Unavailable]
        for kind, bench in benches.items():
            assert uri_of(running, kind) in bench.refuses(Unavailable, bench.store.list_folder())
    finally:
        running.start()
    for kind, bench in benches.items():
        assert bench.get(f"{kind}/old") == b"old"
        bench.put(f"{kind}/old", b"new")
        assert bench.get(f"{kind}/old") == b"new"


def test_a_name_node_that_hangs(running: Hadoop, kind: str, bench: Bench) -> None:
    bench.put("a", b"x")
    shorten_waits(bench)
    running.send("namenode", signal.SIGSTOP)
    try:
        message = bench.refuses(Unavailable, bench.store.list_folder())
    finally:
        running.send("namenode", signal.SIGCONT)
    assert uri_of(running, kind) in message
    assert "does not answer" in message
    assert bench.names() == ["a"]


def shorten_waits(bench: Bench) -> None:
    files = files_of(bench)
    assert isinstance(files, HdfsFiles | WebHdfsFiles)
    files.answer_time = 1.0


# Clients that fail.

UPLOAD = """
    import asyncio, sys
    from sagwan.artifacts.open import open_artifacts

    async def endless():
        for _ in range(8):
            yield bytes(1 << 20)
        print("under way", flush=True)
        await asyncio.Event().wait()

    async def main():
        await open_artifacts(sys.argv[1], {}).write("f/a", endless())

    asyncio.run(main())
"""


def test_a_client_that_is_killed_leaves_nothing_that_anyone_sees(
    running: Hadoop, kind: str, root: str, bench: Bench
) -> None:
    bench.put("f/old", b"old")
    command = [sys.executable, "-c", textwrap.dedent(UPLOAD), uri_of(running, kind) + root]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as client:
        assert client.stdout is not None
        try:
            assert client.stdout.readline() == b"under way\n"
        finally:
            client.kill()
    assert bench.names() == ["f/"]
    assert bench.names("f") == ["old"]
    bench.put("f/a", b"later")
    assert bench.get("f/a") == b"later"
    # It is swept when it is old; until then others may still be writing it.
    assert isinstance(bench.store, RemoteArtifactStore)
    left = staged(bench, root)
    assert left
    bench(bench.store.sweep())
    assert staged(bench, root) == left
    for name in left:
        bench(files_of(bench).set_modified(f"{root}/{STAGING}/{name}", 1_000_000_000))
    bench(bench.store.sweep())
    assert staged(bench, root) == []
    assert bench.get("f/old") == b"old"


# Files.


def forget_blocks(running: Hadoop, content: bytes) -> int:
    """Remove the blocks that hold `content`, as a DataNode does after a deletion; how many."""
    count = 0
    for path in (running.folder / "data").rglob("blk_*"):
        if path.stat().st_size == len(content) and path.read_bytes() == content:
            path.unlink()
            count += 1
    return count


def test_a_file_that_is_replaced_while_it_is_read(running: Hadoop, bench: Bench) -> None:
    old = os.urandom(2 * CHUNK)

    async def read_while_replaced() -> None:
        async with await bench.store.read("a") as reader:
            assert await read_all(reader, 0, CHUNK) == old[:CHUNK]
            await bench.store.write("a", stream([pattern(2 * CHUNK)]))
            assert forget_blocks(running, old) == 1
            await read_all(reader, CHUNK)

    bench.put("a", old)
    message = bench.refuses(Unavailable, read_while_replaced())
    assert message == "The artifact changed while it was being read: 'a'"
    assert bench.get("a") == pattern(2 * CHUNK)


def test_a_file_whose_blocks_are_lost(running: Hadoop, kind: str, bench: Bench) -> None:
    content = os.urandom(2 * CHUNK)

    async def read() -> None:
        async with await bench.store.read("a") as reader:
            await read_all(reader)

    bench.put("a", content)
    assert forget_blocks(running, content) == 1
    assert uri_of(running, kind) in bench.refuses(Unavailable, read())


def test_a_folder_of_more_files_than_one_answer_holds(
    running: Hadoop, root: str, new_bench: NewBench
) -> None:
    benches = [new_bench(uri_of(running, kind) + root) for kind in KINDS]
    files = files_of(benches[0])
    names = [f"{number:04}.txt" for number in range(1_150)]

    async def create_all() -> None:
        await files.make_folder("/tests")
        await files.make_folder(root)
        await files.make_folder(f"{root}/many")
        for start in range(0, len(names), 50):
            await asyncio.gather(*(create(name) for name in names[start : start + 50]))

    async def create(name: str) -> None:
        await (await files.create(f"{root}/many/{name}")).close()

    benches[0](create_all())
    for bench in benches:
        assert bench.names("many") == names


@pytest.mark.parametrize("name", ["a:b", "a:b/c", "f/" + "n" * 256])
def test_names_that_hdfs_can_not_hold(bench: Bench, root: str, name: str) -> None:
    message = bench.refuses(InvalidParameter, bench.store.write(name, stream([b"x"])))
    assert message == f"The artifact store can't hold a file of this name: '{name}'"
    assert staged(bench, root) == []


def test_a_root_with_an_unusual_name(running: Hadoop, kind: str, new_bench: NewBench) -> None:
    # Hadoop's URIs are not percent-encoded.
    root = f"{new_root()}/ö e\u0301 %41 +;&=/日本"
    bench = new_bench(uri_of(running, kind) + root)
    bench.put("f/a%41", b"x" * 1000)
    assert bench.get("f/a%41") == b"x" * 1000
    assert bench.names() == ["f/"]
    assert root.rpartition("/")[2] in [
        entry.name for entry in bench(files_of(bench).list_folder(root.rpartition("/")[0]))
    ]


# Who may do what, and how much.


def test_what_another_user_may_not_do(
    running: Hadoop,
    kind: str,
    root: str,
    bench: Bench,
    new_bench: NewBench,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench.put("a", b"x")
    monkeypatch.setenv("HADOOP_USER_NAME", "alice")
    scheme, _, rest = uri_of(running, kind).partition("://")
    other = new_bench(f"{scheme}://alice@{rest}{root}")
    assert other.get("a") == b"x"
    for call in (
        other.store.write("a", stream([b"y"])),
        other.store.write("b/c", stream([b"y"])),
        other.store.delete("a"),
    ):
        assert "'" in other.refuses(PermissionDenied, call)
    assert bench.get("a") == b"x"
    assert bench.names() == ["a"]


def test_a_quota_that_is_used_up(running: Hadoop, root: str, new_bench: NewBench) -> None:
    benches = {kind: new_bench(uri_of(running, kind) + root) for kind in KINDS}
    benches["hdfs"].put("a", b"x")
    running.admin("-setSpaceQuota", "1m", root)
    messages = []
    for bench in benches.values():
        message = bench.refuses(Unavailable, bench.store.write("b", stream([bytes(CHUNK)])))
        messages.append(message)
        assert bench.names() == ["a"]
        assert staged(bench, root) == []
    assert messages[0] == "The artifact store is full: 'b' was not stored."
    # This release's DataNode doesn't say why.
    assert messages[1].endswith("the DataNode did not store all of the file")


# URIs.


@pytest.mark.parametrize(
    "rest",
    [
        "://user:secret@127.0.0.1:1/x",
        "://127.0.0.1:1/x?token=secret",
        "://127.0.0.1:1/x#secret",
        "://127.0.0.1:secret/x",
        "://[secret/x",
        "://127.0.0.1:99999/x",
        "://127.0.0.1:1/a/../b",
        "://127.0.0.1:1/a:b",
    ],
)
def test_uris_that_hadoop_does_not_have(kind: str, rest: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        open_artifacts(f"{kind}{rest}", {})
    assert kind in refused.value.message or "HDFS" in refused.value.message
    assert ":secret@" not in refused.value.message


def test_what_is_shown_of_a_store_is_its_uri(tmp_path: Path, kind: str) -> None:
    store = open_artifacts(f"{kind}://127.0.0.1:1//a//b/", {})
    assert isinstance(store, RemoteArtifactStore)
    assert store._name == f"{kind}://127.0.0.1:1/a/b"
