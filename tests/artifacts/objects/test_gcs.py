import asyncio
import gc
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from google.api_core.exceptions import RetryError

from sagwan.artifacts.base import SignedUrl
from sagwan.artifacts.objects import gcs, gcs_bucket
from sagwan.artifacts.open import open_artifacts
from sagwan.errors import (
    InvalidParameter,
    NotImplementedByStore,
    PermissionDenied,
    SagwanError,
    Unavailable,
)
from sagwan.testing.artifacts.bench import Bench, stream
from sagwan.testing.artifacts.signed import EXPIRES, SignedUrlConformance, send, signs
from sagwan.testing.artifacts.suite import ArtifactStoreConformance, OpenStore, pattern
from tests.support.artifacts import ArtifactService
from tests.support.artifacts.gcs import BUCKET, service, shared
from tests.support.artifacts.relay import Relay
from tests.support.server import free_port

pytestmark = pytest.mark.xdist_group("gcs")

PART = 256 * 1024
Open = Callable[..., Bench]


@pytest.fixture
def place() -> Iterator[ArtifactService]:
    with service() as found:
        yield found


@pytest.fixture
def open_bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens a store at a URI with some variables. Its requests are small."""
    for module, name in ((gcs_bucket, "PART"), (gcs, "PART"), (gcs, "RANGE")):
        monkeypatch.setattr(module, name, PART)
    with asyncio.Runner() as runner:
        benches: list[Bench] = []

        def open_it(uri: str, **environ: str) -> Bench:
            benches.append(Bench(lambda: gcs.open_store(uri, environ), runner))
            return benches[-1]

        yield open_it
        for bench in benches:
            bench.close()


@pytest.fixture
def bench(place: ArtifactService, open_bench: Open) -> Bench:
    return open_bench(place.uri, GOOGLE_APPLICATION_CREDENTIALS=shared().account, **place.environ)


@pytest.fixture
def relay() -> Iterator[Relay]:
    with Relay(shared().port) as relay:
        yield relay


@pytest.fixture
def relayed(place: ArtifactService, open_bench: Open, relay: Relay) -> Bench:
    """A store behind the relay."""
    return open_bench(place.uri, STORAGE_EMULATOR_HOST=f"127.0.0.1:{relay.port}/")


class TestGcs(ArtifactStoreConformance):
    FOLDERS = False
    SNAPSHOTS = False

    @pytest.fixture
    def open_store(self, place: ArtifactService) -> OpenStore:
        return lambda: gcs.open_store(place.uri, place.environ)


class TestSignedUrls(SignedUrlConformance):
    pass


# URIs and variables.


@pytest.mark.parametrize("uri", ["gs://no-such-bucket", "gs://no-such-bucket/a/b/"])
def test_opening_connects_to_nothing(uri: str) -> None:
    assert isinstance(open_artifacts(uri, {}), gcs.GcsArtifactStore)


@pytest.mark.parametrize(
    "uri",
    [
        "gs:///a",
        "gs://SECRET@bucket/a",
        "gs://bucket:SECRET/a",
        "gs://bucket/a?SECRET",
        "gs://bucket/a#SECRET",
        "gs://bucket/a/../b",
        "gs://[SECRET",
    ],
)
def test_uris_that_name_no_bucket(uri: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        gcs.open_store(uri, {})
    assert "gs://BUCKET/PATH" in refused.value.message
    assert "SECRET" not in refused.value.message


@pytest.mark.parametrize(
    "content",
    [
        None,
        "SECRET",
        "[]",
        "{}",
        '{"type": "service_account", "private_key": "SECRET"}',
        '{"type": "service_account", "private_key": "SECRET", "client_email": "x",'
        ' "token_uri": "y"}',
    ],
)
def test_a_file_without_credentials(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "account.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(InvalidParameter) as refused:
        gcs.open_store("gs://bucket/a", {"GOOGLE_APPLICATION_CREDENTIALS": str(file)})
    assert f"no file with credentials at '{file}'" in refused.value.message
    assert "SECRET" not in refused.value.message


@pytest.mark.parametrize(
    ("wait", "timeout"),
    [("", (5.0, 60.0)), ("90", (5.0, 90.0)), ("-1", None), ("0", (5.0, 60.0)), ("x", (5.0, 60.0))],
)
def test_the_time_that_a_request_may_take(wait: str, timeout: tuple[float, float] | None) -> None:
    environ = {"MLFLOW_ARTIFACT_UPLOAD_DOWNLOAD_TIMEOUT": wait}
    assert gcs_bucket.read_settings(environ).timeout == timeout


def test_the_bucket_itself_may_be_the_root(place: ArtifactService, open_bench: Open) -> None:
    bench = open_bench(f"gs://{BUCKET}", **place.environ)
    bench.put("root/a b.txt", b"x")
    assert bench.get("root/a b.txt") == b"x"
    assert "root/" in bench.names()
    bench(bench.store.delete("root"))
    assert "root/" not in bench.names()


def test_a_name_that_is_too_long(bench: Bench) -> None:
    path = "/".join(["ü" * 100] * 6)
    message = bench.refuses(InvalidParameter, bench.store.write(path, stream([b"x"])))
    assert "too long" in message


def test_lists_of_several_pages(place: ArtifactService, open_bench: Open) -> None:
    def small_pages(target: str) -> str:
        return f"{target}&maxResults=3" if "prefix=" in target else target

    with Relay(shared().port, small_pages) as relay:
        bench = open_bench(place.uri, STORAGE_EMULATOR_HOST=f"http://127.0.0.1:{relay.port}")
        for i in range(10):
            bench.put(f"f/{i}", b"x")
            bench.put(f"f/d{i}/x", b"x")
        before = len(relay.requests)
        assert bench.names("f") == [*map(str, range(10)), *(f"d{i}/" for i in range(10))]
        assert len(relay.requests) - before >= 7
        bench(bench.store.delete("f"))
        assert bench.names() == []


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.html", "text/html"),
        ("a", "application/octet-stream"),
        ("a.csv.gz", "application/octet-stream"),
    ],
)
@pytest.mark.parametrize("size", [1, PART + 1])
def test_media_types_are_stored_and_encodings_are_not(
    bench: Bench, name: str, media_type: str, size: int
) -> None:
    bench.put(name, pattern(size))
    answer = bench(send("GET", bench(signs(bench).sign_download(name, EXPIRES))))
    assert answer.headers["Content-Type"] == media_type
    assert answer.content == pattern(size)


# Whole or not at all.


@pytest.mark.parametrize("size", [PART - 1, PART, PART + 1, 2 * PART, 2 * PART + 1, 3 * PART])
def test_sizes_around_those_of_requests(bench: Bench, size: int) -> None:
    content = pattern(size)
    half = size // 2
    bench.put("a", content[:half], content[half:])
    assert bench.get("a") == content
    assert bench.get("a", 1, size - 1) == content[1:-1]


async def broken(relay: Relay, failures: list[str]) -> AsyncIterator[bytes]:
    yield bytes(PART)
    yield bytes(PART)
    yield bytes(PART)
    relay.failures = failures
    raise KeyError("broken off")


def test_an_upload_that_breaks_off_is_given_up(relayed: Bench, relay: Relay) -> None:
    with pytest.raises(KeyError):
        relayed(relayed.store.write("a", broken(relay, [])))
    deleted = [target for method, target in relay.requests if method == "DELETE"]
    assert len(deleted) == 1
    assert "uploadType=resumable&upload_id=" in deleted[0]
    assert relayed.names() == []


def test_an_upload_that_can_t_be_given_up_is_never_finished(
    relayed: Bench, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gcs_bucket, "RETRY", gcs_bucket.RETRY.with_timeout(0.2))
    with pytest.raises(KeyError):
        relayed(relayed.store.write("a", broken(relay, ["cut"] * 100)))
    relay.failures = []
    gc.collect()
    assert relayed.names() == []


def test_requests_that_fail_are_tried_again(relayed: Bench, relay: Relay) -> None:
    async def failing() -> AsyncIterator[bytes]:
        for i in range(4):
            relay.failures = [["503"], ["cut"], ["500"], []][i]
            yield content[i * PART : (i + 1) * PART]

    content = pattern(4 * PART)
    relayed(relayed.store.write("a", failing()))
    relay.failures = ["503"]
    assert relayed.names() == ["a"]
    relay.failures = ["cut", "503"]
    assert relayed.get("a") == content


def test_a_request_is_given_up_in_seconds_and_not_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = now = 1000.0
    tries = 0

    class Clock:
        @staticmethod
        def monotonic() -> float:
            return now

        @staticmethod
        def sleep(seconds: float) -> None:
            nonlocal now
            now += seconds

    @gcs_bucket.RETRY
    def refused() -> None:
        nonlocal tries
        tries += 1
        raise ConnectionError

    for module in ("retry_unary", "retry_base"):
        monkeypatch.setattr(f"google.api_core.retry.{module}.time", Clock)
    with pytest.raises(RetryError):
        refused()
    assert now - begun < 5
    assert tries > 3


WRITER = """
import asyncio, os, sys
from sagwan.artifacts.objects.gcs import open_store

