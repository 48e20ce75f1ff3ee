"""gcp-storage-emulator as a program, with what its tests need and it lacks.

    python gcs_emulator.py PORT BUCKET PUBLIC_KEY

Google documents that

- a list has at most `maxResults` entries and then a token for the next page;
- a request for a `generation` that is gone gets 404, and one that fails `ifGenerationMatch` 412;
- a URL of a bucket that is not public needs a V4 signature, and is only good as it was signed,
  until it expires;
- a resumable upload is given up by DELETE.

The emulator ignores the first three and refuses the fourth, so they are added here. PUBLIC_KEY is
a PEM file with the key of the one account whose signatures count.
"""

import hashlib
import json
import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from gcp_storage_emulator import server
from gcp_storage_emulator.exceptions import NotFound
from gcp_storage_emulator.handlers import objects

Handler = Callable[..., None]


def _in_pages(request: Any, response: Any, storage: Any) -> None:
    objects.ls(request, response, storage)
    if not response._content:
        return
    found = json.loads(response._content)
    size = int(request.query.get("maxResults", ["1000"])[0])
    after = request.query.get("pageToken", [""])[0]
    entries = {item["name"]: item for item in found["items"] or []}
    names = sorted(name for name in [*entries, *(found["prefixes"] or [])] if name > after)
    page = names[:size]
    answer: dict[str, Any] = {"kind": found["kind"]}
    answer["items"] = [entries[name] for name in page if name in entries]
    answer["prefixes"] = [name for name in page if name not in entries]
    if len(names) > size:
        answer["nextPageToken"] = page[-1]
    response.json(answer)


def _of_generation(handler: Handler) -> Handler:
    def handle(request: Any, response: Any, storage: Any) -> None:
        wanted = {
            HTTPStatus.NOT_FOUND: request.query.get("generation"),
            HTTPStatus.PRECONDITION_FAILED: request.query.get("ifGenerationMatch"),
        }
        for status, values in wanted.items():
            if values is None:
                continue
            try:
                params = request.params
                found = storage.get_file_obj(params["bucket_name"], params["object_id"])
            except NotFound:
                break
            if found["generation"] != values[0]:
                response.status = status
                return
        handler(request, response, storage)

    return handle


def _if_signed(handler: Handler, key: rsa.RSAPublicKey) -> Handler:
    def handle(request: Any, response: Any, storage: Any) -> None:
        if "X-Goog-Signature" not in request.query or not _signature_holds(request, key):
            response.status = HTTPStatus.FORBIDDEN
            return
        handler(request, response, storage)

    return handle


def _signature_holds(request: Any, key: rsa.RSAPublicKey) -> bool:
    url = urlsplit(request.full_url)
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    signature = bytes.fromhex(query.pop("X-Goog-Signature"))
    signed = query["X-Goog-SignedHeaders"].split(";")
    canonical = [
        request.method,
        url.path,
        "&".join(f"{quote(k, safe='')}={quote(query[k], safe='')}" for k in sorted(query)),
        *(f"{name}:{request.get_header(name)}" for name in signed),
        "",
        ";".join(signed),
        "UNSIGNED-PAYLOAD",
    ]
    date = query["X-Goog-Date"]
    scope = query["X-Goog-Credential"].partition("/")[2]
    digest = hashlib.sha256("\n".join(canonical).encode()).hexdigest()
    to_sign = "\n".join([query["X-Goog-Algorithm"], date, scope, digest])
    try:
        key.verify(signature, to_sign.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    begun = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return datetime.now(UTC) < begun + timedelta(seconds=int(query["X-Goog-Expires"]))


def _give_up(request: Any, response: Any, storage: Any) -> None:
    storage.delete_resumable_file_obj(request.query["upload_id"][0])
    response.status = HTTPStatus.NO_CONTENT


def _extended(handlers: dict[str, Handler], key: rsa.RSAPublicKey) -> dict[str, Handler]:
    changed = dict(handlers)
    # The road of those who have no login.
    public = handlers.get("PUT") is objects.xml_upload
    for method, handler in handlers.items():
        if handler is objects.ls:
            changed[method] = _in_pages
        elif public:
            changed[method] = _if_signed(handler, key)
        elif handler in (objects.get, objects.download):
            changed[method] = _of_generation(handler)
    if public:
        changed["DELETE"] = _if_signed(objects.delete, key)
    if handlers.get("PUT") is objects.upload_partial:
        changed["DELETE"] = _give_up
    return changed


def main() -> None:
    """Run until the process is stopped."""
    logging.disable()
    port, bucket, public = sys.argv[1:]
    key = serialization.load_pem_public_key(Path(public).read_bytes())
    assert isinstance(key, rsa.RSAPublicKey)
    server.HANDLERS = tuple((regex, _extended(known, key)) for regex, known in server.HANDLERS)
    server.create_server("127.0.0.1", int(port), in_memory=True, default_bucket=bucket).run()


if __name__ == "__main__":
    main()
