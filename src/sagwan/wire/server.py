"""What the server says of itself."""

import msgspec

from sagwan.entities import Entity


class ServerInfo(Entity, omit_defaults=False):
    """GET server-info: clients probe features here.

    The first two of artifacts are about the store that the server serves; the last two say which
    requests there are, and whether a run's store can answer them shows when it is asked.
    """

    store_type: str
    workspaces_enabled: bool = False
    trace_archival_enabled: bool = False
    multipart_uploads_enabled: bool = False
    multipart_downloads_enabled: bool = False
    presigned_upload_run_id_supported: bool = False
    presigned_upload_model_id_supported: bool = False
    features_enabled: dict[str, bool] = msgspec.field(default_factory=lambda: {"gateway": False})
