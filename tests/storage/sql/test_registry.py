"""Searches of the registry on SQLite: each first page begins in an index."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from sagwan.domain.registry import hide_prompts
from sagwan.domain.search.fields import MODEL_VERSIONS, REGISTERED_MODELS
from sagwan.domain.search.parser import parse_filter, parse_order_by
from sagwan.storage.registry import RegistryQuery
from sagwan.storage.sql.database import Database
from sagwan.storage.sql.dialects.sqlite import SQLite
from sagwan.storage.sql.registry_search import MODELS, VERSIONS, page
from sagwan.storage.sql.store import database_url
from tests.storage.sql.migrating import new_store

PROMPTS = "tags.`mlflow.prompt.is_prompt` = 'true'"


def plan_of(folder: Path, of: str, filter: str, order: list[str]) -> list[str]:
    """What SQLite does to answer, and after which sorting."""
    uri = f"sqlite:///{folder}/registry.db"
    new_store(uri, 0)
    database = Database(database_url(uri), SQLite())
    grammar = REGISTERED_MODELS if of == "models" else MODEL_VERSIONS
    query = RegistryQuery(
        hide_prompts(parse_filter(filter, grammar)), parse_order_by(order, grammar), 100
    )
    asked: list[tuple[str, Any]] = []

    @event.listens_for(database.read_engine, "before_cursor_execute")
    def note(_: Connection, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        asked.append((statement, parameters))

    try:
        with database.read_engine.connect() as connection:
            page(connection, MODELS if of == "models" else VERSIONS, query, database.dialect)
            statement, parameters = asked[-1]
            explained = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            return [str(row[3]) for row in explained]
    finally:
        database.close()


@pytest.mark.parametrize(
    ("of", "filter", "order", "index"),
    [
        ("models", "", [], "ix_registered_models_listing (prompt=?)"),
        ("models", PROMPTS, [], "ix_registered_models_listing (prompt=?)"),
        ("models", "", ["timestamp"], "ix_registered_models_updated (prompt=?)"),
        ("models", "name = 'a'", [], "sqlite_autoindex_registered_models_1 (name=?)"),
        ("versions", "", [], "ix_model_versions_updated (prompt=?)"),
        ("versions", "", ["name"], "ix_model_versions_listing (prompt=?)"),
        ("versions", "name = 'a'", [], "sqlite_autoindex_model_versions_1 (name=?)"),
        ("versions", "run_id = 'a'", [], "ix_model_versions_run_id (run_id=?)"),
    ],
)
def test_a_first_page_begins_in_an_index(
    of: str, filter: str, order: list[str], index: str, tmp_path: Path
) -> None:
    plan = plan_of(tmp_path, of, filter, order)
    assert plan[0].endswith(f"USING INDEX {index}"), plan
    if not filter and order != ["name"]:
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan
