"""Logins of Microsoft Entra ID, with a stand-in for it and Azurite, which takes its tokens."""

import asyncio
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from sagwan.artifacts.base import UploadedPart
from sagwan.artifacts.objects import azure
from sagwan.artifacts.objects.azure_account import Account, Place
from sagwan.errors import NotImplementedByStore, PermissionDenied
from sagwan.testing.artifacts.bench import Bench, stream
from sagwan.testing.artifacts.parts import EXPIRES, send_through_server, uploads
from sagwan.testing.artifacts.signed import signs
from sagwan.testing.artifacts.suite import pattern
from tests.support.artifacts.azurite import ACCOUNT, CONTAINER, Azurite
from tests.support.artifacts.entra import CLIENT, SECRET, TENANT, Entra

pytestmark = pytest.mark.xdist_group("azurite")

URI = f"wasbs://{CONTAINER}@{ACCOUNT}.blob.core.windows.net/"
Open = Callable[..., Bench]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificate")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1".split()
    command += ["-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-addext", "basicConstraints=critical,CA:FALSE"]
    command += ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def azurite(certificate: Path) -> Iterator[Azurite]:
    server = Azurite(certificate)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def open_bench(
    azurite: Azurite, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Open]:
    """Opens a store at a path in the container by a client's secret."""

    def account(place: Place, environ: object) -> Account:
        # Which the URI would name if this were Azure.
        return Account(ACCOUNT, azurite.endpoint)

    monkeypatch.setattr(azure, "find_account", account)
    cert = certificate / "cert.pem"
    monkeypatch.setitem(azure.CLIENT, "root_certificate", cert.read_text())
    monkeypatch.setitem(azure.RETRY, "max_retries", 1)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    with Entra(certificate) as entra, asyncio.Runner() as runner:
        benches: list[Bench] = []

        def open_it(path: str, secret: str = SECRET) -> Bench:
            environ = {
                "AZURE_AUTHORITY_HOST": f"https://127.0.0.1:{entra.port}",
                "AZURE_TENANT_ID": TENANT,
                "AZURE_CLIENT_ID": CLIENT,
                "AZURE_CLIENT_SECRET": secret,
            }
            benches.append(Bench(lambda: azure.open_store(URI + path, environ), runner))
            return benches[-1]

        yield open_it
        for bench in benches:
            bench.close()


def test_a_client_s_secret_is_enough(open_bench: Open) -> None:
    bench = open_bench("files")
    for name in ("a", "a b", "größe", "100%"):
        bench.put(f"f/{name}", name.encode())
        assert bench.get(f"f/{name}") == name.encode()
    assert bench.names("f") == ["100%", "a", "a b", "größe"]
    bench(bench.store.delete("f"))
    assert bench.names() == []


def test_urls_are_signed_with_a_key_that_azure_lends(open_bench: Open, certificate: Path) -> None:
    bench = open_bench("signed")
    trusted = ssl.create_default_context(cafile=certificate / "cert.pem")
    upload = bench(signs(bench).sign_upload("f/a.txt", EXPIRES))
    download = bench(signs(bench).sign_download("f/a.txt", EXPIRES))
    with httpx.Client(verify=trusted) as client:
        client.put(upload.url, content=b"x", headers=upload.headers).raise_for_status()
        assert client.get(download.url, headers=download.headers).content == b"x"
        forged = download.url.replace("sp=r", "sp=rw")
        assert client.get(forged).status_code == 403
    bench.refuses(NotImplementedByStore, signs(bench).sign_download("f/a b.txt", EXPIRES))


def test_uploads_in_parts(open_bench: Open, certificate: Path) -> None:
    bench = open_bench("parts")
    store = uploads(bench)
    upload_id = bench(store.begin_upload("a"))
    signed = bench(store.sign_part("a", upload_id, 1, EXPIRES))
    trusted = ssl.create_default_context(cafile=certificate / "cert.pem")
    with httpx.Client(verify=trusted) as client:
        client.put(signed.url, content=b"1", headers=signed.headers).raise_for_status()
    second = bench(send_through_server(store, "a", upload_id, 2, pattern(1000)))
    bench(store.complete_upload("a", upload_id, [UploadedPart(1, ""), second]))
    assert bench.get("a") == b"1" + pattern(1000)
    message = bench.refuses(NotImplementedByStore, store.begin_upload("a b"))
    assert message.startswith("Multipart upload is not supported")


def test_a_wrong_secret(open_bench: Open) -> None:
    wrong = "d3Jvbmctc2VjcmV0"
    bench = open_bench("wrong", wrong)
    for call in (
        bench.store.list_folder(),
        bench.store.read("a"),
        bench.store.write("a", stream([b"x"])),
        bench.store.delete("a"),
    ):
        message = bench.refuses(PermissionDenied, call)
        assert f"{URI}wrong does not accept the server's credentials" in message
        assert wrong not in message
    message = bench.refuses(NotImplementedByStore, signs(bench).sign_download("a", EXPIRES))
    assert wrong not in message + repr(vars(bench.store))
