"""The ASGI application: guard, router, UI."""

import re
from collections.abc import Iterator, Mapping

from starlette.types import Message, Receive, Scope, Send

from sagwan.errors import EndpointNotFound
from sagwan.server.api import (
    artifacts,
    bulk,
    dictionary,
    experiments,
    files,
    info,
    metrics,
    model_versions,
    models,
    registry,
    runs,
    series,
    spans,
    stream,
    traces,
    trash,
    views,
    webhooks,
    workspace,
)
from sagwan.server.context import Context
from sagwan.server.dispatch import (
    JsonHandler,
    JsonRoute,
    RawRoute,
    Reply,
    Route,
    Router,
    refuse,
    send_reply,
)
from sagwan.server.events import EventRoute
from sagwan.server.frames import FrameRoute
from sagwan.server.security import Guard
from sagwan.server.static import StaticUi
from sagwan.wire.base import Endpoint

# Parts of MLflow's protocol that Sagwan leaves out, by the beginning of their paths.
_UNSERVED = {
    "scorers": "scorers",
    "scorer": "scorers",
    "gateway": "gateway",
    "gateway-proxy": "gateway",
    "prompt-optimization": "optimization of prompts",
    "jobs": "jobs",
    "genai": "evaluation jobs",
}
_UNSERVED_PATH = re.compile(
    rf"(?:/(?:ajax-)?api/\d\.\d(?:/mlflow)?)?/({'|'.join(_UNSERVED)})(?=/|$)"
)


class WrongMethod(EndpointNotFound):
    """The path is there, but not for this method."""

    status = 405


def create_app(context: Context, ui: StaticUi | None = None) -> "App":
    """The application for one server. Raises nothing; holds no state outside `context`."""
    return App(context, ui or StaticUi(prefix=context.settings.static_prefix))


class App:
    """Raw ASGI, for HTTP only."""

    def __init__(self, context: Context, ui: StaticUi) -> None:
        self.context = context
        self._ui = ui
        self._guard = Guard(context.settings)
        self._prefix = context.settings.static_prefix
        self._artifacts_only = context.settings.artifacts_only
        self._router = Router()
        self._posts: dict[bytes, JsonRoute] = {}
        for method, path, route in self._routes():
            self._router.add(method, path, route)
            if method == "POST" and isinstance(route, JsonRoute) and "{" not in path:
                for prefix in {"", self._prefix}:
                    self._posts[(prefix + path).encode()] = route
        self.head = b"content-type: application/json\r\n" + b"".join(
            b"%b: %b\r\n" % pair for pair in self._guard.response_headers
        )

    def _routes(self) -> Iterator[tuple[str, str, Route]]:
        for module in (info, artifacts, files, spans):
            for method, path, raw in module.ROUTES:
                if self._artifacts_only and not path.startswith(
                    ("/health", "/version", "/api/2.0/mlflow-artifacts/")
                ):
                    continue
                yield method, path, RawRoute(raw)
                if path.startswith("/api/"):
                    yield method, path.replace("/api/", "/ajax-api/", 1), RawRoute(raw)
        # Clients ask also a server for artifacts alone how it takes large files.
        modules = (
            *(experiments, runs, metrics, models, registry, model_versions),
            *(artifacts, files, info, workspace, bulk, views, dictionary, trash, webhooks, traces),
        )
        for module in (info,) if self._artifacts_only else modules:
            handlers: Mapping[Endpoint, JsonHandler] = module.HANDLERS
            for endpoint, handler in handlers.items():
                route = JsonRoute(endpoint, handler)
                for path in endpoint.paths():
                    yield endpoint.method, path, route
        for endpoint, framed in () if self._artifacts_only else series.FRAMES.items():
            for path in endpoint.paths():
                yield endpoint.method, path, FrameRoute(endpoint, framed)
        for endpoint, streamed in () if self._artifacts_only else stream.STREAMS.items():
            for path in endpoint.paths():
                yield endpoint.method, path, EventRoute(endpoint, streamed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = self._unprefixed(scope["path"])
        method = scope["method"]
        headers = dict(scope["headers"])
        refusal = self._guard.refusal(method, path, headers)
        if refusal is not None:
            await _send_text(send, 403, refusal, self._guard.response_headers)
            return
        extra = self._guard.response_headers
        if b"origin" in headers:
            extra = [*extra, *self._guard.cors_headers(headers)]
        found = self._router.find(path)
        if found is None:
            await self._no_route(scope, receive, send, path, extra)
            return
        routes, path_params = found
        route = routes.get(method)
        if route is None and method == "HEAD":
            route = routes.get("GET")
        if route is None:
            await self._other_method(send, method, routes, headers, extra)
            return
        if path_params:
            scope["path_params"] = path_params
        await route.handle(self.context, scope, receive, send, headers, extra)

    def short_road(self, url: bytes, headers: Mapping[bytes, bytes]) -> JsonRoute | None:
        """The route of a POST that needs no more than its body, for `sagwan.server.protocol`."""
        route = self._posts.get(url)
        if route is None or b"origin" in headers or not self._guard.lets_in(headers):
            return None
        return route

    def _unprefixed(self, path: str) -> str:
        # Behind some proxies the prefix is cut off, behind others it is not: both work.
        if self._prefix and path.startswith(self._prefix + "/"):
            return path[len(self._prefix) :]
        return path

    async def _no_route(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        path: str,
        extra: list[tuple[bytes, bytes]],
    ) -> None:
        if self._artifacts_only:
            await _send_text(
                send,
                503,
                "This server only serves artifacts: it was started with --artifacts-only.",
                extra,
            )
        elif scope["method"] in ("GET", "HEAD") and (
            self._ui.is_page(path) or self._ui.is_asset(path)
        ):
            await self._ui(scope, receive, _with_headers(send, extra))
        else:
            await send_reply(send, refuse(_missing(scope["method"], path)), extra)

    async def _other_method(
        self,
        send: Send,
        method: str,
        routes: dict[str, Route],
        headers: dict[bytes, bytes],
        extra: list[tuple[bytes, bytes]],
    ) -> None:
        allowed = ", ".join(sorted(routes))
        if method == "OPTIONS" and b"origin" in headers:
            preflight = self._guard.preflight_headers(headers)
            if preflight is None:
                await _send_text(send, 403, "Cross-origin request blocked", extra)
            else:
                await send_reply(send, Reply(200, b"{}"), preflight)
            return
        wrong = WrongMethod(f"This endpoint answers {allowed}, not {method}.")
        await send_reply(send, refuse(wrong), [*extra, (b"allow", allowed.encode())])


def _missing(method: str, path: str) -> EndpointNotFound:
    """What is said of a path without an endpoint; clients fall back on its code."""
    part = _UNSERVED_PATH.match(path)
    if part is not None:
        return EndpointNotFound(
            f"Sagwan does not serve MLflow's {_UNSERVED[part[1]]}: there is no endpoint at"
            f" {method} {path}."
        )
    return EndpointNotFound(f"There is no endpoint at {method} {path}.")


async def _send_text(
    send: Send, status: int, text: str, headers: list[tuple[bytes, bytes]]
) -> None:
    body = text.encode()
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(body)).encode()),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})


def _with_headers(send: Send, headers: list[tuple[bytes, bytes]]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            have = {name for name, _ in message["headers"]}
            more = [pair for pair in headers if pair[0] not in have]
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return sending
