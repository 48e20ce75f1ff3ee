"""Which hosts and origins may talk to the server: protection against DNS rebinding and CSRF."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from ipaddress import ip_address, ip_network

from sagwan.config import Settings

_LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]", "0.0.0.0")
_PRIVATE = tuple(
    ip_network(net) for net in ("10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12", "fc00::/7")
)
_LOCAL_ORIGINS = ("http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*")
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_EXEMPT = frozenset({"/health", "/version"})


class Guard:
    """Decides on requests by their `Host` and `Origin` headers."""

    def __init__(self, settings: Settings) -> None:
        self._off = settings.disable_security_middleware
        self._hosts = settings.allowed_hosts
        self._origins = settings.cors_allowed_origins
        self.response_headers: list[tuple[bytes, bytes]] = [(b"x-content-type-options", b"nosniff")]
        if settings.x_frame_options.upper() != "NONE":
            self.response_headers.append(
                (b"x-frame-options", settings.x_frame_options.upper().encode())
            )
        self._known: dict[bytes, bool] = {}

    def refusal(self, method: str, path: str, headers: Mapping[bytes, bytes]) -> str | None:
        """Why the request is refused (403), or None."""
        if self._off:
            return None
        host = headers.get(b"host", b"")
        if path not in _EXEMPT and not self.lets_in(headers):
            return "Invalid Host header - possible DNS rebinding attack detected"
        origin = headers.get(b"origin")
        if (
            origin is not None
            and method in _CHANGING
            and "/api/" in path.replace("/ajax-api/", "/api/")
            and not self._same_origin(origin, host)
            and not self._origin_allowed(origin)
        ):
            return "Cross-origin request blocked"
        return None

    def lets_in(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether a request may come by the host name that it came by."""
        return self._off or self._host_allowed(headers.get(b"host", b""))

    def cors_headers(self, headers: Mapping[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        """What lets a browser page of an allowed origin read the answer."""
        origin = headers.get(b"origin")
        if origin is None or self._off or not self._origin_allowed(origin):
            return []
        if "*" in self._origins:
            return [(b"access-control-allow-origin", b"*")]
        return [
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"vary", b"Origin"),
        ]

    def preflight_headers(self, headers: Mapping[bytes, bytes]) -> list[tuple[bytes, bytes]] | None:
        """The answer to a preflight request, or None where the origin isn't allowed."""
        allowed = self.cors_headers(headers)
        if not allowed:
            return None
        asked = headers.get(b"access-control-request-headers", b"content-type")
        return [
            *allowed,
            (b"access-control-allow-methods", b"GET, POST, PUT, PATCH, DELETE, OPTIONS"),
            (b"access-control-allow-headers", asked),
            (b"access-control-max-age", b"600"),
        ]

    def _host_allowed(self, host: bytes) -> bool:
        allowed = self._known.get(host)
        if allowed is None:
            allowed = self._judge(host.decode("latin-1").lower())
            if len(self._known) < 1000:
                self._known[host] = allowed
        return allowed

    def _judge(self, host: str) -> bool:
        name = host.rsplit(":", 1)[0] if _has_port(host) else host
        if self._hosts:
            return any(
                pattern == "*" or fnmatchcase(host, pattern) or fnmatchcase(name, pattern)
                for pattern in (given.lower() for given in self._hosts)
            )
        if name in _LOCAL_HOSTS:
            return True
        try:
            address = ip_address(name.strip("[]"))
        except ValueError:
            return False
        return any(address in net for net in _PRIVATE if net.version == address.version)

    @staticmethod
    def _same_origin(origin: bytes, host: bytes) -> bool:
        return origin.partition(b"://")[2] == host

    def _origin_allowed(self, origin: bytes) -> bool:
        text = origin.decode("latin-1")
        patterns = (*self._origins, *_LOCAL_ORIGINS)
        return any(pattern == "*" or fnmatchcase(text, _literal(pattern)) for pattern in patterns)


def _has_port(host: str) -> bool:
    tail = host.rsplit(":", 1)
    return len(tail) == 2 and tail[1].isdigit() and (host.count(":") == 1 or "]:" in host)


def _literal(pattern: str) -> str:
    # In a pattern only `*` is special; an address's brackets are not.
    return pattern.replace("[", "[[]")
