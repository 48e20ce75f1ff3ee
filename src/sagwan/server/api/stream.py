"""The handler of the stream that tells what happens to runs."""

from collections.abc import AsyncGenerator

from sagwan.domain.experiments import parse_experiment_id
from sagwan.domain.limits import STREAM_NAMES
from sagwan.errors import InvalidParameter
from sagwan.server.context import Context
from sagwan.server.events import EventHandler
from sagwan.server.following import Interest
from sagwan.wire import endpoints
from sagwan.wire.base import Endpoint
from sagwan.wire.stream import FollowRuns


async def follow_runs(context: Context, request: FollowRuns) -> AsyncGenerator[bytes, None]:
    for name, given in (("experiment_ids", request.experiment_ids), ("run_ids", request.run_ids)):
        if len(given) > STREAM_NAMES:
            raise InvalidParameter(
                f"'{name}' holds {len(given)} items. At most {STREAM_NAMES} are allowed."
            )
    experiments = frozenset(map(parse_experiment_id, request.experiment_ids))
    interest = Interest(experiments, frozenset(request.run_ids), request.points)
    return await context.hub.listen(
        context.store.changes, interest, request.position, context.clock
    )


STREAMS: dict[Endpoint, EventHandler] = {endpoints.FOLLOW_RUNS: follow_runs}
