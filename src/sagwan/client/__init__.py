"""Talking to a server over HTTP: a small core, without the server's or the databases' libraries."""
