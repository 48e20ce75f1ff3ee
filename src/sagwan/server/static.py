"""The built web UI over ASGI: hashed assets that browsers keep for ever, one page for all paths.

The build (`ui/`) names each asset after its content and puts `.br` and `.gz` beside it. All is read
once at the start: it is some hundred kilobytes, and an upgrade of the package under a running
server can't mix two builds.
"""

import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.types import Receive, Scope, Send

DEFAULT_FOLDER = Path(__file__).parent / "static"
ASSETS = "/static-files/"
# What the UI's `lib/routes.ts` knows. Earlier paths are pages too: the UI leads on from them.
PAGE = re.compile(
    r"/|/experiments/?|/e/[^/]+/?|/e/[^/]+/(?:runs|views|notes|media|traces|settings)/?|/t/[^/]+/?"
    r"|/r/[^/]+/?|/r/[^/]+/media/?|/r/[^/]+/files(?:/[^\0]*)?"
    r"|/compare/?|/settings/?|/trash/?|/v/[^/]+/?"
    r"|/models/?|/webhooks/?|/m/[^/]+(/compare|/v/[^/]+)?/?"
    r"|/experiments/[^/]+/?|/runs/[^/]+/?"
)
BASE_TAG = b'<base href="/" />'
CONTENT_POLICY = (
    "default-src 'self'; base-uri 'self'; form-action 'self'; frame-src 'self'; object-src 'none'"
)
FOREVER = "public, max-age=31536000, immutable"
ENCODINGS = {"br": ".br", "gzip": ".gz"}  # in the order of preference
TEXT_SUFFIXES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}

NOT_BUILT = b"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sagwan</title>
<h1>The web UI is not built</h1>
<p>The server is up and its API answers; only these pages are missing, because it runs from a
source checkout. Build them there with <code>pip install .</code> (<code>pip install -e .</code>) or
with <code>npm ci</code> and <code>npm run build</code> in <code>ui/</code>, then start the
server again.</p>
</html>
"""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the UI: its type, and its bytes per content encoding ("" is the plain file)."""

    content_type: str
    variants: Mapping[str, bytes]
    tag: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What is sent; `headers` without content-length."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""


