"""What a request names, and what all answers of the proxy share.

A path in a URL is percent-decoded once, by HTTP, and is then the artifact's name. The protocol's
Python client doesn't encode a "?" in a name, so what it means as part of the name arrives as the
query; on the proxy's paths, where nothing else has a query, it is put back.
"""

from collections.abc import AsyncIterable
from urllib.parse import unquote, unquote_to_bytes

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sagwan.artifacts.sized import SizedChunks
from sagwan.entities import Entity, FileInfo
from sagwan.errors import InvalidParameter
from sagwan.server.context import Context
from sagwan.server.digests import checked_body
from sagwan.wire.codec import encode

PROXY = "/api/2.0/mlflow-artifacts"

# The client is gone and sees no status; this is the protocol's for a cancelled request.
CANCELLED = 499


class ProxiedFiles(Entity):
    """The files of a folder, by name."""

    files: list[FileInfo] = []


def json_response(entity: Entity) -> Response:
    """An answer in JSON."""
    return Response(encode(entity), media_type="application/json")


def named_path(request: Request) -> str:
    """The artifact that the URL's path names. Raises InvalidParameter where it isn't UTF-8."""
    path: str = request.path_params["path"]
    query: bytes = request.scope["query_string"]
    if query:
        path = f"{path}?{unquote(query.decode('latin-1'))}"
    return _checked(path, request.scope["raw_path"] + b"?" + query)


def path_before_query(request: Request) -> str:
    """The artifact that the URL's path names, where the query is something else."""
    return _checked(request.path_params["path"], request.scope["raw_path"])


def _checked(path: str, raw: bytes) -> str:
    if "\ufffd" in path:
        # The server has put this where bytes were no UTF-8, which would make two names one.
        try:
            unquote_to_bytes(raw).decode()
        except UnicodeDecodeError:
            raise InvalidParameter("Invalid path") from None
    return path


def file_name(path: str) -> str:
    """A path's last part."""
    return path.rpartition("/")[2]


def whole_number(text: str) -> int | None:
    """The number that a header or a query holds."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def body_of(request: Request) -> tuple[AsyncIterable[bytes], dict[str, str]]:
    """The bytes of an upload for a store, and headers for the answer once they are stored.

    They break off with ClientDisconnect, and with InvalidParameter where the client's checksum is
    another one.
    """
    body, told = checked_body(request)
    size = whole_number(request.headers.get("content-length", ""))
    return (body if size is None else SizedChunks(body, size)), told


def disabled(context: Context, request: Request) -> Response | None:
    """The proxy's answer to everything where it does not run."""
    if context.settings.serve_artifacts:
        return None
    return PlainTextResponse(
        f"Endpoint: {request.url.path} disabled due to the server running with"
        " `--no-serve-artifacts`. To enable artifacts server functionality, run `sagwan server`"
        " with `--serve-artifacts`",
        status_code=503,
    )
