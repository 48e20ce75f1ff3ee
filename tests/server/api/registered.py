"""What tests of the model registry's endpoints share."""

import json

from tests.server.api.answers import Said, not_found, refused, said
from tests.server.support import Asker

NO_REGISTERED_MODEL = not_found("Registered Model with name=nowhere not found")
NO_VERSION = not_found("Model Version (name=nowhere, version=1) not found")
NO_NAME = refused("Invalid model name 'a/b'. Names cannot contain '/' or ':'.")
NO_NUMBER = refused("Parameter 'version' must be an integer, got 'x'.")
NO_STAGE = refused(
    "Invalid Model Version stage: x. Value must be one of None, Staging, Production, Archived."
)
BAD_ALIAS = refused(
    "Invalid alias name: 'a b'. Names may only contain alphanumerics, underscores (_), and"
    " dashes (-)."
)


def register(app: Asker, name: str = "net", **fields: object) -> None:
    """Create a registered model."""
    assert app.post("registered-models/create", {"name": name, **fields}).status == 200


def add(app: Asker, name: str = "net", **fields: object) -> None:
    """Create a version."""
    body = {"name": name, "source": "s3://bucket/model", **fields}
    assert app.post("model-versions/create", body).status == 200


def version(number: int = 1, created: int = 2, updated: int = 2, **fields: object) -> str:
    """The JSON of a version of `net`; `fields` are what differs from one that `add` makes."""
    moment = 1_700_000_000_000
    shown = {
        "name": "net",
        "version": str(number),
        "creation_timestamp": moment + created,
        "last_updated_timestamp": moment + updated,
        "current_stage": "None",
        "source": "s3://bucket/model",
        "run_id": "",
        "status": "READY",
        "run_link": "",
        "description": "",
        **fields,
    }
    shown = {key: value for key, value in shown.items() if value is not None}
    return json.dumps(shown, separators=(",", ":"), ensure_ascii=False)


def one_version(*args: int, **fields: object) -> Said:
    """The answer that is a version."""
    return 200, f'{{"model_version":{version(*args, **fields)}}}'.encode()


def versions(*shown: str) -> Said:
    """The answer that is versions."""
    return 200, f'{{"model_versions":[{",".join(shown)}]}}'.encode()


def delete(app: Asker, path: str, body: object) -> Said:
    """A DELETE with a body."""
    return said(app.post(path, body, "DELETE"))
