"""Datasets that runs used, and their links to runs."""

from sagwan.entities.base import Entity, Tag


class Dataset(Entity):
    """A dataset's identity and description; `source`, `schema` and `profile` are JSON as text."""

    name: str
    digest: str
    source_type: str
    source: str
    schema: str | None = None
    profile: str | None = None


class DatasetInput(Entity):
    """A dataset that a run used, with the tags of that use (`mlflow.data.context` among them)."""

    dataset: Dataset
    tags: list[Tag] = []


class DatasetSummary(Entity):
    """What a search for datasets lists."""

    experiment_id: str
    name: str
    digest: str
    context: str | None = None
