"""Handlers of what the web UI asks about many runs at once."""

from collections.abc import Sequence

from sagwan.domain.experiments import parse_experiment_id
from sagwan.domain.grouping import GROUPS, MEMBERS
from sagwan.domain.search.ast import Field, FieldKind
from sagwan.domain.search.conditions import parse_condition
from sagwan.domain.search.fields import WORKSPACE_RUNS
from sagwan.domain.search.parser import parse_field, parse_order_by
from sagwan.domain.workspace import BINS, COLUMNS, PAGE, SAMPLE
from sagwan.entities import ViewType
from sagwan.entities.workspace import Cell, OpenedExperiment, RunFacet, RunGroups, RunKeys
from sagwan.errors import invalid
from sagwan.server.context import Context
from sagwan.storage.base import Grouping, RunPage, RunQuery
from sagwan.wire import endpoints
from sagwan.wire import workspace as wire


async def query(context: Context, request: wire.QueryRuns) -> wire.QueryRunsResponse:
    _between("limit", request.limit, 1, PAGE)
    _between("offset", request.offset, 0, 2**63 - 1)
    if len(request.columns) > COLUMNS:
        raise invalid("columns", len(request.columns), f"At most {COLUMNS} can be asked for.")
    asked = RunQuery(
        _experiments(request.experiment_ids),
        parse_condition(request.filter, WORKSPACE_RUNS),
        parse_order_by(request.order_by, WORKSPACE_RUNS),
        request.run_view_type or ViewType.ACTIVE_ONLY,
    )
    fields = [parse_field(text, WORKSPACE_RUNS) for text in request.columns]
    page = RunPage(fields, request.offset, request.limit, request.snapshot)
    table = await context.store.workspace.query(asked, page)
    columns = [
        wire.RunColumn(text, _on_the_wire(cells))
        for text, cells in zip(request.columns, table.columns, strict=True)
    ]
    return wire.QueryRunsResponse(table.total, table.snapshot, request.offset, table.runs, columns)


async def keys(context: Context, request: wire.ReadKeys) -> RunKeys:
    _between("sample", request.sample, 1, SAMPLE)
    return await context.store.workspace.keys(_experiments(request.experiment_ids), request.sample)


async def open_experiment(context: Context, request: wire.OpenExperiment) -> OpenedExperiment:
    _between("sample", request.sample, 1, SAMPLE)
    number = parse_experiment_id(request.experiment_id)
    return await context.store.workspace.open(number, request.sample)


async def facet(context: Context, request: wire.FacetRuns) -> RunFacet:
    _between("bins", request.bins, 1, BINS)
    asked = RunQuery(
        _experiments(request.experiment_ids),
        parse_condition(request.filter, WORKSPACE_RUNS),
        view=request.run_view_type or ViewType.ACTIVE_ONLY,
    )
    field = parse_field(request.field, WORKSPACE_RUNS)
    return await context.store.workspace.facet(asked, field, request.bins)


async def groups(context: Context, request: wire.GroupRuns) -> RunGroups:
    _between("limit", request.limit, 1, GROUPS)
    _between("members", request.members, 0, MEMBERS)
    asked = RunQuery(
        _experiments(request.experiment_ids),
        parse_condition(request.filter, WORKSPACE_RUNS),
        parse_order_by(request.order_by, WORKSPACE_RUNS),
        request.run_view_type or ViewType.ACTIVE_ONLY,
    )
    if request.by and request.without:
        raise invalid("without", request.without[0], "It is only for an empty 'by'.")
    texts = (FieldKind.PARAM, FieldKind.TAG)
    grouping = Grouping(
        _fields("by", request.by, texts),
        _fields("without", request.without, texts[:1]),
        _fields("metrics", request.metrics, (FieldKind.METRIC,)),
        request.limit,
        request.members,
    )
    return await context.store.workspace.groups(asked, grouping)


def _fields(name: str, given: Sequence[str], kinds: Sequence[FieldKind]) -> list[Field]:
    """The fields of a request, each once, if all are of these kinds."""
    if len(given) > COLUMNS:
        raise invalid(name, len(given), f"At most {COLUMNS} can be asked for.")
    fields = [parse_field(text, WORKSPACE_RUNS) for text in given]
    for text, field in zip(given, fields, strict=True):
        if field.kind not in kinds:
            allowed = " or a ".join(kind.value for kind in kinds)
            raise invalid(name, text, f"It must be a {allowed}.")
    if len(set(fields)) < len(fields):
        raise invalid(name, given[-1], "Each field can be asked for once.")
    return fields


def _experiments(texts: Sequence[str]) -> list[int]:
    return [parse_experiment_id(text) for text in texts]


def _between(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise invalid(name, value, f"It must be between {least} and {most}.")


def _on_the_wire(cells: list[Cell]) -> list[Cell]:
    # Only NaN differs from itself; JSON has none.
    return ["NaN" if cell != cell else cell for cell in cells]


HANDLERS = {
    endpoints.QUERY_RUNS: query,
    endpoints.READ_KEYS: keys,
    endpoints.OPEN_EXPERIMENT: open_experiment,
    endpoints.FACET_RUNS: facet,
    endpoints.GROUP_RUNS: groups,
}
