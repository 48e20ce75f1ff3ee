"""The protocol's multipart upload: create, a PUT for each part, complete or abort.

Parts go to the store itself by signed URLs where it signs them and the server may hand them out,
else to this server. The client puts each to the URL that it was given, with the headers that it
was given and no others; so the URL has the address by which the client reached the server, and
the headers the login that it used.
"""

import asyncio
from collections import Counter
from contextlib import suppress
from ntpath import basename
from urllib.parse import quote, urlencode

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from sagwan.artifacts.base import ArtifactStore, SignedUrl, UploadedPart, UploadsInParts
from sagwan.domain.artifact_paths import check_artifact_path, join_path
from sagwan.errors import InvalidParameter, NotImplementedByStore, SagwanError
from sagwan.server.api.artifacts.addresses import public_address
from sagwan.server.api.artifacts.requests import (
    CANCELLED,
    PROXY,
    body_of,
    disabled,
    file_name,
    json_response,
    named_path,
    path_before_query,
    whole_number,
)
from sagwan.server.context import Context
from sagwan.server.dispatch import check_content_type, read_body
from sagwan.wire import artifacts as wire
from sagwan.wire.base import Empty
from sagwan.wire.codec import RequestDecoder

MAX_PARTS = 10_000
"""Parts of an upload, as many as S3 takes."""

_EXPIRES = 24 * 3600

_TURN = 50

# Clients that read this send the file whole.
UNSUPPORTED = "Multipart upload is not supported for the current artifact repository"

_CREATE = RequestDecoder(wire.CreateMultipartUpload)
_COMPLETE = RequestDecoder(wire.CompleteMultipartUpload)
_ABORT = RequestDecoder(wire.AbortMultipartUpload)


def takes_parts(store: ArtifactStore) -> bool:
    """Whether files can be sent to the store in parts."""
    return isinstance(store, UploadsInParts)


def _parts_of(store: ArtifactStore) -> UploadsInParts:
    if not isinstance(store, UploadsInParts):
        raise NotImplementedByStore(UNSUPPORTED)
    return store


async def _body(request: Request) -> bytes:
    check_content_type(dict(request.scope["headers"]))
    return await read_body(request.receive)


def _target(request: Request, local_file: str) -> str:
    """The artifact's path: the URL names its folder, and the body a file of the client's disk."""
    windows = local_file[1:3] in (":\\", ":/") or local_file.startswith("\\\\")
    name = basename(local_file) if windows else file_name(local_file)
    if name in ("", ".", ".."):
        raise InvalidParameter("Artifact path must include a filename (cannot end with '/').")
    return check_artifact_path(join_path(named_path(request), name))


async def create(context: Context, request: Request) -> Response:
    """POST mlflow-artifacts/mpu/create/{folder}"""
    if answer := disabled(context, request):
        return answer
    asked = _CREATE.from_body(await _body(request))
    path = _target(request, asked.path)
    store = _parts_of(context.artifacts)
    if not 1 <= asked.num_parts <= MAX_PARTS:
        raise NotImplementedByStore(
            f"{UNSUPPORTED} in {asked.num_parts} parts: there must be 1 to {MAX_PARTS}. Clients can"
            " make them larger (MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE)."
        )
    upload_id = await store.begin_upload(path)
    try:
        credentials = await _credentials(context, request, path, upload_id, asked.num_parts)
    except BaseException:
        with suppress(SagwanError):
            await store.abort_upload(path, upload_id)
        raise
    return json_response(wire.CreateMultipartUploadResponse(credentials, upload_id))


async def _credentials(
    context: Context, request: Request, path: str, upload_id: str, count: int
) -> list[wire.MultipartCredential]:
    store = _parts_of(context.artifacts)
    numbers = range(1, count + 1)
    if context.settings.allow_presigned_urls:
        try:
            signed = [await _signed_part(store, path, upload_id, n) for n in numbers]
        except NotImplementedByStore:
            pass
        else:
            return [
                wire.MultipartCredential(url.url, number, url.headers)
                for number, url in zip(numbers, signed, strict=True)
            ]
    base = public_address(request, context.settings.static_prefix) + quote(
        f"{PROXY}/mpu/part/{path}"
    )
    login = request.headers.get("authorization")
    headers = {"Authorization": login} if login else {}
    return [
        wire.MultipartCredential(
            f"{base}?{urlencode({'upload_id': upload_id, 'part_number': number})}", number, headers
        )
        for number in numbers
    ]


async def _signed_part(store: UploadsInParts, path: str, upload_id: str, number: int) -> SignedUrl:
    if number % _TURN == 0:
        # Thousands of signatures are made without a pause, and others wait for the event loop.
        await asyncio.sleep(0)
    return await store.sign_part(path, upload_id, number, _EXPIRES)


async def upload_part(context: Context, request: Request) -> Response:
    """PUT mlflow-artifacts/mpu/part/{path}?upload_id=&part_number="""
    if answer := disabled(context, request):
        return answer
    path = check_artifact_path(path_before_query(request))
    store = _parts_of(context.artifacts)
    upload_id = request.query_params.get("upload_id", "")
    number = whole_number(request.query_params.get("part_number", ""))
    if number is None:
        raise InvalidParameter("part_number must be a whole number.")
    try:
        chunks, told = body_of(request)
        part = await store.write_part(path, upload_id, number, chunks)
    except ClientDisconnect:
        return Response(status_code=CANCELLED)
    etag = part.etag if part.etag.startswith('"') else f'"{part.etag}"'
    return Response(headers={"etag": etag, **told})


async def complete(context: Context, request: Request) -> Response:
    """POST mlflow-artifacts/mpu/complete/{folder}"""
    if answer := disabled(context, request):
        return answer
    asked = _COMPLETE.from_body(await _body(request))
    path = _target(request, asked.path)
    store = _parts_of(context.artifacts)
    parts = sorted(
        (UploadedPart(part.part_number, part.etag) for part in asked.parts),
        key=lambda part: part.number,
    )
    twice = [n for n, count in Counter(part.number for part in parts).items() if count > 1]
    if twice:
        raise InvalidParameter(f"Part {twice[0]} of the upload is named more than once.")
    await store.complete_upload(path, asked.upload_id, parts)
    return json_response(Empty())


async def abort(context: Context, request: Request) -> Response:
    """POST mlflow-artifacts/mpu/abort/{folder}"""
    if answer := disabled(context, request):
        return answer
    asked = _ABORT.from_body(await _body(request))
    await _parts_of(context.artifacts).abort_upload(_target(request, asked.path), asked.upload_id)
    return json_response(Empty())


ROUTES = [
    ("POST", f"{PROXY}/mpu/create/{{path:path}}", create),
    ("PUT", f"{PROXY}/mpu/part/{{path:path}}", upload_part),
    ("POST", f"{PROXY}/mpu/complete/{{path:path}}", complete),
    ("POST", f"{PROXY}/mpu/abort/{{path:path}}", abort),
]