class StaticUi:
    """An ASGI application that serves the built UI in `folder`.

    `prefix` ("" or "/p") is the server's static prefix; paths are answered with and without it.
    The page refers to its assets and the API relative to the path that the browser asked for, so it
    also works behind a reverse proxy that strips a prefix this server knows nothing of.
    """

    def __init__(self, folder: Path = DEFAULT_FOLDER, prefix: str = "") -> None:
        self._prefix = prefix
        self._assets = _read_assets(folder)
        index = folder / "index.html"
        self._index = index.read_bytes() if index.is_file() else None

    @property
    def is_built(self) -> bool:
        """Whether there is a UI to serve."""
        return self._index is not None

    def is_page(self, path: str) -> bool:
        """Whether `path` is a page of the UI (as opposed to an asset, an endpoint or nothing)."""
        return PAGE.fullmatch(self._local(path)) is not None

    def is_asset(self, path: str) -> bool:
        """Whether `path` lies where the UI's assets are."""
        return self._local(path).startswith(ASSETS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; anything that is neither page nor asset is 404."""
        headers = {key: value.decode("latin-1") for key, value in scope["headers"]}
        reply = self._reply(scope["method"], scope["path"], headers)
        length = (b"content-length", str(len(reply.body)).encode())
        body = b"" if scope["method"] == "HEAD" else reply.body
        sent = reply.headers if reply.status == 304 else [*reply.headers, length]
        await send({"type": "http.response.start", "status": reply.status, "headers": sent})
        await send({"type": "http.response.body", "body": body})

    def _reply(self, method: str, path: str, headers: Mapping[bytes, str]) -> Reply:
        page = self.is_page(path)
        if not page and not self.is_asset(path):
            return _text(404, "Not found")
        if method not in ("GET", "HEAD"):
            return _text(405, "Method not allowed", (b"allow", b"GET, HEAD"))
        if page:
            return self._page(path, headers)
        asset = self._assets.get(self._local(path))
        return _text(404, "Not found") if asset is None else _asset(asset, headers)

    def _page(self, path: str, headers: Mapping[bytes, str]) -> Reply:
        if self._index is None:
            return Reply(503, _headers("text/html; charset=utf-8", "no-store"), NOT_BUILT)
        root = f'<base href="{self._root_from(path)}" />'.encode()
        body = self._index.replace(BASE_TAG, root, 1)
        tag = _entity_tag(body)
        sent = _headers("text/html; charset=utf-8", "no-cache", tag)
        sent.append((b"content-security-policy", CONTENT_POLICY.encode()))
        if _matches(headers, tag):
            return Reply(304, sent)
        return Reply(200, sent, body)

    def _local(self, path: str) -> str:
        """`path` without the static prefix."""
        if self._prefix and (path == self._prefix or path.startswith(self._prefix + "/")):
            return path[len(self._prefix) :] or "/"
        return path

    def _root_from(self, path: str) -> str:
        """The UI's root, relative to a page at `path`: what the page's base must be."""
        if self._prefix and path == self._prefix:
            return self._prefix.rpartition("/")[2] + "/"
        return "../" * (self._local(path).count("/") - 1) or "./"


def _read_assets(folder: Path) -> dict[str, Asset]:
    root = folder / ASSETS.strip("/")
    assets = {}
    for file in sorted(root.rglob("*")) if root.is_dir() else ():
        if file.is_file() and file.suffix not in ENCODINGS.values():
            variants = {"": file.read_bytes()}
            for encoding, suffix in ENCODINGS.items():
                packed = file.with_name(file.name + suffix)
                if packed.is_file():
                    variants[encoding] = packed.read_bytes()
            kind = TEXT_SUFFIXES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
            path = ASSETS + file.relative_to(root).as_posix()
            assets[path] = Asset(
                kind or "application/octet-stream", variants, _entity_tag(variants[""])
            )
    return assets


def _asset(asset: Asset, headers: Mapping[bytes, str]) -> Reply:
    accepted = accepted_encodings(headers.get(b"accept-encoding", ""))
    encoding = next((name for name in asset.variants if name in accepted), "")
    tag = f'{asset.tag[:-1]}-{encoding}"' if encoding else asset.tag
    kind = asset.content_type + ("; charset=utf-8" if asset.content_type[:5] == "text/" else "")
    sent = _headers(kind, FOREVER, tag)
    sent.append((b"vary", b"accept-encoding"))
    if encoding:
        sent.append((b"content-encoding", encoding.encode()))
    if _matches(headers, tag):
        return Reply(304, sent)
    return Reply(200, sent, asset.variants[encoding])


def accepted_encodings(header: str) -> frozenset[str]:
    """The encodings of ours that an Accept-Encoding header allows; `q=0` refuses one.

    `*` stands for those that the header doesn't name. An unreadable weight counts as a refusal.
    """
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, *options = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for option in options:
            if option.startswith("q="):
                try:
                    weight = float(option[2:])
                except ValueError:
                    weight = 0.0
        weights[name] = weight
    return frozenset(name for name in ENCODINGS if weights.get(name, weights.get("*", 0.0)) > 0)


def _entity_tag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:20]}"'


def _matches(headers: Mapping[bytes, str], tag: str) -> bool:
    """Whether If-None-Match names `tag` (weakly compared, as RFC 9110 says)."""
    known = (entry.strip() for entry in headers.get(b"if-none-match", "").split(","))
    return any(entry == "*" or entry.removeprefix("W/") == tag for entry in known)


def _headers(content_type: str, caching: str, tag: str = "") -> list[tuple[bytes, bytes]]:
    sent = [(b"content-type", content_type.encode()), (b"cache-control", caching.encode())]
    if tag:
        sent.append((b"etag", tag.encode()))
    return sent


def _text(status: int, text: str, *more: tuple[bytes, bytes]) -> Reply:
    headers = [*_headers("text/plain; charset=utf-8", "no-store"), *more]
    return Reply(status, headers, text.encode())
