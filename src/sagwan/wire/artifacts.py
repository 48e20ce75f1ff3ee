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


class CreateMultipartUpload(Entity):
    """POST mlflow-artifacts/mpu/create; `path` is the file, of which only the name counts."""

    path: str
    num_parts: int = 0


class MultipartCredential(Entity):
    """Where and with which headers to PUT a part."""

    url: str
    part_number: int
    headers: dict[str, str] = {}


class CreateMultipartUploadResponse(Entity):
    """The upload's id, and where each of its parts goes."""

    credentials: list[MultipartCredential]
    upload_id: str


class MultipartPart(Entity):
    """A part that arrived, with the ETag that it was given."""

    part_number: int
    etag: str = ""
    url: str = ""


class CompleteMultipartUpload(Entity):
    """POST mlflow-artifacts/mpu/complete"""

    path: str
    upload_id: str = ""
    parts: list[MultipartPart] = []


class AbortMultipartUpload(Entity):
    """POST mlflow-artifacts/mpu/abort"""

    path: str
    upload_id: str = ""


class PresignedDownload(Entity, omit_defaults=False):
    """GET mlflow-artifacts/presigned"""

    url: str
    file_size: int
    headers: dict[str, str] = {}


class CreatePresignedUploadUrl(Entity):
    """POST artifacts/presigned-upload-url; for a run or a logged model; times are in seconds."""

    path: str
    run_id: str | None = None
    model_id: str | None = None
    expiration: int | None = None


class PresignedUploadUrl(Entity):
    """A URL for a PUT of the file, and the headers to send along."""

    presigned_url: str
    headers: dict[str, str] = {}


class CreatePresignedDownloadUrl(Entity):
    """POST artifacts/presigned-download-url; times are in seconds."""

    run_id: str
    path: str
    expiration: int | None = None


class PresignedDownloadUrl(Entity):
    """A URL for a GET of the file, the headers to send along, and the file's size in bytes."""

    presigned_url: str
    file_size: int
    headers: dict[str, str] = {}