async def chunks():
    for _ in range(20):
        yield bytes(1024 * 1024)
    print("half", flush=True)
    await asyncio.Event().wait()

async def main():
    await open_store(sys.argv[1], os.environ).write("f/a", chunks())

asyncio.run(main())
"""


@pytest.mark.parametrize("before", [b"", b"old"])
def test_a_killed_upload_leaves_nothing(
    bench: Bench, place: ArtifactService, before: bytes
) -> None:
    if before:
        bench.put("f/a", before)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, place.uri],
        stdout=subprocess.PIPE,
        env={**os.environ, **place.environ, "PYTHONPATH": str(Path(gcs.__file__).parents[3])},
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"half\n"
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    assert bench.names("f") == (["a"] if before else [])
    for content in (pattern(2 * PART), b"new"):
        bench.put("f/a", content)
        assert bench.get("f/a") == content


# Signed URLs.


def test_without_a_key_nothing_is_signed(place: ArtifactService, open_bench: Open) -> None:
    bench = open_bench(place.uri, **place.environ)
    for call in (signs(bench).sign_download("a", 60), signs(bench).sign_upload("a", 60)):
        bench.refuses(NotImplementedByStore, call)


def test_a_url_that_was_tampered_with(bench: Bench) -> None:
    bench.put("a", b"x")
    signed = bench(signs(bench).sign_download("a", EXPIRES))
    assert bench(send("GET", signed)).content == b"x"
    for old, new in (
        ("Expires=600", "Expires=601"),
        ("Signature=", "Signature=00"),
        ("Date=2", "Date=3"),
    ):
        assert old in signed.url
        forged = SignedUrl(signed.url.replace(old, new))
        assert bench(send("GET", forged)).status_code == 403


def test_a_time_that_is_too_long(bench: Bench) -> None:
    bench.refuses(InvalidParameter, signs(bench).sign_download("a", 8 * 24 * 3600))


# Errors.


def every_call(bench: Bench) -> list[SagwanError]:
    """What each call of a store that can't be used raises."""
    store = bench.store
    errors = []
    for call in (
        store.list_folder("f"),
        store.read("f/a"),
        store.stat("f/a"),
        store.write("f/a", stream([b"x"])),
        store.write("f/a", stream([bytes(PART)] * 3)),
        store.delete("f/a"),
    ):
        with pytest.raises(SagwanError) as caught:
            bench(call)
        errors.append(caught.value)
    return errors


def check_secrets(bench: Bench, errors: list[SagwanError], log: str) -> None:
    account = json.loads(Path(shared().account).read_text())
    store = bench.store
    assert isinstance(store, gcs.GcsArtifactStore)
    shown = [log, repr(store), repr(vars(store)), repr(vars(store.bucket))]
    for error in errors:
        shown += [error.message, repr(error), repr(error.__cause__)]
        assert error.__suppress_context__
    for secret in (account["private_key"][100:150], "Signature="):
        assert not any(secret in text for text in shown)


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.fixture
def little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gcs_bucket, "RETRY", gcs_bucket.RETRY.with_timeout(0.2))


def test_a_missing_bucket(
    place: ArtifactService, open_bench: Open, everything_logged: pytest.LogCaptureFixture
) -> None:
    bench = open_bench("gs://no-such-bucket/a", **place.environ)
    errors = every_call(bench)
    assert {type(error) for error in errors} == {Unavailable}
    assert {error.message for error in errors} == {
        "The artifact store gs://no-such-bucket/a can't be used at the moment: there is no such"
        " bucket."
    }
    check_secrets(bench, errors, everything_logged.text)


@pytest.mark.usefixtures("little_patience")
def test_a_store_that_is_down(
    place: ArtifactService, open_bench: Open, everything_logged: pytest.LogCaptureFixture
) -> None:
    bench = open_bench(
        place.uri,
        STORAGE_EMULATOR_HOST=f"http://127.0.0.1:{free_port()}",
        GOOGLE_APPLICATION_CREDENTIALS=shared().account,
    )
    errors = every_call(bench)
    assert {type(error) for error in errors} == {Unavailable}
    assert {error.message for error in errors} == {
        f"The artifact store {place.uri} can't be used at the moment: the connection was refused."
    }
    check_secrets(bench, errors, everything_logged.text)


