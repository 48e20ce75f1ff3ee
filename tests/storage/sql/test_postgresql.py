"""What the client library of PostgreSQL is told."""

from typing import Any, NoReturn

import pytest
from sqlalchemy import Engine, event, make_url

from sagwan.storage.sql.dialects.postgresql import PostgreSQL

pytest.importorskip("psycopg", reason="the driver psycopg is not installed")


class Captured(Exception):
    """Ends an attempt to connect."""


def told(engine: Engine) -> dict[str, Any]:
    """What an engine would tell the driver."""
    found: dict[str, Any] = {}

    @event.listens_for(engine, "do_connect")
    def capture(_dialect: Any, _record: Any, _args: Any, given: dict[str, Any]) -> NoReturn:
        found.update(given)
        raise Captured

    with pytest.raises(Captured):
        engine.connect()
    return found


def engines(uri: str) -> list[Engine]:
    dialect = PostgreSQL()
    return [dialect.create_engine(make_url(uri)), dialect.create_read_engine(make_url(uri))]


def test_a_machine_that_is_gone_is_not_waited_for_long() -> None:
    for engine in engines("postgresql+psycopg://u@h/d"):
        given = told(engine)
        assert given["connect_timeout"] == 5
        assert given["tcp_user_timeout"] == 20_000
        idle, interval, count = (
            given[f"keepalives_{name}"] for name in ("idle", "interval", "count")
        )
        assert idle + interval * count == 20


def test_the_uri_says_otherwise() -> None:
    for engine in engines("postgresql+psycopg://u@h/d?connect_timeout=60&keepalives_idle=7"):
        given = told(engine)
        assert (given["connect_timeout"], given["keepalives_idle"]) == ("60", "7")
        assert given["keepalives_count"] == 3
