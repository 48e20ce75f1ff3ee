"""The conformance suite: what every artifact store must do, one rule a test.

A store passes it by inheriting `sagwan.testing.artifacts.suite.ArtifactStoreConformance` and
saying how it is opened. One that takes files in parts also inherits
`sagwan.testing.artifacts.parts.PartUploadConformance`, one that signs URLs
`sagwan.testing.artifacts.signed.SignedUrlConformance`.
"""

import pytest

# Without this, a failing rule would say "assert False" and no more. It must come before the
# modules are imported, so nothing is imported here.
pytest.register_assert_rewrite(
    *(f"sagwan.testing.artifacts.{module}" for module in ("bench", "parts", "signed", "suite"))
)
