"""The handler of changes of many runs at once."""

from sagwan.domain.batch import check_tags
from sagwan.domain.experiments import parse_experiment_id
from sagwan.domain.search.conditions import parse_condition
from sagwan.domain.search.fields import WORKSPACE_RUNS
from sagwan.domain.workspace import BULK
from sagwan.errors import InvalidParameter, invalid, missing
from sagwan.server.context import Context
from sagwan.storage.bulk import RunSelection
from sagwan.wire import endpoints
from sagwan.wire.bulk import BulkAction, BulkRuns, BulkRunsResponse


async def change(context: Context, request: BulkRuns) -> BulkRunsResponse:
    if request.action not in list(BulkAction):
        raise invalid("action", request.action, f"It must be one of {[*map(str, BulkAction)]}.")
    action, selection = BulkAction(request.action), _selection(request)
    is_tagging = action is BulkAction.TAG
    if is_tagging is not bool(request.set_tags or request.remove_tags):
        if is_tagging:
            raise missing("set_tags")
        raise InvalidParameter(f"Tags are for the action 'tag' only, not for '{action}'.")
    port, now = context.store.bulk, context.clock()
    if action is BulkAction.DELETE:
        return BulkRunsResponse(await port.delete(selection, now), now)
    if action is BulkAction.RESTORE:
        ids = await port.restore(selection)
        return BulkRunsResponse(len(ids), now, ids)
    tags = check_tags(request.set_tags, context.settings.truncate_long_values, "set_tags[{}].")
    return BulkRunsResponse(await port.tag(selection, tags, request.remove_tags), now)


def _selection(request: BulkRuns) -> RunSelection:
    by_ids = request.run_ids is not None
    if by_ids and (request.experiment_ids or request.filter is not None):
        raise InvalidParameter("Name runs by run_ids or by experiment_ids and filter, not by both.")
    if request.run_ids is not None and len(request.run_ids) > BULK:
        raise invalid("run_ids", len(request.run_ids), f"At most {BULK} can be named.")
    if not by_ids and not request.experiment_ids:
        raise missing("run_ids")
    if not by_ids and request.expected is None:
        raise missing("expected")
    return RunSelection(
        request.run_ids,
        [parse_experiment_id(text) for text in request.experiment_ids],
        parse_condition(request.filter, WORKSPACE_RUNS),
        request.deleted_at,
        request.expected,
    )


HANDLERS = {endpoints.BULK_RUNS: change}
