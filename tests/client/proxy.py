"""The artifact proxy's routes on a dictionary of files, as a client meets them."""

import hashlib
import re
from urllib.parse import unquote

import httpx

from sagwan.wire.digests import REPR_DIGEST, WANT_REPR_DIGEST, format_digest, parse_digest

ROUTE = "/api/2.0/mlflow-artifacts/artifacts"
ROOT = "mlflow-artifacts:/1/run/artifacts"


class Proxy(httpx.AsyncBaseTransport):
    """Keeps files by path. `tells` whether it knows of checksums, as MLflow's proxy doesn't."""

    def __init__(self, tells: bool = True) -> None:
        self.files: dict[str, bytes] = {}
        self.listing: list[object] | None = None
        self.tells = tells
        self.asked: list[tuple[str, str]] = []
        self.ranges: list[str] = []

    def count(self, method: str) -> int:
        """How many requests of a method for a file there were."""
        return sum(1 for asked, path in self.asked if asked == method and path)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raw = request.url.raw_path.split(b"?")[0].decode()
        path = unquote(raw.removeprefix(ROUTE).lstrip("/"))
        self.asked.append((request.method, path))
        if request.method == "PUT":
            return await self._put(path, request)
        if request.method == "DELETE":
            self.files.pop(path, None)
            return httpx.Response(200, json={})
        if path:
            return self._get(path, request)
        if self.listing is not None:
            return httpx.Response(200, json={"files": self.listing})
        return httpx.Response(200, json=self._list(request.url.params["path"]))

    async def _put(self, path: str, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        assert request.headers["content-length"] == str(len(content))
        self.files[path] = content
        if self.tells and (digest := parse_digest(request.headers.get(REPR_DIGEST))):
            assert digest == hashlib.sha256(content).digest()
            return httpx.Response(200, headers={REPR_DIGEST: format_digest(digest)})
        return httpx.Response(200)

    def etag(self, path: str) -> str:
        """The version of a file."""
        return f'"{hashlib.md5(self.files[path]).hexdigest()}"'

    def _get(self, path: str, request: httpx.Request) -> httpx.Response:
        content = self.files.get(path)
        if content is None:
            problem = {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "none"}
            return httpx.Response(404, json=problem)
        headers = {"etag": self.etag(path)}
        wanted = request.headers.get("range")
        if wanted is not None and request.headers.get("if-range") == headers["etag"]:
            match = re.fullmatch(r"bytes=(\d+)-", wanted)
            assert match is not None
            start = int(match[1])
            assert start < len(content)
            self.ranges.append(wanted)
            return httpx.Response(206, headers=headers, content=content[start:])
        if self.tells and WANT_REPR_DIGEST in request.headers:
            headers[REPR_DIGEST] = format_digest(hashlib.sha256(content).digest())
        return httpx.Response(
            200, headers=headers, content=b"" if request.method == "HEAD" else content
        )

    def _list(self, folder: str) -> dict[str, object]:
        infos: dict[str, dict[str, object]] = {}
        for path, content in sorted(self.files.items()):
            if path.startswith(folder + "/"):
                name, slash, _ = path[len(folder) + 1 :].partition("/")
                infos[name] = (
                    {"path": name, "is_dir": True}
                    if slash
                    else {"path": name, "is_dir": False, "file_size": len(content)}
                )
        return {"files": list(infos.values())} if infos else {}
