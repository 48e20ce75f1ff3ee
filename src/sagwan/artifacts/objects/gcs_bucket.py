"""A bucket of Google Cloud Storage, by Google's own library. All calls block.

The library speaks Google's JSON API, which its emulators have too.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any, Literal, NamedTuple

import msgspec
from google.api_core.exceptions import NotFound
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.cloud import storage
from google.cloud.storage.exceptions import InvalidResponse
from google.cloud.storage.retry import DEFAULT_RETRY

from sagwan.artifacts.objects.gcs_errors import BucketMissing
from sagwan.errors import InvalidParameter, NotImplementedByStore

PART = 4 * 1024 * 1024
"""Bytes of a request of a larger upload; Google wants a multiple of 256 KiB."""

RETRY = DEFAULT_RETRY.with_timeout(4).with_delay(initial=0.2, maximum=1, multiplier=2)
"""What Google's library tries again, and for how many seconds: who asked waits for the answer."""

_CONNECT_TIMEOUT = 5.0
_READ_TIMEOUT = 60.0
_ACCOUNT = "GOOGLE_APPLICATION_CREDENTIALS"


class Settings(NamedTuple):
    """How a bucket is reached: the URL of an emulator or "", and the key of a service account.

    `account` is a client of Google's library with that key, None where there is none; `timeout`
    is a request's, in seconds, to connect and to be answered, None for no limit.
    """

    emulator: str
    account: Any
    timeout: tuple[float, float] | None


def read_settings(environ: Mapping[str, str]) -> Settings:
    """What variables say, which are those of Google's library and of MLflow.

    Reads the file that GOOGLE_APPLICATION_CREDENTIALS names. Raises InvalidParameter where it
    can't be used.
    """
    emulator = environ.get("STORAGE_EMULATOR_HOST", "").rstrip("/")
    if emulator and "://" not in emulator:
        emulator = f"http://{emulator}"
    timeout: tuple[float, float] | None = (_CONNECT_TIMEOUT, _READ_TIMEOUT)
    wait = environ.get("MLFLOW_ARTIFACT_UPLOAD_DOWNLOAD_TIMEOUT", "")
    if wait == "-1":
        timeout = None
    elif wait.isdecimal() and int(wait):
        timeout = (_CONNECT_TIMEOUT, float(wait))
    file = environ.get(_ACCOUNT, "")
    return Settings(emulator, _read_account(file) if file else None, timeout)


def _read_account(file: str) -> Any:
    try:
        content = msgspec.json.decode(Path(file).read_bytes())
        if content["type"] != "service_account":
            # Google's library then reads the file itself, with what it needs beside it.
            return None
        return storage.Client.from_service_account_info(content)
    except (GoogleAuthError, OSError, ValueError, KeyError, TypeError):
        # Neither the file's content nor what the library says of it may be shown.
        raise InvalidParameter(
            f"{_ACCOUNT} can't be used: there is no file with credentials at '{file}'."
        ) from None


class Object(NamedTuple):
    """A stored object: its size in bytes, its last change in Unix seconds, its generation."""

    name: str
    size: int
    modified: float
    generation: int


