"""S3, on a real Ceph object gateway."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from sagwan.artifacts.base import CHUNK, UploadedPart
from sagwan.artifacts.objects import s3_keys
from sagwan.artifacts.objects.s3 import S3ArtifactStore, open_store
from sagwan.artifacts.objects.store import RETRY
from sagwan.artifacts.sized import SizedChunks
from sagwan.errors import (
    InvalidParameter,
    NotFound,
    NotImplementedByStore,
    PermissionDenied,
    Unavailable,
)
from sagwan.testing.artifacts.bench import Bench, stream
from sagwan.testing.artifacts.parts import PartUploadConformance, send_signed
from sagwan.testing.artifacts.signed import SignedUrlConformance, send
from sagwan.testing.artifacts.suite import ArtifactStoreConformance, OpenStore, pattern
from tests.support.artifacts.ceph import KEYS, Ceph, shared
from tests.support.server import free_port

pytestmark = pytest.mark.xdist_group("ceph")

Open = Callable[..., Bench]

_numbers = count(1)


@pytest.fixture(scope="module")
def ceph() -> Ceph:
    return shared()


@pytest.fixture(scope="module")
def bucket(ceph: Ceph) -> str:
    return ceph.new_bucket()


@pytest.fixture
def uri(bucket: str) -> str:
    """A place in the bucket for this test alone."""
    return f"s3://{bucket}/{next(_numbers)}/a b%20+"


class TestS3(ArtifactStoreConformance, PartUploadConformance, SignedUrlConformance):
    FOLDERS = False
    SNAPSHOTS = False

    @pytest.fixture
    def open_store(self, ceph: Ceph, uri: str) -> OpenStore:
        return lambda: open_store(uri, ceph.environ)


@pytest.fixture
def opened(ceph: Ceph, uri: str) -> Iterator[Open]:
    """Opens the test's place, or another one, with other variables too."""
    benches: list[Bench] = []
    with asyncio.Runner() as runner:

        def opened(at: str = uri, **environ: str) -> Bench:
            benches.append(Bench(lambda: open_store(at, {**ceph.environ, **environ}), runner))
            return benches[-1]

        yield opened
        for bench in benches:
            bench.close()


@pytest.fixture
def bench(opened: Open) -> Bench:
    return opened()


def store_of(bench: Bench) -> S3ArtifactStore:
    assert isinstance(bench.store, S3ArtifactStore)
    return bench.store


def uploads(bench: Bench) -> list[str]:
    """The keys of all uploads in parts that are under way."""

    async def listed() -> list[str]:
        return [key async for key, _, _ in store_of(bench).uploads()]

    return bench(listed())


# Where it does not work.


def test_a_wrong_secret(bench: Bench, opened: Open) -> None:
    bench.put("a", b"x")
    wrong = opened(AWS_SECRET_ACCESS_KEY="a wrong secret")
    signed = bench(store_of(wrong).sign_download("a", 60))
    assert bench(send("GET", signed)).status_code == 403
    part = UploadedPart(1, "x")
    messages = [
        wrong.refuses(PermissionDenied, call)
        for call in (
            wrong.store.write("a", stream([b"y"])),
            wrong.store.write("a", stream([bytes(CHUNK)] * 9)),
            wrong.store.list_folder(),
            wrong.store.read("a"),
            wrong.store.stat("a"),
            wrong.store.delete("a"),
            store_of(wrong).begin_upload("a"),
            store_of(wrong).complete_upload("a", "id", [part]),
        )
    ]
    assert bench.get("a") == b"x"
    for message in messages:
        assert message.startswith(f"The artifact store {store_of(bench).name} does not a")
        assert not any(word in message for word in ("wrong secret", KEYS.key_id, "Signature="))
    assert "does not accept the server's credentials (SignatureDoesNotMatch)" in messages[0]


def test_a_missing_bucket(opened: Open) -> None:
    bench = opened("s3://no-such-bucket/x")
    for call in (
        bench.store.write("a", stream([b"y"])),
        bench.store.write("a", stream([bytes(CHUNK)] * 9)),
        bench.store.list_folder(),
        bench.store.read("a"),
        bench.store.stat("a"),
        bench.store.delete("a"),
        store_of(bench).begin_upload("a"),
    ):
        assert bench.refuses(Unavailable, call) == (
            "The artifact store s3://no-such-bucket/x can't be used at the moment: there is no"
            " such bucket or container (NoSuchBucket)."
        )


def test_an_endpoint_that_is_down(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RETRY, "max_retries", 1)
    bench = opened(MLFLOW_S3_ENDPOINT_URL=f"http://127.0.0.1:{free_port()}")
    for call in (
        bench.store.write("a", stream([b"y"])),
        bench.store.write("a", stream([bytes(CHUNK)] * 9)),
        bench.store.list_folder(),
        bench.store.read("a"),
        bench.store.stat("a"),
        bench.store.delete("a"),
        store_of(bench).begin_upload("a"),
    ):
        message = bench.refuses(Unavailable, call)
        assert message.startswith(
            f"The artifact store {store_of(bench).name} can't be used at the mo"
        )
        assert message.endswith(("the connection was refused.", "no connection can be made."))


async def _endless(taken: list[int]) -> AsyncIterator[bytes]:
    while True:
        taken.append(1)
        yield bytes(CHUNK)
        await asyncio.sleep(0)


def test_an_upload_that_cannot_succeed_does_not_read_on(opened: Open) -> None:
    bench = opened("s3://no-such-bucket/x")
    taken: list[int] = []
    bench.refuses(Unavailable, bench.store.write("a", _endless(taken)))
    assert len(taken) < 40


def test_a_name_that_is_too_long(bench: Bench) -> None:
    path = "/".join(["n" * 250] * 5)
    for chunks in ([b"x"], [bytes(CHUNK)] * 9):
        message = bench.refuses(InvalidParameter, bench.store.write(path, stream(chunks)))
        assert message == f"The artifact store can't hold a file of this name: '{path}'"


# Lists.


def test_lists_have_all_pages(bench: Bench) -> None:
    names = [f"{number:04}.txt" for number in range(1100)]

    async def fill() -> None:
        for start in range(0, len(names), 100):
            await asyncio.gather(
                *(
                    bench.store.write(f"f/{name}", stream([b"x"]))
                    for name in names[start : start + 100]
                )
            )

    bench(fill())
    assert bench.names("f") == names
    bench(bench.store.delete("f"))
    assert bench.names() == []


def test_what_marks_a_folder_for_other_tools_is_no_file(bench: Bench) -> None:
    bench.put("f/a", b"x")
    store = store_of(bench)
    bench(store.requests.send("PUT", store.key("f/"), {}))
    assert bench.names() == ["f/"]
    assert bench.names("f") == ["a"]


def test_other_keys_with_the_same_beginning_are_not_touched(opened: Open, uri: str) -> None:
    bench, beside = opened(), opened(f"{uri}c")
    bench.put("a/b", b"1")
    beside.put("a/b", b"2")
    bench.put("ab", b"3")
    bench(bench.store.delete("a"))
    assert (bench.names(), beside.names("a")) == (["ab"], ["b"])


# Reading.


def test_a_file_that_is_replaced_is_not_read_on(bench: Bench) -> None:
    async def read_on() -> int:
        size = 0
        async with await bench.store.read("a") as reader:
            async for chunk in reader.chunks():
                size += len(chunk)
                if size == CHUNK:
                    await bench.store.write("a", stream([pattern(20 * CHUNK, seed=1)]))
        return size

    bench.put("a", pattern(20 * CHUNK))
    message = bench.refuses(Unavailable, read_on())
    assert message == "The artifact changed while it was being read: 'a'"


def test_large_files_are_read_in_ranges(bench: Bench) -> None:
    content = pattern(14 * CHUNK + 5)
    bench.put("a", *(content[at : at + CHUNK] for at in range(0, len(content), CHUNK)))
    assert bench.get("a") == content
    assert bench.get("a", CHUNK - 1, 10 * CHUNK + 1) == content[CHUNK - 1 : 10 * CHUNK + 1]


# Uploads.


