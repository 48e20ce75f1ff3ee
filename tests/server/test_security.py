"""Which hosts and origins are let in."""

import pytest

from sagwan.config import Settings
from sagwan.server.security import Guard

API = "/api/2.0/mlflow/runs/create"


def refusal(
    guard: Guard, host: str, origin: str | None = None, method: str = "POST", path: str = API
) -> str | None:
    headers = {b"host": host.encode()}
    if origin is not None:
        headers[b"origin"] = origin.encode()
    return guard.refusal(method, path, headers)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LocalHost:5000",
        "127.0.0.1:5000",
        "[::1]:5000",
        "[::1]",
        "0.0.0.0:80",
        "10.1.2.3",
        "192.168.0.9:5000",
        "172.31.0.1:5000",
        "[fd00::1]:5000",
    ],
)
def test_local_and_private_hosts_are_let_in(host: str) -> None:
    assert refusal(Guard(Settings()), host) is None


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "10.evil.example",
        "172.32.0.1",
        "8.8.8.8",
        "",
        "localhost.evil.example",
        "[",
        "::",
    ],
)
def test_other_hosts_are_refused(host: str) -> None:
    assert refusal(Guard(Settings()), host) == (
        "Invalid Host header - possible DNS rebinding attack detected"
    )


@pytest.mark.parametrize("path", ["/health", "/version"])
def test_probes_may_come_by_any_name(path: str) -> None:
    assert refusal(Guard(Settings()), "evil.example", method="GET", path=path) is None


def test_allowed_hosts_replace_the_default() -> None:
    guard = Guard(Settings(allowed_hosts=("*.corp", "ml:5000")))
    assert refusal(guard, "tracking.corp:443") is None
    assert refusal(guard, "ML:5000") is None
    assert refusal(guard, "ml:5001") is not None
    assert refusal(guard, "localhost") is not None
    assert refusal(Guard(Settings(allowed_hosts=("*",))), "evil.example") is None


def test_writes_from_other_origins_are_refused() -> None:
    guard = Guard(Settings())
    assert refusal(guard, "localhost", "http://evil.example") == "Cross-origin request blocked"
    ajax = "/ajax-api/2.0/mlflow/runs/delete"
    assert refusal(guard, "localhost", "http://evil.example", path=ajax) is not None
    assert refusal(guard, "localhost", "null") is not None
    assert refusal(guard, "localhost", "http://evil.example", method="GET") is None
    assert refusal(guard, "localhost", "http://localhost:3000") is None
    assert refusal(guard, "localhost", "http://[::1]:3000") is None
    assert refusal(guard, "10.0.0.1:5000", "http://10.0.0.1:5000") is None


def test_an_allowed_origin_may_read_answers() -> None:
    guard = Guard(Settings(cors_allowed_origins=("https://*.corp",)))
    headers = {b"origin": b"https://a.corp"}
    assert guard.cors_headers(headers)[0] == (b"access-control-allow-origin", b"https://a.corp")
    assert guard.cors_headers({b"origin": b"https://evil.example"}) == []
    assert guard.cors_headers({}) == []
    anybody = Guard(Settings(cors_allowed_origins=("*",)))
    assert anybody.cors_headers(headers) == [(b"access-control-allow-origin", b"*")]


def test_preflight_requests_of_others_get_nothing() -> None:
    guard = Guard(Settings())
    asked = {b"origin": b"http://localhost:1", b"access-control-request-headers": b"x-a"}
    allowed = guard.preflight_headers(asked)
    assert allowed is not None
    assert (b"access-control-allow-headers", b"x-a") in allowed
    assert guard.preflight_headers({b"origin": b"http://evil.example"}) is None


def test_the_guard_can_be_switched_off() -> None:
    guard = Guard(Settings(disable_security_middleware=True))
    assert refusal(guard, "evil.example", "http://evil.example") is None


def test_answers_say_who_may_frame_them() -> None:
    assert (b"x-frame-options", b"SAMEORIGIN") in Guard(Settings()).response_headers
    assert (b"x-frame-options", b"DENY") in Guard(Settings(x_frame_options="DENY")).response_headers
    names = {name for name, _ in Guard(Settings(x_frame_options="NONE")).response_headers}
    assert names == {b"x-content-type-options"}
