"""Links of runs to the datasets and models that they used or produced."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from sagwan.domain import lifecycle
from sagwan.entities import Dataset, DatasetInput, ModelOutput
from sagwan.storage.sql.database import new_id
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.tables import dataset_input_tags, dataset_inputs, datasets, run_models


def link_datasets(
    connection: Connection, dialect: Dialect, run: Row[Any], used: Sequence[DatasetInput]
) -> None:
    """Link datasets to a run; what is linked already stays as it is."""
    linked = set(
        connection.execute(
            select(dataset_inputs.c.dataset).where(dataset_inputs.c.run == run.id)
        ).scalars()
    )
    for item in used:
        dataset = _store(connection, dialect, run.experiment_id, item.dataset)
        if dataset in linked:
            continue
        linked.add(dataset)
        link = connection.execute(insert(dataset_inputs), {"run": run.id, "dataset": dataset})
        number = new_id(link)
        tags = {tag.key: tag.value for tag in item.tags}
        if tags:
            connection.execute(
                insert(dataset_input_tags),
                [{"input": number, "key": key, "value": value} for key, value in tags.items()],
            )


def _store(connection: Connection, dialect: Dialect, experiment_id: int, dataset: Dataset) -> int:
    """The number of a dataset, which is stored where it is new in the experiment."""
    connection.execute(
        dialect.insert_missing(datasets),
        {
            "experiment_id": experiment_id,
            "name": dataset.name,
            "digest": dataset.digest,
            "source_type": dataset.source_type,
            "source": dataset.source,
            "schema": dataset.schema,
            "profile": dataset.profile,
        },
    )
    number: int = connection.execute(
        select(datasets.c.id).where(
            datasets.c.experiment_id == experiment_id,
            datasets.c.name == dataset.name,
            datasets.c.digest == dataset.digest,
        )
    ).scalar_one()
    return number


def link_read_models(
    connection: Connection, dialect: Dialect, run: Row[Any], model_ids: Sequence[str]
) -> None:
    """Link models that a run read; what is linked already stays as it is."""
    if model_ids:
        connection.execute(
            dialect.insert_missing(run_models),
            [
                {"run": run.id, "output": 0, "model_id": model_id, "step": 0}
                for model_id in dict.fromkeys(model_ids)
            ],
        )


def link_written_models(
    connection: Connection, run: Row[Any], models: Sequence[ModelOutput]
) -> None:
    """Link models that a run produced. Raises InvalidParameter where one is linked already."""
    linked = set(
        connection.execute(
            select(run_models.c.model_id).where(
                run_models.c.run == run.id, run_models.c.output == 1
            )
        ).scalars()
    )
    repeated = []
    for model in models:
        if model.model_id in linked:
            repeated.append(model.model_id)
        linked.add(model.model_id)
    if repeated:
        raise lifecycle.outputs_exist(run.run_id, repeated)
    if models:
        connection.execute(
            insert(run_models),
            [
                {"run": run.id, "output": 1, "model_id": model.model_id, "step": model.step}
                for model in models
            ],
        )
