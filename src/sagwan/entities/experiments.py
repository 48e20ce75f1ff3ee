"""Experiments: named groups of runs."""

from sagwan.entities.base import Entity, Tag

DEFAULT_WORKSPACE = "default"


class Experiment(Entity):
    """An experiment. Times are Unix milliseconds; the id is a decimal integer as text.

    Every experiment is in the one workspace, `default`.
    """

    experiment_id: str
    name: str
    artifact_location: str
    lifecycle_stage: str
    last_update_time: int
    creation_time: int
    workspace: str
    tags: list[Tag] = []
