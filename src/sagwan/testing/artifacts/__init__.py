"""The conformance suite: what every artifact store must do, one rule a test.

A store passes it by inheriting `sagwan.testing.artifacts.suite.ArtifactStoreConformance` and
saying how it is opened.
"""

import pytest

# Without this, a failing rule would say "assert False" and no more. It must come before the
# modules are imported, so nothing is imported here.
pytest.register_assert_rewrite("sagwan.testing.artifacts.bench", "sagwan.testing.artifacts.suite")