def test_a_size_that_is_known_makes_parts_larger(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sagwan.artifacts.objects.upload.PARTS", 2)
    content = pattern(25 * CHUNK)
    chunks = [content[at : at + CHUNK] for at in range(0, len(content), CHUNK)]
    bench(bench.store.write("a", SizedChunks(stream(chunks), len(content))))
    assert bench.get("a") == content
    assert bench(bench.store.stat("a")).version.endswith("-2")


def test_a_part_of_known_size_is_passed_on(bench: Bench) -> None:
    store, content = store_of(bench), pattern(3 * CHUNK)
    upload_id = bench(store.begin_upload("a"))
    chunks = SizedChunks(stream([content[:CHUNK], content[CHUNK:]]), len(content))
    part = bench(store.write_part("a", upload_id, 1, chunks))
    bench(store.complete_upload("a", upload_id, [part]))
    assert bench.get("a") == content


def test_parts_that_are_too_small(bench: Bench) -> None:
    store = store_of(bench)
    upload_id = bench(store.begin_upload("a"))
    parts = [bench(send_signed(store, "a", upload_id, number, b"small")) for number in (1, 2)]
    bench.refuses(InvalidParameter, store.complete_upload("a", upload_id, parts))
    bench(store.abort_upload("a", upload_id))
    assert bench.names() == []


def test_uploads_that_break_off_leave_no_parts(bench: Bench) -> None:
    class BrokenOff(Exception):
        pass

    async def broken() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield bytes(CHUNK)
        raise BrokenOff

    async def cancelled() -> None:
        arrived = asyncio.Event()

        async def stalled() -> AsyncIterator[bytes]:
            for _ in range(20):
                yield bytes(CHUNK)
            arrived.set()
            await asyncio.Event().wait()

        task = asyncio.create_task(bench.store.write("b", stalled()))
        await arrived.wait()
        assert [key async for key, _, _ in store_of(bench).uploads()]
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    with pytest.raises(BrokenOff):
        bench(bench.store.write("a", broken()))
    bench(cancelled())
    assert uploads(bench) == bench.names() == []


_KILLED = """
import asyncio, json, sys
from sagwan.artifacts.objects.s3 import open_store

async def chunks():
    for _ in range(20):
        yield bytes(1 << 20)
    print("arrived", flush=True)
    await asyncio.Event().wait()

store = open_store(sys.argv[1], json.loads(sys.argv[2]))
asyncio.run(store.write("f/a", chunks()))
"""


def test_a_killed_upload_is_not_seen_and_swept_later(
    bench: Bench, opened: Open, ceph: Ceph, uri: str
) -> None:
    command = [sys.executable, "-c", _KILLED, uri, json.dumps(ceph.environ)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"arrived\n"
        process.send_signal(signal.SIGKILL)
    assert bench.names() == []
    bench.refuses(NotFound, bench.store.read("f/a"))
    assert len(uploads(bench)) == 1
    bench.put("f/a", b"later")
    bench(store_of(bench).sweep())
    assert len(uploads(bench)) == 1
    bench(store_of(opened(f"{uri}/f/b")).sweep(-60))
    assert len(uploads(bench)) == 1
    bench(store_of(bench).sweep(-60))
    assert uploads(bench) == []
    assert bench.get("f/a") == b"later"


_MEASURED = """
import asyncio, json, resource, sys
from sagwan.artifacts.objects.s3 import open_store

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

async def chunks():
    for _ in range(2400):
        yield bytes(65536)
        await asyncio.sleep(0)

async def main():
    store = open_store(sys.argv[1], json.loads(sys.argv[2]))
    async def small():
        yield b"x"
    await store.write("small", small())
    start = peak()
    await store.write("large", chunks())
    written = peak() - start
    async with await store.read("large") as reader:
        size = sum([len(chunk) async for chunk in reader.chunks()])
    await store.delete("large")
    await store.close()
    print(json.dumps([size, written, peak() - start]))

asyncio.run(main())
"""


def test_memory_is_bounded(ceph: Ceph, uri: str) -> None:
    command = [sys.executable, "-c", _MEASURED, uri, json.dumps(ceph.environ)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    size, written, read = json.loads(done.stdout)
    assert size == 2400 * 65536
    assert written < 100
    assert read < 100


# Settings.


def test_tls(opened: Open, ceph: Ceph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RETRY, "max_retries", 0)
    unknown = opened(MLFLOW_S3_ENDPOINT_URL=ceph.tls_url)
    message = unknown.refuses(Unavailable, unknown.store.write("a", stream([b"x"])))
    assert message.endswith("its TLS certificate is not trusted.")
    unknown.refuses(Unavailable, store_of(unknown).begin_upload("a"))
    for environ in (
        {"AWS_CA_BUNDLE": str(ceph.certificate)},
        {"MLFLOW_S3_IGNORE_TLS": "True"},
    ):
        bench = opened(MLFLOW_S3_ENDPOINT_URL=ceph.tls_url, **environ)
        store = store_of(bench)
        bench.put("a", b"x")
        assert bench.get("a") == b"x"
        upload_id = bench(store.begin_upload("a"))
        part = bench(store.write_part("a", upload_id, 1, stream([b"y"])))
        bench(store.complete_upload("a", upload_id, [part]))
        assert bench.get("a") == b"y"


@pytest.mark.parametrize("way", ["at once", "in parts", "signed", "signed parts"])
def test_extra_arguments(opened: Open, way: str) -> None:
    given = {
        "CacheControl": "no-store",
        "ContentType": "application/x-model",
        "Metadata": {"team": "vision"},
        "Tagging": "project=a%2Bb",
    }
    bench = opened(MLFLOW_S3_UPLOAD_EXTRA_ARGS=json.dumps(given))
    store = store_of(bench)
    if way == "signed":
        bench(send("PUT", bench(store.sign_upload("a.txt", 60)), b"x")).raise_for_status()
    elif way == "signed parts":
        upload_id = bench(store.begin_upload("a.txt"))
        part = bench(send_signed(store, "a.txt", upload_id, 1, b"x"))
        bench(store.complete_upload("a.txt", upload_id, [part]))
    else:
        bench.put("a.txt", *[bytes(CHUNK)] * (1 if way == "at once" else 9))
    headers = bench(send("GET", bench(store.sign_download("a.txt", 60)))).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Type"] == "application/x-model"
    assert headers["x-amz-meta-team"] == "vision"
    if way in ("at once", "signed"):
        # This Ceph forgets the tags of uploads in parts.
        answer = bench(store.requests.send("GET", store.key("a.txt"), {"tagging": ""}))
        assert b"<Key>project</Key><Value>a+b</Value>" in answer.content


def test_a_files_type_is_told_by_its_name(bench: Bench) -> None:
    for name, media_type in (("a.png", "image/png"), ("a.csv.gz", None), ("a", None)):
        bench.put(name, b"x")
        headers = bench(send("GET", bench(store_of(bench).sign_download(name, 60)))).headers
        assert "Content-Encoding" not in headers
        assert media_type is None or headers["Content-Type"] == media_type


def test_keys_of_a_profile(opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("boto3")
    file = tmp_path / "credentials"
    file.write_text(
        f"[team]\naws_access_key_id = {KEYS.key_id}\naws_secret_access_key = {KEYS.secret}\n"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    none = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
    bench = opened(AWS_PROFILE="team", **none)
    bench.put("a", b"x")
    assert bench.get("a") == b"x"
    store = store_of(bench)
    upload_id = bench(store.begin_upload("a"))
    part = bench(send_signed(store, "a", upload_id, 1, b"y"))
    bench(store.complete_upload("a", upload_id, [part]))
    assert bench(send("GET", bench(store.sign_download("a", 60)))).content == b"y"


def test_without_keys_nothing_is_signed(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_keys, "find_spec", lambda name: None)
    bench = opened(AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="", HOME=str(tmp_path))
    message = bench.refuses(NotImplementedByStore, store_of(bench).begin_upload("a"))
    assert "has no keys to sign" in message
    bench(store_of(bench).sweep())


def test_unsigned_requests_are_refused_by_a_private_bucket(opened: Open) -> None:
    bench = opened(MLFLOW_EXPERIMENTAL_S3_SIGNATURE_VERSION="unsigned")
    bench.refuses(PermissionDenied, bench.store.list_folder())
