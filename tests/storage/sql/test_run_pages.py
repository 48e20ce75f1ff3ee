"""Whole runs, read in a constant number of statements."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement

from sagwan.entities import Metric, Param, Run, Tag, ViewType
from sagwan.storage.base import NewRun, RunBatch, SearchQuery
from sagwan.storage.sql.dialects.sqlite import SQLite
from sagwan.storage.sql.store import SqlStore
from tests.storage.sql.support import with_store

TEXTS = [
    "",
    "plain",
    '"quoted"',
    "back\\slash",
    "line\nbreak\ttab",
    "사관 ✓ 🙂",
    "1",
    "1e400",
    "null",
]


async def write_and_read(store: SqlStore) -> list[Run]:
    for number in range(3):
        run_id = f"{number:032x}"
        await store.runs.create(NewRun(run_id, 0, f"run {number}", "", number))
        await store.runs.log_batch(
            RunBatch(
                run_id,
                [Metric("loss", float("nan"), 1, 1), Metric("acc", 0.1 + 0.2, 2, 2)],
                [Param(f"p{index}", text) for index, text in enumerate(TEXTS[number:])],
                [Tag(text or "empty", text) for text in TEXTS[: number * 4]],
            )
        )
    query = SearchQuery((), (), 10, ViewType.ALL, None)
    return (await store.runs.search([0], query)).items


def test_lists_and_rows_give_the_same_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = with_store(tmp_path / "lists", write_and_read)

    def none(_: SQLite, column: ColumnElement[Any]) -> None:
        return None

    monkeypatch.setattr(SQLite, "list_of", none)
    rows = with_store(tmp_path / "rows", write_and_read)
    assert [repr(run.data) for run in lists] == [repr(run.data) for run in rows]
    by_start = sorted(lists, key=lambda run: run.info.start_time or 0)
    assert [param.value for param in by_start[0].data.params] == TEXTS
    assert [len(run.data.tags) for run in by_start] == [0, 4, 8]
