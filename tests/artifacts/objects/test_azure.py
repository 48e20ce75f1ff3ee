import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import obstore
import pytest
from obstore.exceptions import PermissionDeniedError

from sagwan.artifacts.base import SignedUrl, UploadedPart, UploadsInParts
from sagwan.artifacts.objects import azure, azure_blocks, upload
from sagwan.artifacts.open import open_artifacts
from sagwan.errors import (
    InvalidParameter,
    NotFound,
    NotImplementedByStore,
    PermissionDenied,
    SagwanError,
    Unavailable,
)
from sagwan.testing.artifacts.bench import Bench, stream
from sagwan.testing.artifacts.parts import (
    EXPIRES,
    ROADS,
    PartUploadConformance,
    send_through_server,
    uploads,
)
from sagwan.testing.artifacts.signed import SignedUrlConformance, send, signs
from sagwan.testing.artifacts.suite import ArtifactStoreConformance, OpenStore, pattern
from tests.support.artifacts import ArtifactService
from tests.support.artifacts.azurite import ACCOUNT, CONTAINER, KEY, service, shared
from tests.support.artifacts.relay import Relay
from tests.support.server import free_port

pytestmark = pytest.mark.xdist_group("azurite")

MiB = 1024 * 1024
HOST = f"{ACCOUNT}.blob.core.windows.net"
WRONG_KEY = "c2VjcmV0" * 8
Open = Callable[..., Bench]


@pytest.fixture
def place() -> Iterator[ArtifactService]:
    with service() as found:
        yield found


@pytest.fixture
def open_bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens a store at a URI with a connection string. What is over 1 MiB goes there in parts."""
    for name in ("PART", "UNSIZED_PART"):
        monkeypatch.setattr(upload, name, MiB, raising=False)
    monkeypatch.setattr(azure_blocks, "BLOCK", MiB)
    with asyncio.Runner() as runner:
        benches: list[Bench] = []

        def open_it(uri: str, text: str) -> Bench:
            environ = {"AZURE_STORAGE_CONNECTION_STRING": text}
            benches.append(Bench(lambda: azure.open_store(uri, environ), runner))
            return benches[-1]

        yield open_it
        for bench in benches:
            bench.close()


@pytest.fixture
def bench(place: ArtifactService, open_bench: Open) -> Bench:
    return open_bench(place.uri, place.environ["AZURE_STORAGE_CONNECTION_STRING"])


class TestAzure(ArtifactStoreConformance):
    FOLDERS = False
    SNAPSHOTS = False

    @pytest.fixture
    def open_store(self, place: ArtifactService) -> OpenStore:
        return lambda: azure.open_store(place.uri, place.environ)


class TestSignedUrls(SignedUrlConformance):
    pass


class TestParts(PartUploadConformance):
    PART = 1
    CHECKS_TAGS = False
    KNOWS_COMPLETED = False

    @pytest.fixture(autouse=True)
    def no_tags(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Azure gives no ETag to a block that is put; MLflow's client then takes "" for it."""

        async def send_signed(
            store: UploadsInParts, path: str, upload_id: str, number: int, content: bytes
        ) -> UploadedPart:
            signed = await store.sign_part(path, upload_id, number, EXPIRES)
            answer = await send("PUT", signed, content)
            answer.raise_for_status()
            return UploadedPart(number, answer.headers.get("ETag", ""))

        monkeypatch.setitem(ROADS, "signed", send_signed)

    def test_uploads_to_one_path_do_not_mix(self, bench: Bench) -> None:
        """Azure keeps blocks for a path, and a commit drops all that it does not take."""
        store = uploads(bench)
        ids = [bench(store.begin_upload("a")) for _ in range(2)]
        parts = [
            bench(send_through_server(store, "a", upload_id, 1, upload_id.encode()))
            for upload_id in ids
        ]
        bench(store.complete_upload("a", ids[1], [parts[1]]))
        bench.refuses(NotFound, store.complete_upload("a", ids[0], [parts[0]]))
        assert bench.get("a") == ids[1].encode()


@pytest.mark.parametrize(
    "uri",
    [f"wasbs://no-such-container@{HOST}/a", "abfss://files@nobody.dfs.core.windows.net/a"],
)
def test_opening_connects_to_nothing(uri: str) -> None:
    store = open_artifacts(uri, {})
    assert isinstance(store, azure.AzureArtifactStore)
    assert store.name == uri


def test_the_container_itself_may_be_the_root(open_bench: Open) -> None:
    uri = f"wasbs://{CONTAINER}@{HOST}"
    bench = open_bench(uri, shared().connection_string)
    bench.put("root/a b.txt", b"x")
    assert bench.get("root/a b.txt") == b"x"
    assert "root/" in bench.names()
    bench(bench.store.delete("root"))
    assert "root/" not in bench.names()


def test_both_schemes_lead_to_the_same_files(place: ArtifactService, open_bench: Open) -> None:
    text = shared().connection_string
    open_bench(place.uri, text).put("a", b"x")
    other = place.uri.replace("wasbs:", "abfss:").replace(".blob.", ".dfs.")
    assert open_bench(other, text).get("a") == b"x"


def test_variables_of_the_process_that_say_something_else(
    bench: Bench, place: ArtifactService, open_bench: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AZURE_STORAGE_ACCOUNT_NAME": "other",
        "AZURE_STORAGE_ACCOUNT_KEY": WRONG_KEY,
        "AZURE_STORAGE_SAS_TOKEN": "sig=x",
        "AZURE_STORAGE_TOKEN": "x",
        "AZURE_STORAGE_ENDPOINT": "http://127.0.0.1:1/x",
        "AZURE_STORAGE_USE_EMULATOR": "true",
        "AZURE_SKIP_SIGNATURE": "true",
        "AZURE_CONTAINER_NAME": "other",
    }.items():
        monkeypatch.setenv(name, value)
    other = open_bench(place.uri, place.environ["AZURE_STORAGE_CONNECTION_STRING"])
    other.put("a", b"x")
    assert bench.get("a") == b"x"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.html", "text/html"), ("a", "application/octet-stream"), ("a.csv.gz", None)],
)
def test_media_types_are_stored_and_encodings_are_not(
    bench: Bench, name: str, media_type: str | None
) -> None:
    """A client that gets a part of a file by a signed URL would try to unpack it."""
    bench.put(name, b"x")
    upload_id = bench(uploads(bench).begin_upload(f"parts/{name}"))
    part = bench(send_through_server(uploads(bench), f"parts/{name}", upload_id, 1, b"x"))
    bench(uploads(bench).complete_upload(f"parts/{name}", upload_id, [part]))
    for path in (name, f"parts/{name}"):
        answer = bench(send("GET", bench(signs(bench).sign_download(path, EXPIRES))))
        assert media_type in (None, answer.headers["Content-Type"])
        assert "Content-Encoding" not in answer.headers
        assert answer.content == b"x"


# A shared access signature instead of a key.


@pytest.fixture
def with_sas(place: ArtifactService, open_bench: Open) -> Bench:
    sas = shared().container_sas("racwdl")
    text = f"BlobEndpoint={shared().endpoint};SharedAccessSignature={sas}"
    return open_bench(place.uri, text)


def test_a_shared_access_signature_is_enough(with_sas: Bench) -> None:
    bench = with_sas
    for name in ("a b", "100%", "größe", "plus+and&and="):
        bench.put(f"f/{name}", name.encode())
        assert bench.get(f"f/{name}") == name.encode()
    assert len(bench.names("f")) == 4
    bench.put("large", pattern(3 * MiB))
    assert bench.get("large") == pattern(3 * MiB)
    bench(bench.store.delete("f"))
    assert bench.names() == ["large"]


