"""What tests of endpoints share."""

from collections.abc import Iterator

import pytest

from tests.server.support import Asker, asking


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """An application with a run and a model, for requests that it refuses: none may change it."""
    with asking(tmp_path_factory.mktemp("untouched")) as app:
        app.post("runs/create", {"experiment_id": "0"})
        app.post("logged-models", {"experiment_id": "0", "name": "m"})
        app.post("registered-models/create", {"name": "m"})
        app.post("model-versions/create", {"name": "m", "source": "s3://bucket/m"})
        before = everything(app)
        yield app
        assert everything(app) == before


def everything(app: Asker) -> list[object]:
    """What the application shows of its experiments, runs, models and registered models."""
    experiments = app.post("experiments/search", {"max_results": 50, "view_type": "ALL"}).json
    ids = [found["experiment_id"] for found in experiments["experiments"]]
    runs = app.post("runs/search", {"experiment_ids": ids, "run_view_type": "ALL"}).json
    models = app.post("logged-models/search", {"experiment_ids": ids}).json
    registered = [
        app.get(f"{kind}/search").json for kind in ("registered-models", "model-versions")
    ]
    return [experiments, runs, models, registered]
