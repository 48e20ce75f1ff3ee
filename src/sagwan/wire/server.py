"""What the server says of itself."""

import msgspec

from sagwan.entities import Entity


class ServerInfo(Entity, omit_defaults=False):
    """GET server-info: clients probe features here.

    `store_type` is null where the server serves artifacts alone. What is said of multipart
    transfers is about the store that the server serves. What is said of presigned uploads is that
    there are such requests; whether a run's store can answer one shows when it is asked.
    """

    store_type: str | None
    workspaces_enabled: bool = False
    trace_archival_enabled: bool = False
    multipart_uploads_enabled: bool = False
    multipart_downloads_enabled: bool = False
    presigned_upload_run_id_supported: bool = False
    presigned_upload_model_id_supported: bool = False
    features_enabled: dict[str, bool] = msgspec.field(default_factory=lambda: {"gateway": False})
