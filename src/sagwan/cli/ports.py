"""Ports that are taken: by whom, and which one is free."""

import contextlib
import errno
import http.client
import socket
import sys

# Long for a listener on this machine, short for a person.
PATIENCE = 0.5
NEIGHBOURS = 50

_AIRPLAY = (
    "On macOS, AirPlay Receiver listens on port 5000; System Settings > General > AirDrop & Handoff"
    " turns it off."
)


def family_of(host: str) -> socket.AddressFamily:
    """IPv6 for its addresses, IPv4 for everything else."""
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def reachable_host(host: str) -> str:
    """The host under which this machine reaches a server that listens on `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)


def is_taken(host: str, port: int) -> bool:
    """Whether somebody takes connections there.

    On macOS and Windows a second program may be allowed to bind a port that is in use.
    """
    with socket.socket(family_of(host), socket.SOCK_STREAM) as probe:
        probe.settimeout(PATIENCE)
        with contextlib.suppress(OSError):
            return probe.connect_ex((reachable_host(host), port)) == 0
    return False


def free_neighbour(host: str, port: int) -> int | None:
    """The next port above `port` that can be had, if one of the next fifty can."""
    for other in range(port + 1, min(port + NEIGHBOURS, 65535) + 1):
        with socket.socket(family_of(host), socket.SOCK_STREAM) as probe:
            try:
                probe.bind((host, other))
            except OSError:
                continue
            if not is_taken(host, other):
                return other
    return None


def holder(host: str, port: int) -> str:
    """Who answers at a port, as far as one request tells."""
    connection = http.client.HTTPConnection(reachable_host(host), port, timeout=PATIENCE)
    try:
        connection.request("GET", "/version")
        answer = connection.getresponse()
        body = answer.read(100).decode("latin-1").strip()
    except (OSError, http.client.HTTPException):
        return "another program"
    finally:
        connection.close()
    server = answer.headers.get("server", "")
    if server.startswith("AirTunes"):
        return "AirPlay Receiver of macOS"
    if answer.status == 200 and body[:1].isdigit() and body.replace(".", "").isalnum():
        return "a tracking server (Sagwan or MLflow)"
    return f"a web server ({server})" if server else "a web server"


def taken_message(host: str, port: int, command: str) -> str:
    """Says that a port is taken, by whom, and which one to try."""
    lines = [f"Port {port} on {host} is taken by {holder(host, port)}."]
    if sys.platform == "darwin" and port in (5000, 7000):
        lines.append(_AIRPLAY)
    other = free_neighbour(host, port)
    if other is not None:
        lines.append(f"Port {other} is free: {command} --port {other}")
    return "\n".join(lines)


def bind_message(error: OSError, host: str, port: int, command: str) -> str:
    """Says why an address can't be listened on, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return taken_message(host, port, command)
    if error.errno == errno.EACCES:
        return (
            f"Port {port} on {host} needs rights that this user lacks. Use a port above 1023:"
            f" {command} --port 5000"
        )
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return (
            f"{host} is no address of this machine. Use 127.0.0.1 for this machine alone, or"
            " 0.0.0.0 for all its networks."
        )
    return f"{host}:{port} can't be listened on: {error.strerror or error}"
