"""The portable backup: all tables of a store in one file, the same for every database.

After a line that names the format comes one stream compressed with Zstandard: messages of
MessagePack, each after its length (4 bytes, big-endian). The first says which revision the schema
has and how many rows each table had; then come rows, some at a time; the last has the rows that
were written and the SHA-256 of all before it. Without it the file is not whole.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import msgspec
import zstandard
from sqlalchemy import Connection, LargeBinary, MetaData, Table, func, select

from sagwan import __version__
from sagwan.errors import InvalidParameter
from sagwan.storage.sql.backfill import Progress
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.schema import versions

MAGIC = b"sagwan backup 1\n"
_LONGEST = 1 << 31
_LEVEL = 3

# Rows that are read at a time: a segment of metrics may be large.
_SMALL, _LARGE = 2000, 50
_MESSAGE = 1 << 20


class Head(msgspec.Struct, array_like=True):
    """What a backup holds. `numbers` are the last ids that were given, by table."""

    version: str
    revision: str
    rows: dict[str, int]
    numbers: dict[str, int]


class Rows(msgspec.Struct, array_like=True, tag=True):
    """Some rows of a table."""

    table: str
    columns: list[str]
    rows: list[list[Any]]


class End(msgspec.Struct, array_like=True, tag=True):
    """The last message."""

    rows: dict[str, int]
    sha256: bytes


_encoder = msgspec.msgpack.Encoder()
_head = msgspec.msgpack.Decoder(Head)
_message = msgspec.msgpack.Decoder(Rows | End)


def head(connection: Connection, dialect: Dialect, revision: str, tables: MetaData) -> Head:
    """What there is in a store, as the connection's transaction sees it."""
    chosen = _chosen(tables)
    rows = {plain(table.name): count_rows(connection, table) for table in chosen}
    return Head(__version__, revision, rows, _last_numbers(connection, dialect, chosen))


def contents(connection: Connection, tables: MetaData) -> Iterator[Rows]:
    """All rows of a store, those of a table after those of the tables that it refers to."""
    for table in _chosen(tables):
        columns = [plain(column.name) for column in table.columns]
        for rows in _read(connection, table):
            yield Rows(plain(table.name), columns, rows)


def write(
    connection: Connection, first: Head, tables: MetaData, stream: IO[bytes], progress: Progress
) -> int:
    """Write the tables of a store as the connection's transaction sees them; the rows written."""
    written = dict.fromkeys(first.rows, 0)
    total = sum(first.rows.values())
    done = 0
    stream.write(MAGIC)
    digest = hashlib.sha256()
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    with compressor.stream_writer(stream, closefd=False) as packed:

        def put(message: object) -> None:
            data = _encoder.encode(message)
            data = len(data).to_bytes(4, "big") + data
            digest.update(data)
            packed.write(data)

        put(first)
        for part in contents(connection, tables):
            put(part)
            written[part.table] += len(part.rows)
            done += len(part.rows)
            progress(done, total)
        put(End(written, digest.digest()))
    return done


def plain(name: str) -> str:
    """The text of a name; SQLAlchemy's own are of a class that can't be encoded."""
    return "".join(char for char in name)


def _chosen(tables: MetaData) -> list[Table]:
    return [table for table in tables.sorted_tables if table.name != versions.name]


def count_rows(connection: Connection, table: Table) -> int:
    """The rows of a table."""
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _read(connection: Connection, table: Table) -> Iterator[list[list[Any]]]:
    """A table's rows, a message's worth at a time."""
    large = any(isinstance(column.type, LargeBinary) for column in table.columns)
    result = connection.execution_options(yield_per=_LARGE if large else _SMALL).execute(
        select(*table.columns)
    )
    message: list[list[Any]] = []
    size = 0
    with closing(result):
        for row in result:
            message.append(list(row))
            size += sum(len(cell) if isinstance(cell, str | bytes) else 9 for cell in row)
            if size >= _MESSAGE:
                yield message
                message, size = [], 0
    if message:
        yield message


class Reader:
    """Reads a backup. Messages of it can't be trusted before `verify` has seen the whole file."""

    def __init__(self, file: Path) -> None:
        """Raises InvalidParameter where the file is no backup."""
        self._file = file
        self.head: Head = next(self._messages())

    @property
    def size(self) -> int:
        """Rows."""
        return sum(self.head.rows.values())

    def verify(self, progress: Progress) -> None:
        """Read all of it. Raises InvalidParameter where it is not whole or was changed."""
        done = 0
        for rows in self.rows():
            done += len(rows.rows)
            progress(done, self.size)

    def rows(self) -> Iterator[Rows]:
        """All rows. Raises InvalidParameter where the file turns out not to be whole."""
        counts = dict.fromkeys(self.head.rows, 0)
        messages = self._messages()
        next(messages)
        for message in messages:
            if isinstance(message, End):
                if message.rows != counts or counts != self.head.rows:
                    raise self._damaged("rows are missing")
                return
            counts[message.table] = counts.get(message.table, 0) + len(message.rows)
            yield message
        raise self._damaged("its end is missing")

    def _messages(self) -> Iterator[Any]:
        digest = hashlib.sha256()
        try:
            with self._file.open("rb") as stream:
                if stream.read(len(MAGIC)) != MAGIC:
                    raise InvalidParameter(f"{self._file} is no backup of Sagwan.")
                with zstandard.ZstdDecompressor().stream_reader(stream) as packed:
                    first = True
                    while length := _exactly(packed, 4):
                        data = _exactly(packed, int.from_bytes(length, "big"))
                        message = (_head if first else _message).decode(data)
                        if isinstance(message, End) and message.sha256 != digest.digest():
                            raise self._damaged("its checksum is wrong")
                        digest.update(length)
                        digest.update(data)
                        yield message
                        first = False
                    if first:
                        raise self._damaged("it ends before it begins")
        except OSError as error:
            raise InvalidParameter(f"{self._file} can't be read: {error}") from None
        except (zstandard.ZstdError, msgspec.MsgspecError, ValueError, EOFError) as error:
            raise self._damaged(str(error)) from None

    def _damaged(self, why: str) -> InvalidParameter:
        return InvalidParameter(f"{self._file} is damaged or not whole: {why}.")


def _exactly(stream: Any, count: int) -> bytes:
    """That many bytes; none at the end of the stream. Raises EOFError."""
    if count > _LONGEST:
        raise EOFError("a message is too long")
    parts = bytearray()
    while len(parts) < count:
        part = stream.read(count - len(parts))
        if not part:
            if parts:
                raise EOFError("it ends within a message")
            return b""
        parts += part
    return bytes(parts)


def _last_numbers(
    connection: Connection, dialect: Dialect, tables: Sequence[Table]
) -> dict[str, int]:
    """The last id that each table gave to a row, those of rows that are gone included.

    Only where the database remembers; nowhere less than the highest id that is there.
    """
    numbers: dict[str, int] = {}
    for table in tables:
        if "id" in table.columns:
            highest = connection.execute(select(func.max(table.c.id))).scalar()
            given = dialect.last_number(connection, plain(table.name))
            known = [int(number) for number in (highest, given) if number is not None]
            if known:
                numbers[plain(table.name)] = max(known)
    return numbers
