"""The socket that a server listens on."""

import socket


def bind(host: str, port: int) -> socket.socket:
    """A bound socket. Raises OSError where the address is taken or can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener
