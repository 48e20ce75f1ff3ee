"""Handlers of what is said of metrics."""

from sagwan.domain.dictionary import check_entries
from sagwan.domain.experiments import parse_experiment_id
from sagwan.entities.dictionary import MetricDictionary
from sagwan.server.context import Context
from sagwan.wire import dictionary as wire
from sagwan.wire import endpoints


async def read(context: Context, request: wire.ReadDictionary) -> MetricDictionary:
    return await context.store.dictionaries.get(_number(request.experiment_id))


async def write(context: Context, request: wire.WriteDictionary) -> MetricDictionary:
    entries = check_entries(request.metrics)
    number = _number(request.experiment_id)
    return await context.store.dictionaries.put(number, entries, request.version)


def _number(experiment_id: str | None) -> int | None:
    return None if experiment_id is None else parse_experiment_id(experiment_id)


HANDLERS = {
    endpoints.READ_DICTIONARY: read,
    endpoints.WRITE_DICTIONARY: write,
}
