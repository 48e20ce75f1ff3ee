"""What the programs of this folder share: values as plain JSON, errors as values, raw requests.

The programs run in the environment of a released `mlflow`, with this folder on `sys.path`; a
program's last printed line is one JSON document of everything that it read back.
"""

import enum
import json
import math
import os
import sys
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import mlflow
import requests
from mlflow.entities._mlflow_object import _MlflowObject
from mlflow.exceptions import MlflowException

SERVER = os.environ["MLFLOW_TRACKING_URI"]
LABEL = os.environ["COMPAT_LABEL"]
CLIENT_3 = int(mlflow.__version__.split(".")[0]) >= 3


def unique(name: str) -> str:
    """`name` as no other program and no other client on the same server uses it."""
    return f"{name} of {LABEL}"


def plain(value: Any) -> Any:
    """`value` made of JSON's types; entities become objects of all their public fields."""
    if isinstance(value, enum.Enum):
        return value.name
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    if isinstance(value, _MlflowObject):
        return {"": type(value).__name__, **{key: plain(item) for key, item in value}}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if hasattr(value, "item") and not hasattr(value, "__len__"):
        return plain(value.item())
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return str(value)


def frame(table: Any) -> dict[str, Any]:
    """A pandas table as its columns, their types and their cells."""
    return {
        "columns": {str(name): str(kind) for name, kind in table.dtypes.items()},
        "rows": [
            {str(name): _cell(cell) for name, cell in row.items()}
            for row in table.to_dict(orient="records")
        ],
    }


def _cell(cell: Any) -> Any:
    if hasattr(cell, "timestamp"):
        is_time = cell == cell  # pandas' NaT is not equal to itself
        return {"milliseconds": round(cell.timestamp() * 1000)} if is_time else "NaT"
    return plain(cell)


def attempt(call: Callable[..., Any], *args: Any, **kwargs: Any) -> dict[str, Any]:
    """What `call` returns, or all that its error tells a user."""
    try:
        return {"result": plain(call(*args, **kwargs))}
    except MlflowException as error:
        return {
            "error": type(error).__name__,
            "error_code": error.error_code,
            "message": error.message,
        }
    except Exception as error:
        return {"error": type(error).__name__, "message": str(error)}


def api(path: str) -> str:
    """The URL of an MLflow 2.0 endpoint."""
    return f"{SERVER}/api/2.0/mlflow/{path}"


def request(method: str, url: str, **options: Any) -> dict[str, Any]:
    """One HTTP exchange without the client: status, type and body."""
    answer = requests.request(method, url, timeout=60, **options)
    kind = answer.headers.get("Content-Type", "").split(";")[0]
    body = answer.json() if kind == "application/json" else None
    if isinstance(body, dict):
        # Additions of recent servers that no client reads.
        body.pop("sqlstate", None)
        body.pop("error_class", None)
    return {"status": answer.status_code, "json": plain(body)}


def post(path: str, body: Any = None, **options: Any) -> dict[str, Any]:
    """POST `body` as JSON to an endpoint."""
    return request("POST", api(path), json=body, **options)


def get(path: str, query: Any = None, **options: Any) -> dict[str, Any]:
    """GET an endpoint."""
    return request("GET", api(path), params=query, **options)


def absent_id() -> str:
    """A well-formed run id that no server knows."""
    return uuid.UUID(int=0xDEAD).hex


def emit(document: Mapping[str, Any]) -> None:
    """Print the program's document as its last line."""
    sys.stdout.flush()
    print("\n" + json.dumps(plain(document), sort_keys=True, allow_nan=False))
