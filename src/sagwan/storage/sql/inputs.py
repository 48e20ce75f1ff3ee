"""Links of runs to the datasets and models that they used or produced."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from sagwan.domain import lifecycle
from sagwan.entities import Dataset, DatasetInput, ModelOutput
from sagwan.storage.sql.dialects.base import Dialect
from sagwan.storage.sql.tables import dataset_input_tags, dataset_inputs, datasets, run_models


def link_datasets(
    connection: Connection, dialect: Dialect, run: Row[Any], used: Sequence[DatasetInput]
) -> None:
    """Link datasets to a run; what is linked already stays as it is."""
    numbers = _store(connection, dialect, run.experiment_id, [item.dataset for item in used])
    linked = set(
        connection.execute(
            select(dataset_inputs.c.dataset).where(dataset_inputs.c.run == run.id)
        ).scalars()
    )
    new: dict[int, DatasetInput] = {}
    for item in used:
        number = numbers[item.dataset.name, item.dataset.digest]
        if number not in linked:
            new.setdefault(number, item)
    if not new:
        return
    connection.execute(
        insert(dataset_inputs), [{"run": run.id, "dataset": number} for number in new]
    )
    rows = connection.execute(
        select(dataset_inputs.c.dataset, dataset_inputs.c.id).where(
            dataset_inputs.c.run == run.id, dialect.in_integers(dataset_inputs.c.dataset, [*new])
        )
    ).all()
    tags = [
        {"input": row.id, "key": key, "value": value}
        for row in rows
        for key, value in {tag.key: tag.value for tag in new[row.dataset].tags}.items()
    ]
    if tags:
        connection.execute(insert(dataset_input_tags), tags)


def _store(
    connection: Connection, dialect: Dialect, experiment_id: int, used: Sequence[Dataset]
) -> dict[tuple[str, str], int]:
    """The numbers of datasets by name and digest; those new in the experiment are stored."""
    first: dict[tuple[str, str], Dataset] = {}
    for dataset in used:
        first.setdefault((dataset.name, dataset.digest), dataset)
    if not first:
        return {}
    connection.execute(
        dialect.insert_missing(datasets),
        [
            {
                "experiment_id": experiment_id,
                "name": dataset.name,
                "digest": dataset.digest,
                "source_type": dataset.source_type,
                "source": dataset.source,
                "schema": dataset.schema,
                "profile": dataset.profile,
            }
            for dataset in first.values()
        ],
    )
    rows = connection.execute(
        select(datasets.c.name, datasets.c.digest, datasets.c.id).where(
            datasets.c.experiment_id == experiment_id,
            dialect.in_texts(datasets.c.name, sorted({name for name, _ in first})),
        )
    )
    return {(row.name, row.digest): row.id for row in rows}


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
