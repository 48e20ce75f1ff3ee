"""From a backend store URI to a store."""

from collections.abc import Callable

from sagwan.storage.base import Store


async def open_store(
    uri: str,
    *,
    artifact_root: str,
    now: int,
    queue_size: int = 10_000,
    read_replica_uri: str = "",
    clock: Callable[[], int] | None = None,
) -> Store:
    """Open the store at `uri`: a folder (`./path`, `file:/path`) or a SQLAlchemy URI.

    A store that is new is created, with the experiment `Default` as of `now` (Unix milliseconds).
    New experiments get locations below `artifact_root`; at most `queue_size` writes wait.
    Reads go to the database at `read_replica_uri` where it is given. `clock` tells Unix
    milliseconds, for when runs were last written to; without one, it always is `now`.
    Raises InvalidParameter for a URI that can't be a store, Unavailable where it can't be opened.
    """
    # The database library is imported where it is needed: `sagwan --help` is not to wait for it.
    from sagwan.storage.sql.store import SqlStore

    return await SqlStore.open(
        uri,
        artifact_root=artifact_root,
        now=now,
        queue_size=queue_size,
        read_replica_uri=read_replica_uri,
        clock=clock,
    )
