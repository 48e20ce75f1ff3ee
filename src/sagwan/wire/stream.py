"""What the web UI is told while it looks on: Sagwan's own."""

from sagwan.entities import Entity

__all__ = ["FollowRuns", "RunsChanged"]


class FollowRuns(Entity):
    """GET stream

    What happens to runs, as server-sent events, until the client goes away: to those of some
    experiments, to some runs, or to all where neither is given. The first event is called `start`
    and comes at once; those called `change` come when something happened, at most two a second. A
    client that lost its connection sends the `id` of the last event it got, as `Last-Event-ID` or
    as `position`, and is told which runs have changed since. Without `points`, metrics alone are no
    news. At most 200 runs and 200 experiments.
    """

    experiment_ids: list[str] = []
    run_ids: list[str] = []
    position: str | None = None
    points: bool = True


class RunsChanged(Entity):
    """The data of an event, in JSON. Lines that begin with a colon only keep the connection.

    `runs` and `keys` are names that come up for the first time; from then on they go by their
    numbers, the first being 0, until an event is `anew`: it begins with number 0 again. `points`
    are [run, key, step, timestamp, value] by step, then timestamp, with null for NaN; after them,
    the value of each of the keys of a run is that of its last point here, but where `latest` says
    otherwise as [run, key, value]. `changed` are runs of which something else may be new, or too
    much to be told: read them again. With `all`, so may be everything. `now` is the server's time.
    """

    now: int
    anew: bool = False
    runs: list[str] = []
    keys: list[str] = []
    points: list[list[float | None]] = []
    latest: list[list[float | None]] = []
    changed: list[int] = []
    all: bool = False
