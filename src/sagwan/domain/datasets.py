"""Rules of datasets that runs log as inputs."""

from collections.abc import Iterable

from sagwan.domain import limits
from sagwan.domain.limits import within
from sagwan.entities import DatasetInput


def check_dataset_inputs(inputs: Iterable[DatasetInput]) -> None:
    """Raise InvalidParameter where a dataset or a tag is longer than the protocol allows."""
    for dataset_input in inputs:
        dataset = dataset_input.dataset
        within("name", limits.DATASET_NAME_LENGTH, dataset.name)
        within("digest", limits.DATASET_DIGEST_LENGTH, dataset.digest)
        within("source_type", limits.DATASET_SOURCE_TYPE_LENGTH, dataset.source_type)
        within("source", limits.DATASET_SOURCE_LENGTH, dataset.source)
        within("schema", limits.DATASET_SCHEMA_LENGTH, dataset.schema or "")
        within("profile", limits.DATASET_PROFILE_LENGTH, dataset.profile or "")
        for tag in dataset_input.tags:
            within("key", limits.INPUT_TAG_KEY_LENGTH, tag.key)
            within("value", limits.INPUT_TAG_VALUE_LENGTH, tag.value)
