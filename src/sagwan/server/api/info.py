"""What the server says of itself: health, version, features."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sagwan.errors import SagwanError
from sagwan.server.api.artifacts.multipart import takes_parts
from sagwan.server.api.artifacts.signed import can_sign
from sagwan.server.context import Context
from sagwan.wire import endpoints
from sagwan.wire.base import Empty
from sagwan.wire.server import ServerInfo

# The version whose protocol this server speaks: clients and tools compare it.
PROTOCOL_VERSION = "3.17.2"


async def server_info(context: Context, request: Empty) -> ServerInfo:
    serves = context.settings.serve_artifacts
    return ServerInfo(
        store_type=None if context.settings.artifacts_only else context.store.kind,
        multipart_uploads_enabled=serves and takes_parts(context.artifacts),
        multipart_downloads_enabled=serves and await can_sign(context),
        presigned_upload_run_id_supported=True,
        presigned_upload_model_id_supported=True,
    )


async def health(context: Context, request: Request) -> Response:
    """200 `OK` where the store takes writes, 503 with the reason where it does not."""
    try:
        await context.store.check()
    except SagwanError as error:
        return PlainTextResponse(error.message, status_code=503)
    return PlainTextResponse("OK")


async def version(context: Context, request: Request) -> Response:
    """The version of the protocol."""
    return PlainTextResponse(PROTOCOL_VERSION)


HANDLERS = {endpoints.SERVER_INFO: server_info}

ROUTES = [("GET", "/health", health), ("GET", "/version", version)]
