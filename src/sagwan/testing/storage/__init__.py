"""The conformance suite: what every store must do, one rule a test.

A store passes it by inheriting a class of `sagwan.testing.storage.suite` and saying how it is
opened.
"""

import pytest

# Without this, a failing rule would say "assert False" and no more. It must come before the
# modules are imported, so nothing is imported here.
pytest.register_assert_rewrite(
    *(
        f"sagwan.testing.storage.{module}"
        for module in (
            "batches",
            "concurrency",
            "durability",
            "experiments",
            "grouping",
            "inputs",
            "lab",
            "metrics",
            "model_search",
            "models",
            "registry",
            "registry_search",
            "run_search",
            "runs",
            "series",
            "webhooks",
            "workspace",
        )
    )
)
