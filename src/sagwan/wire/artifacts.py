"""Requests and responses about lists of artifacts."""

from sagwan.entities import Entity, FileInfo


class ListArtifacts(Entity):
    """GET artifacts/list"""

    run_id: str
    path: str | None = None
    page_token: str | None = None


class ListLoggedModelArtifacts(Entity):
    """GET logged-models/{model_id}/artifacts/directories"""

    model_id: str
    artifact_directory_path: str | None = None
    page_token: str | None = None


class ListArtifactsResponse(Entity):
    """The files of a folder, paths relative to the run's or model's root."""

    root_uri: str
    files: list[FileInfo] = []
    next_page_token: str | None = None
