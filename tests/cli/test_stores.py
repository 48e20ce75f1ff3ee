"""What is at a store's place."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sagwan.cli.stores import database_file, mlflow_data, refuse_mlflow_data
from sagwan.errors import InvalidParameter


def mlflow_database(file: Path) -> None:
    with closing(sqlite3.connect(file)) as database:
        for table in ("alembic_version", "experiments", "runs", "metrics", "latest_metrics"):
            database.execute(f"CREATE TABLE {table} (id INTEGER)")
        database.commit()


def mlflow_tree(folder: Path) -> None:
    (folder / "0").mkdir(parents=True)
    (folder / "0" / "meta.yaml").write_text("name: Default\n")


@pytest.mark.parametrize(
    ("uri", "file"),
    [
        ("./x", "./x/sagwan.db"),
        ("file:///x", "/x/sagwan.db"),
        ("sqlite:///a/b.db", "a/b.db"),
        ("sqlite:////a/b.db", "/a/b.db"),
        ("sqlite+pysqlite:////a/b.db?timeout=3", "/a/b.db"),
        ("sqlite://", None),
        ("postgresql://u@h/db", None),
    ],
)
def test_the_file_of_a_store(uri: str, file: str | None) -> None:
    assert database_file(uri) == file


def test_a_new_place_is_fine(tmp_path: Path) -> None:
    refuse_mlflow_data(str(tmp_path))
    refuse_mlflow_data(str(tmp_path / "new"))
    refuse_mlflow_data(f"sqlite:///{tmp_path}/new.db")
    refuse_mlflow_data("postgresql://u@h/db")


def test_a_sagwan_store_is_fine(store: Path) -> None:
    refuse_mlflow_data(str(store))
    refuse_mlflow_data(f"sqlite:///{store}/sagwan.db")


def test_a_file_that_is_no_database_is_left_to_the_store(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("no database" * 100)
    refuse_mlflow_data(f"sqlite:///{tmp_path}/x.db")


def test_mlflows_database_is_refused(tmp_path: Path) -> None:
    mlflow_database(tmp_path / "a b.db")
    with pytest.raises(InvalidParameter, match="is a database of MLflow"):
        refuse_mlflow_data(f"sqlite:///{tmp_path}/a b.db")


def test_a_folder_with_mlflows_database_is_refused(tmp_path: Path) -> None:
    mlflow_database(tmp_path / "mlflow.db")
    assert mlflow_data(str(tmp_path)) == str(tmp_path / "mlflow.db")
    with pytest.raises(InvalidParameter, match=r"holds data of MLflow .*mlflow\.db"):
        refuse_mlflow_data(str(tmp_path))


def test_a_folder_with_mlflows_tree_is_refused_and_so_is_the_tree(tmp_path: Path) -> None:
    mlflow_tree(tmp_path / "mlruns")
    assert mlflow_data(str(tmp_path)) == str(tmp_path / "mlruns")
    with pytest.raises(InvalidParameter, match="holds data of MLflow"):
        refuse_mlflow_data(str(tmp_path))
    with pytest.raises(InvalidParameter, match="holds data of MLflow"):
        refuse_mlflow_data(f"file://{tmp_path}/mlruns")


def test_a_store_that_was_made_beside_mlflows_data_goes_on(store: Path) -> None:
    mlflow_tree(store / "mlruns")
    refuse_mlflow_data(str(store))


def test_folders_of_other_kinds_are_no_data_of_mlflow(tmp_path: Path) -> None:
    (tmp_path / "mlruns" / "notes").mkdir(parents=True)
    assert mlflow_data(str(tmp_path)) is None
    refuse_mlflow_data(str(tmp_path))
