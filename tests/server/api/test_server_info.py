"""GET server-info (of the protocol's version 3.0)"""

import pytest

from tests.server.api.answers import said
from tests.server.support import Asker


@pytest.mark.parametrize("root", ["api", "ajax-api"])
def test_says_which_features_there_are(untouched: Asker, root: str) -> None:
    assert said(untouched.get(f"/{root}/3.0/mlflow/server-info")) == (
        200,
        b'{"store_type":"SqlStore","workspaces_enabled":false,"trace_archival_enabled":false,'
        b'"multipart_uploads_enabled":true,"multipart_downloads_enabled":false,'
        b'"presigned_upload_run_id_supported":true,"presigned_upload_model_id_supported":true,'
        b'"features_enabled":{"gateway":false}}',
    )


def test_is_only_in_version_3(untouched: Asker) -> None:
    assert untouched.get("/api/2.0/mlflow/server-info").status == 404
