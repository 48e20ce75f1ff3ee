"""What is at a store's place: nothing, a Sagwan store, or data of MLflow."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sagwan.config.settings import store_folder
from sagwan.errors import InvalidParameter

DATABASE_FILE = "sagwan.db"
MLFLOW_DATABASE = "mlflow.db"
MLFLOW_FOLDER = "mlruns"

_ADVICE = "Give Sagwan a place of its own, as in ./sagwan."


def database_file(uri: str) -> str | None:
    """The file that a store URI means, or None where it is no file of SQLite."""
    folder = store_folder(uri)
    if folder is not None:
        return os.path.join(folder, DATABASE_FILE)
    scheme, _, path = uri.partition("://")
    if scheme.split("+")[0] != "sqlite" or not path.startswith("/"):
        return None
    return path[1:].partition("?")[0] or None


def refuse_mlflow_data(uri: str) -> None:
    """Raise InvalidParameter where the store's place holds data of MLflow.

    The two would be mixed in one folder, and MLflow's schema is not Sagwan's.
    """
    folder = store_folder(uri)
    if folder is not None:
        found = mlflow_data(folder)
        if found is None and _is_experiment_folder(folder):
            found = folder
        if found is not None and not os.path.exists(os.path.join(folder, DATABASE_FILE)):
            raise InvalidParameter(
                f"The folder {folder} holds data of MLflow ({found}), which Sagwan neither reads"
                f" nor changes. {_ADVICE}"
            )
    file = database_file(uri)
    if file is not None and _is_mlflow_database(file):
        raise InvalidParameter(
            f"{file} is a database of MLflow, which Sagwan neither reads nor changes. {_ADVICE}"
        )


def mlflow_data(folder: str) -> str | None:
    """MLflow's database or its `mlruns` tree in a folder, if one is there."""
    database = os.path.join(folder, MLFLOW_DATABASE)
    if os.path.isfile(database):
        return database
    tree = os.path.join(folder, MLFLOW_FOLDER)
    return tree if _is_experiment_folder(tree) else None


def _is_experiment_folder(folder: str) -> bool:
    """Whether MLflow keeps experiments in a folder: each has a `meta.yaml`."""
    try:
        with os.scandir(folder) as entries:
            return any(os.path.isfile(os.path.join(entry.path, "meta.yaml")) for entry in entries)
    except OSError:
        return False


def _is_mlflow_database(file: str) -> bool:
    if not os.path.isfile(file):
        return False
    try:
        with closing(
            sqlite3.connect(f"{Path(file).absolute().as_uri()}?mode=ro", uri=True)
        ) as database:
            tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    except sqlite3.Error:
        # Whether the file can be used is for the store to say.
        return False
    return {"alembic_version", "experiments", "latest_metrics"} <= tables and (
        "metric_segments" not in tables
    )