def test_a_shared_access_signature_is_not_handed_out(with_sas: Bench) -> None:
    bench = with_sas
    upload_id = bench(uploads(bench).begin_upload("a b"))
    for call in (
        signs(bench).sign_download("a b", EXPIRES),
        signs(bench).sign_upload("a b", EXPIRES),
        uploads(bench).sign_part("a b", upload_id, 1, EXPIRES),
    ):
        bench.refuses(NotImplementedByStore, call)
    part = bench(send_through_server(uploads(bench), "a b", upload_id, 1, b"parts"))
    bench(uploads(bench).complete_upload("a b", upload_id, [part]))
    assert bench.get("a b") == b"parts"


@pytest.mark.parametrize("name", ["a", "a b"])
def test_a_login_that_can_not_sign(
    place: ArtifactService, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Whoever logs in without a key signs by a right of its own, and obstore not every name."""

    async def refuse(*_: object) -> None:
        raise PermissionDeniedError("403")

    monkeypatch.setattr(obstore, "sign_async", refuse)
    with asyncio.Runner() as runner:
        bench = Bench(lambda: azure.open_store(place.uri, {}), runner)
        for call in (
            signs(bench).sign_download(name, EXPIRES),
            signs(bench).sign_upload(name, EXPIRES),
        ):
            bench.refuses(NotImplementedByStore, call)
        message = bench.refuses(NotImplementedByStore, uploads(bench).begin_upload(name))
        assert message.startswith("Multipart upload is not supported")
        bench.close()


def test_lists_of_several_pages(place: ArtifactService, open_bench: Open) -> None:
    """A relay asks for pages of three, which a signature in the URL doesn't forbid."""

    def small_pages(target: str) -> str:
        return f"{target}&maxresults=3" if "comp=list" in target else target

    with Relay(shared().port, small_pages) as relay:
        endpoint = f"http://127.0.0.1:{relay.port}/{ACCOUNT}"
        sas = shared().container_sas("racwdl")
        bench = open_bench(place.uri, f"BlobEndpoint={endpoint};SharedAccessSignature={sas}")
        for i in range(10):
            bench.put(f"f/{i}", b"x")
            bench.put(f"f/d{i}/x", b"x")
        before = len(relay.requests)
        assert bench.names("f") == [*map(str, range(10)), *(f"d{i}/" for i in range(10))]
        assert len(relay.requests) - before >= 7
        bench(bench.store.delete("f"))
        assert bench.names() == []


# Whole or not at all.


def test_large_writes_to_one_path_end_as_one_of_them(bench: Bench) -> None:
    contents = [pattern(3 * MiB, seed) for seed in range(3)]

    async def write_all() -> None:
        await asyncio.gather(
            *(bench.store.write("a", stream([c[: 2 * MiB], c[2 * MiB :]])) for c in contents)
        )

    bench(write_all())
    assert bench.get("a") in contents


def test_large_writes_and_uploads_in_parts_do_not_mix(bench: Bench) -> None:
    store = uploads(bench)
    upload_id = bench(store.begin_upload("a"))
    part = bench(send_through_server(store, "a", upload_id, 1, b"parts"))
    bench.put("a", pattern(3 * MiB))
    bench.refuses(NotFound, store.complete_upload("a", upload_id, [part]))
    assert bench.get("a") == pattern(3 * MiB)

    async def completed_midway() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield bytes(MiB)
        upload_id = await store.begin_upload("a")
        part = await send_through_server(store, "a", upload_id, 1, b"parts")
        await store.complete_upload("a", upload_id, [part])
        yield bytes(MiB)

    bench(bench.store.write("a", completed_midway()))
    assert bench.get("a") in (bytes(4 * MiB), b"parts")


def test_an_upload_in_parts_outlives_the_server(
    bench: Bench, place: ArtifactService, open_bench: Open
) -> None:
    text = place.environ["AZURE_STORAGE_CONNECTION_STRING"]
    upload_id = bench(uploads(bench).begin_upload("a"))
    first = bench(send_through_server(uploads(bench), "a", upload_id, 1, b"1"))
    other = open_bench(place.uri, text)
    second = other(send_through_server(uploads(other), "a", upload_id, 2, b"2"))
    third = open_bench(place.uri, text)
    third(uploads(third).complete_upload("a", upload_id, [first, second]))
    assert bench.get("a") == b"12"


def test_parts_through_the_server_are_several_blocks(bench: Bench) -> None:
    store, content = uploads(bench), pattern(3 * MiB)
    upload_id = bench(store.begin_upload("a"))
    parts = [
        bench(send_through_server(store, "a", upload_id, number, content)) for number in (2, 1)
    ]
    bench.refuses(InvalidParameter, store.complete_upload("a", upload_id, [parts[0], *parts]))
    beyond = UploadedPart(1, parts[1].etag.replace("-3", "-4"))
    bench.refuses(InvalidParameter, store.complete_upload("a", upload_id, [beyond]))
    bench(store.complete_upload("a", upload_id, parts))
    assert bench.get("a") == content * 2


WRITER = """
import asyncio, os, sys
from sagwan.artifacts.objects.azure import open_store

async def chunks():
    for _ in range(40):
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
        env={**os.environ, **place.environ, "PYTHONPATH": str(Path(azure.__file__).parents[3])},
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"half\n"
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    assert bench.names("f") == (["a"] if before else [])
    for content in (pattern(3 * MiB), b"new"):
        bench.put("f/a", content)
        assert bench.get("f/a") == content


# Errors.


def every_call(bench: Bench) -> list[SagwanError]:
    """What each call of a store that can't be used raises."""
    store = bench.store
    assert isinstance(store, azure.AzureArtifactStore)
    part = UploadedPart(1, "")
    errors = []
    for call in (
        store.list_folder("f"),
        store.read("f/a"),
        store.stat("f/a"),
        store.write("f/a", stream([b"x"])),
        store.write("f/a", stream([bytes(MiB)] * 3)),
        store.delete("f/a"),
        store.begin_upload("f/a"),
        store.write_part("f/a", "0" * 16, 1, stream([b"x"])),
        store.complete_upload("f/a", "0" * 16, [part]),
        store.abort_upload("f/a", "0" * 16),
    ):
        with pytest.raises(SagwanError) as caught:
            bench(call)
        errors.append(caught.value)
    return errors


def check_secrets(bench: Bench, errors: list[SagwanError], log: str, *secrets: str) -> None:
    shown = [log, repr(bench.store), repr(vars(bench.store))]
    for error in errors:
        shown += [error.message, repr(error), repr(error.__cause__), repr(error.__context__)]
    for secret in (*secrets, "sig=", "Signature="):
        assert not any(secret in text for text in shown), secret


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


def test_a_wrong_key(
    place: ArtifactService, open_bench: Open, everything_logged: pytest.LogCaptureFixture
) -> None:
    bench = open_bench(place.uri, shared().connection_string.replace(KEY, WRONG_KEY))
    errors = every_call(bench)
    assert {type(error) for error in errors} == {PermissionDenied}
    assert all(place.uri in error.message for error in errors)
    check_secrets(bench, errors, everything_logged.text, WRONG_KEY)


def test_a_signature_that_allows_little(place: ArtifactService, open_bench: Open) -> None:
    text = f"BlobEndpoint={shared().endpoint};SharedAccessSignature={{}}"
    open_bench(place.uri, text.format(shared().container_sas("racwdl"))).put("f/a", b"x")
    bench = open_bench(place.uri, text.format(shared().container_sas("rl")))
    assert bench.names("f") == ["a"]
    assert bench.get("f/a") == b"x"
    for call in (
        bench.store.write("f/a", stream([b"y"])),
        bench.store.delete("f/a"),
        uploads(bench).begin_upload("f/a"),
    ):
        bench.refuses(PermissionDenied, call)


def test_a_missing_container(open_bench: Open, everything_logged: pytest.LogCaptureFixture) -> None:
    uri = f"wasbs://no-such-container@{HOST}/a"
    bench = open_bench(uri, shared().connection_string)
    errors = every_call(bench)
    assert {type(error) for error in errors} == {Unavailable}
    for error in errors:
        assert uri in error.message
        assert "there is no such bucket or container (ContainerNotFound)" in error.message
    check_secrets(bench, errors, everything_logged.text, KEY)


def test_a_store_that_is_down(
    place: ArtifactService,
    open_bench: Open,
    everything_logged: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(azure.RETRY, "max_retries", 1)
    monkeypatch.setattr(azure_blocks, "FIRST_WAIT", 0.001)
    text = shared().connection_string.replace(f":{shared().port}/", f":{free_port()}/")
    bench = open_bench(place.uri, text)
    errors = every_call(bench)
    assert {type(error) for error in errors} == {Unavailable}
    for error in errors:
        assert place.uri in error.message
        assert "can't be used at the moment" in error.message
    check_secrets(bench, errors, everything_logged.text, KEY)


def test_signed_urls_are_not_logged(
    bench: Bench, everything_logged: pytest.LogCaptureFixture
) -> None:
    store = uploads(bench)
    upload_id = bench(store.begin_upload("a"))
    part = bench(send_through_server(store, "a", upload_id, 1, b"x"))
    bench(store.complete_upload("a", upload_id, [part]))
    signed = bench(signs(bench).sign_download("a", EXPIRES))
    assert "sig=" in signed.url
    check_secrets(bench, [], everything_logged.text, KEY)


def test_requests_that_fail_are_tried_again(
    place: ArtifactService, open_bench: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(azure_blocks, "FIRST_WAIT", 0.001)
    with Relay(shared().port) as relay:
        endpoint = f"http://127.0.0.1:{relay.port}/{ACCOUNT}"
        sas = shared().container_sas("racwdl")
        bench = open_bench(place.uri, f"BlobEndpoint={endpoint};SharedAccessSignature={sas}")
        store = uploads(bench)
        relay.failures = ["503", "cut"]
        upload_id = bench(store.begin_upload("a"))
        relay.failures = ["cut"]
        part = bench(send_through_server(store, "a", upload_id, 1, b"x"))
        relay.failures = ["503"] * 10
        message = bench.refuses(Unavailable, store.complete_upload("a", upload_id, [part]))
        assert "503" in message
        relay.failures = []
        bench(store.complete_upload("a", upload_id, [part]))
        assert bench.get("a") == b"x"


def test_a_url_that_was_tampered_with(bench: Bench) -> None:
    bench.put("a", b"x")
    signed = bench(signs(bench).sign_download("a", EXPIRES))
    for old, new in (("sp=r", "sp=rw"), ("se=20", "se=21"), ("sig=", "sig=A"), ("sr=b", "sr=c")):
        assert old in signed.url
        forged = SignedUrl(signed.url.replace(old, new), signed.headers)
        assert bench(send("GET", forged)).status_code in (400, 403)


def test_a_part_s_url_is_for_one_part(bench: Bench) -> None:
    """The signature is the path's, as Azure's rules are: another block of it may be put."""
    store = uploads(bench)
    bench.put("b", b"kept")
    upload_id = bench(store.begin_upload("a"))
    signed = bench(store.sign_part("a", upload_id, 1, EXPIRES))
    forged = SignedUrl(signed.url.replace("/a?", "/b?"))
    assert bench(send("PUT", forged, b"x")).status_code == 403
    assert bench(send("GET", signed)).status_code in (400, 403)
    assert bench.get("b") == b"kept"