class Bucket:
    """The bucket `name`. For use from many threads."""

    def __init__(self, name: str, settings: Settings) -> None:
        self._name = name
        self._settings = settings
        self._guard = Lock()
        self._opened: Any = None

    def _bucket(self) -> Any:
        with self._guard:
            if self._opened is None:
                self._opened = self._client().bucket(self._name)
            return self._opened

    def _client(self) -> Any:
        emulator, account, _ = self._settings
        if emulator:
            return storage.Client(
                project=None,
                client_options={"api_endpoint": emulator},
                use_auth_w_custom_endpoint=False,
            )
        if account is not None:
            return account
        try:
            return storage.Client(project=None)
        except DefaultCredentialsError:
            # As MLflow does it; for buckets that are open to all.
            return storage.Client.create_anonymous_client()

    def find(self, name: str) -> Object | None:
        """An object, if it is there."""
        blob = self._bucket().get_blob(name, retry=RETRY, timeout=self._settings.timeout)
        if blob is None:
            return None
        return Object(name, blob.size, blob.updated.timestamp(), blob.generation)

    def list_folder(self, prefix: str) -> tuple[list[Object], list[str]]:
        """The objects with a prefix and no "/" after it, and the longer prefixes with one."""
        found = self._list(prefix, delimiter="/")
        objects: list[Object] = []
        prefixes: set[str] = set()
        for page in _known_bucket(found.pages):
            objects += [Object(blob.name, blob.size or 0, 0.0, 0) for blob in page]
            prefixes.update(page.prefixes)
        return objects, sorted(prefixes)

    def names(self, prefix: str, most: int | None = None) -> Iterator[list[str]]:
        """The names of all objects with a prefix, page by page; `most` of them."""
        for page in _known_bucket(self._list(prefix, max_results=most).pages):
            yield [blob.name for blob in page]

    def _list(self, prefix: str, **options: Any) -> Any:
        bucket = self._bucket()
        return bucket.client.list_blobs(
            bucket,
            prefix=prefix or None,
            fields="items(name,size),prefixes,nextPageToken",
            retry=RETRY,
            timeout=self._settings.timeout,
            **options,
        )

    def read(self, found: Object, start: int, stop: int) -> bytes:
        """The bytes of `found` from `start` up to `stop`, which is more.

        Raises NotFound where the object is another one now.
        """
        blob = self._bucket().blob(found.name, generation=found.generation)
        content: bytes = blob.download_as_bytes(
            start=start,
            end=stop - 1,
            raw_download=True,
            checksum=None,
            retry=RETRY,
            timeout=self._settings.timeout,
        )
        return content

    def put(self, name: str, media_type: str, content: bytes) -> None:
        """Store an object with one request."""
        with _known_upload():
            self._bucket().blob(name).upload_from_string(
                content, media_type, retry=RETRY, timeout=self._settings.timeout
            )

    def upload(self, name: str, media_type: str) -> "Upload":
        """Begin to store an object in parts. Sends nothing yet."""
        blob = self._bucket().blob(name)
        return Upload(
            blob.open(
                "wb",
                chunk_size=PART,
                content_type=media_type,
                retry=RETRY,
                timeout=self._settings.timeout,
            )
        )

    def delete(self, name: str) -> None:
        """Delete an object; nothing happens where there is none."""
        with suppress(NotFound):
            self._bucket().blob(name).delete(retry=RETRY, timeout=self._settings.timeout)

    def sign(self, method: Literal["GET", "PUT"], name: str, expires: int) -> str:
        """A URL for one object, good for `expires` seconds. May connect to Google's service.

        Raises NotImplementedByStore where the credentials can't sign.
        """
        emulator, account, _ = self._settings
        bucket = self._bucket() if account is None else account.bucket(self._name)
        try:
            url: str = bucket.blob(name).generate_signed_url(
                version="v4",
                expiration=timedelta(seconds=expires),
                method=method,
                api_access_endpoint=emulator or None,
            )
        except AttributeError:
            raise NotImplementedByStore(
                "The server's credentials for this store sign no URLs; a service account's key"
                " would."
            ) from None
        return url

    def close(self) -> None:
        """Let go of all connections."""
        with self._guard:
            bucket, self._opened = self._opened, None
        if bucket is not None:
            bucket.client.close()


class Upload:
    """An object on its way, visible when it is finished. Its calls must not overlap."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def write(self, content: bytes) -> None:
        """Append. What is beyond a multiple of PART is held back."""
        with _known_upload():
            self._writer.write(content)

    def finish(self, content: bytes) -> None:
        """Append, and make the object visible."""
        with _known_upload():
            self._writer.write(content)
            self._writer.close()

    def abort(self) -> None:
        """Give the upload up, after which it can't be finished by anything.

        The writer's own way does not reach the upload, and a writer that is still open finishes
        it when it is garbage.
        """
        self._writer._buffer.close()
        begun = self._writer._upload_and_transport
        if begun:
            upload, transport = begun
            transport.delete(upload.resumable_url, timeout=_READ_TIMEOUT)


def _known_bucket(pages: Any) -> Iterator[Any]:
    """The pages of a list, where the bucket is there."""
    try:
        yield from pages
    except NotFound:
        raise BucketMissing from None


@contextmanager
def _known_upload() -> Iterator[None]:
    """An upload needs a bucket, and that alone."""
    try:
        yield
    except NotFound:
        raise BucketMissing from None
    except InvalidResponse as error:
        if error.response.status_code == 404:
            raise BucketMissing from None
        raise
