"""What processes that tests kill find done: the server that they are forked from did it once."""

from tests.storage.sql.migrating import CHAIN

assert CHAIN.tables
