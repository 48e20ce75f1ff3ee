"""What revisions are made of: changes that look first whether they were made already.

Databases that commit each change of the schema by itself may have been killed between two of a
revision; it is run again from its beginning. When only the SQL is asked for, nothing is looked at.
"""

from alembic import op
from sqlalchemy import Column, MetaData, inspect
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

from sagwan.storage.sql.schema import create_missing

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def create_tables(metadata: MetaData) -> None:
    """Create the tables with their indexes."""
    if not _only_sql():
        create_missing(op.get_bind(), metadata)
        return
    for table in metadata.sorted_tables:
        op.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            op.execute(CreateIndex(index))


def drop_tables(metadata: MetaData) -> None:
    """Drop the tables, with what is in them."""
    for table in reversed(metadata.sorted_tables):
        if _only_sql() or _inspector().has_table(table.name):
            op.execute(DropTable(table))


def add_column(table: str, column: Column[object]) -> None:
    """Add a column, nullable or with a default: what older servers insert must stay valid."""
    if _only_sql() or column.name not in _columns(table):
        op.add_column(table, column)


def drop_column(table: str, column: str) -> None:
    """Drop a column that no server in use knows any more."""
    if _only_sql() or column in _columns(table):
        op.drop_column(table, column)


def create_index(name: str, table: str, *columns: str) -> None:
    """Create an index; writes to the table wait until it is done."""
    if _only_sql() or name not in _indexes(table):
        op.create_index(name, table, list(columns))


def drop_index(name: str, table: str) -> None:
    """Drop an index."""
    if _only_sql() or name in _indexes(table):
        op.drop_index(name, table)


def is_postgresql() -> bool:
    """Whether the database is PostgreSQL, where a change is for it alone."""
    return op.get_context().dialect.name == "postgresql"


def _only_sql() -> bool:
    return op.get_context().as_sql


def _inspector() -> Inspector:
    return inspect(op.get_bind())


def _columns(table: str) -> set[str]:
    return {column["name"] for column in _inspector().get_columns(table)}


def _indexes(table: str) -> set[str]:
    return {str(index["name"]) for index in _inspector().get_indexes(table)}