@pytest.mark.usefixtures("little_patience")
@pytest.mark.parametrize(
    ("failure", "error", "text"),
    [
        ("401", PermissionDenied, "does not accept the server's credentials"),
        ("403", PermissionDenied, "does not allow this for 'f"),
        ("429", Unavailable, "it answered 429"),
        ("500", Unavailable, "it answered 500"),
        ("cut", Unavailable, "the connection was cut"),
    ],
)
def test_a_store_that_refuses(
    relayed: Bench, relay: Relay, failure: str, error: type[SagwanError], text: str
) -> None:
    relay.failures = [failure] * 1000
    for raised in every_call(relayed):
        assert type(raised) is error
        assert text in raised.message


@pytest.mark.usefixtures("little_patience")
@pytest.mark.parametrize(("failure", "error"), [("400", PermissionDenied), ("cut", Unavailable)])
def test_a_key_that_gets_no_token(
    tmp_path: Path,
    open_bench: Open,
    relay: Relay,
    everything_logged: pytest.LogCaptureFixture,
    failure: str,
    error: type[SagwanError],
) -> None:
    account = json.loads(Path(shared().account).read_text())
    account["token_uri"] = f"http://127.0.0.1:{relay.port}/token"
    file = tmp_path / "account.json"
    file.write_text(json.dumps(account))
    relay.failures = [failure] * 1000
    bench = open_bench(f"gs://{BUCKET}/a", GOOGLE_APPLICATION_CREDENTIALS=str(file))
    message = bench.refuses(error, bench.store.read("a"))
    assert f"gs://{BUCKET}/a" in message
    assert {target for _, target in relay.requests} == {"/token"}
    check_secrets(bench, [], everything_logged.text)


def test_a_file_that_is_deleted_while_it_is_read(bench: Bench) -> None:
    async def read() -> None:
        async with await bench.store.read("a") as opened:
            await bench.store.delete("a")
            async for _ in opened.chunks():
                pass

    bench.put("a", pattern(PART))
    assert bench.refuses(Unavailable, read()) == "The artifact changed while it was being read: 'a'"
