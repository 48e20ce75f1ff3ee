"""The schema is changed beside a server under load, and no request fails.

The change is invented: a column of `runs`, its values for all runs, and an index. The variable
UPGRADED_RUNS says how many runs there are.
"""

import os
import time
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import text

from sagwan.storage.sql.chain import Chain
from sagwan.storage.sql.upgrade import Watch, current, migrate, open_database
from tests.conftest import Databases
from tests.server.load import client_of, get_run, load_on, new_run, wait_for_progress
from tests.storage.sql.migrating import new_store
from tests.support.revisions import INVENTED_HEAD, longer_chain
from tests.support.server import running_server

RUNS = int(os.environ.get("UPGRADED_RUNS", "20000"))

MANY_RUNS = f"""
    INSERT INTO runs (run_id, experiment_id, name, user_id, status, start_time, stage, artifact_uri)
    SELECT lpad(n::text, 32, '0'), 0, 'run ' || n, 'somebody', 4, n, 0, 'mlflow-artifacts:/0/' || n
    FROM generate_series(1, {RUNS}) AS n
"""


def test_no_request_fails_while_a_column_is_added_and_filled(
    databases: Databases, tmp_path: Path
) -> None:
    uri = databases.server("postgresql").new_database()
    new_store(uri, 0)
    with closing(open_database(uri)) as database:

        def execute(statement: str) -> Any:
            with database.engine.connect() as connection, connection.begin():
                result = connection.execute(text(statement))
                return result.fetchall() if result.returns_rows else None

        execute("SELECT setval('keys_id_seq', 100)")  # the store's own have numbers that were given
        execute(MANY_RUNS)
        execute("ANALYZE runs")
        with (
            running_server(tmp_path, "--backend-store-uri", uri) as server,
            client_of(server.url) as client,
        ):
            made: list[str] = []

            def moved(done: int, total: int) -> None:
                # The server, which knows nothing of the column, adds runs behind the backfill
                # and before it.
                made.append(new_run(client))

            watch = Watch(lambda plan: None, lambda line: None, lambda label: nullcontext(moved))
            with load_on(server.url, 4) as loads:
                wait_for_progress(loads)
                steps = sum(len(load.steps) for load in loads)
                started = time.monotonic()
                migrate(database, Chain(longer_chain(tmp_path / "chain")), "head", watch)
                seconds = time.monotonic() - started
                meanwhile = sum(len(load.steps) for load in loads) - steps
                wait_for_progress(loads)
            assert [failure for load in loads for failure in load.failures] == []
            for load in loads:
                load.check(client)
            for run_id in made:
                assert get_run(client, run_id)["info"]["run_id"] == run_id
        print(f"{RUNS} runs in {seconds:.1f} s; {meanwhile} points logged meanwhile")
        assert meanwhile > 0
        assert current(database) == INVENTED_HEAD
        assert execute(
            f"SELECT count(*) FROM runs WHERE id <= {RUNS} AND name_length = length(name)"
        ) == [(RUNS,)]
        # Those that were made after the second pass had begun.
        assert execute("SELECT count(*) FROM runs WHERE name_length IS NULL")[0][0] < len(made)
