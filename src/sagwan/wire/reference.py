"""The reference of the HTTP API in Markdown: `python -m sagwan.wire.reference > docs/api.md`."""

import enum
import inspect
import json
import sys
from collections.abc import Callable, Iterable, Iterator

import msgspec
from msgspec import inspect as types

from sagwan import errors
from sagwan.wire.base import Empty, Endpoint
from sagwan.wire.endpoints import ENDPOINTS
from sagwan.wire.tolerant import plan_of

Struct = type[msgspec.Struct]

INTRODUCTION = """\
# The HTTP API

<!-- Written by `python -m sagwan.wire.reference > docs/api.md`; change the code, not this file. -->

Sagwan speaks the REST protocol of MLflow 3.17, so MLflow's clients work with it as they are.

- A `GET` has its fields in the query string, where a list is a name repeated, or in a JSON body.
  All others have them in a JSON body; `POST` says so with `Content-Type: application/json`.
- Names may also be written in lowerCamelCase in a body. Unknown fields are ignored, null counts as
  absent.
- Integers and doubles may be sent as text. A double that is not finite is `"NaN"`, `"Infinity"` or
  `"-Infinity"`; infinities are kept as the largest double.
- Enums are sent by name or by number, and come back by name.
- What is absent, or empty by default, is left out of an answer. Times are Unix milliseconds.
- `run_id` may also be sent by its former name, `run_uuid`.
- Every path below `/api/` has a twin below `/ajax-api/` for browsers. With `--static-prefix`, all
  paths are there with the prefix too.
- A list goes on where its `next_page_token` is sent as `page_token`, with the same query.
- What is below `/api/sagwan/v1/` is no part of MLflow's protocol: Sagwan's web UI uses it, and it
  may change from one version to the next.
"""

FILES = """\
## Files and probes

These answer with bytes or text. A file is sent as a stream; a `GET` of one may ask for a range.

| Method | Path | What it does |
|---|---|---|
| `PUT` | `/api/2.0/mlflow-artifacts/artifacts/{path}` | Store the body as a file, whole or not at all. |
| `GET` | `/api/2.0/mlflow-artifacts/artifacts/{path}` | Send a file. |
| `DELETE` | `/api/2.0/mlflow-artifacts/artifacts/{path}` | Delete a file or a folder. |
| `GET` | `/api/2.0/mlflow-artifacts/artifacts?path={path}` | List a folder. |
| `POST` | `/api/2.0/mlflow-artifacts/mpu/create/{path}` | `{"path": "<file>", "num_parts": n}`: begin an upload in parts of a file in the folder {path}. Answers `{"upload_id": "...", "credentials": [{"url": "...", "part_number": n, "headers": {}}]}`. |
| `PUT` | `/api/2.0/mlflow-artifacts/mpu/part/{path}?upload_id={id}&part_number={n}` | Store the body as a part of an upload; the answer's `ETag` is the part's. Clients take this URL from the answer to `create`, unless that has signed URLs of the store. |
| `POST` | `/api/2.0/mlflow-artifacts/mpu/complete/{path}` | `{"path": "<file>", "upload_id": "...", "parts": [{"part_number": n, "etag": "..."}]}`: make the file of its parts. |
| `POST` | `/api/2.0/mlflow-artifacts/mpu/abort/{path}` | `{"path": "<file>", "upload_id": "..."}`: forget an upload. |
| `GET` | `/api/2.0/mlflow-artifacts/presigned/{path}` | `{"url": "...", "headers": {}, "file_size": n}`: where to get a file from the store itself. `NOT_IMPLEMENTED` where the store signs no URLs or the server may not hand them out. |
| `GET` | `/get-artifact?run_id={run_id}&path={path}` | Send a file of a run. |
| `GET` | `/model-versions/get-artifact?name={name}&version={version}&path={path}` | Send a file \
of a version of a registered model. |
| `POST` | `/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run_id}&path={path}` | Store the body, of 10 MB at most, as a file of a run. |
| `GET` | `/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/files?artifact_file_path={path}` | Send a file of a logged model. |
| `GET` | `/ajax-api/2.0/mlflow/get-artifact-folder?run_id={run_id}&path={path}` | Send a folder of a run, or all that it has, as a zip file. If that breaks off, the connection ends without the file's end. |
| `GET` | `/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/folder?artifact_directory_path={path}` | The same of a logged model. |
| `POST` | `/v1/traces` | Keep the spans of an `ExportTraceServiceRequest` of OpenTelemetry, in protobuf or JSON, as traces of the experiment that the header `x-mlflow-experiment-id` names. |
| `GET` | `/ajax-api/2.0/mlflow/get-trace-artifact?request_id={trace_id}` | Send the spans of a trace as `traces.json`; with `path`, an attachment of it. Also below `3.0`. |
| `GET` | `/ajax-api/sagwan/v1/files/show?run_id={run_id}&path={path}` | Send an HTML or PDF file of a run for a browser to show. A page is sandboxed: its scripts belong to no origin, and nothing in it can be fetched from anywhere. |
| `GET` | `/health` | `OK` where the store takes writes, else 503. |
| `GET` | `/version` | The version of MLflow whose protocol this is. |
"""  # noqa: E501

ERRORS = """\
## Errors

An error is `{"error_code": "...", "message": "..."}`. Clients try again after 429 and 5xx only.

"""

_JSON = "application/json"
_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "and"}
_PATHS = {endpoint.path for endpoint in ENDPOINTS}


def reference() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    resource = ""
    for endpoint in ENDPOINTS:
        if _resource(endpoint) != resource:
            resource = _resource(endpoint)
            parts.append(f"## {resource}\n")
        parts.append("\n".join(_endpoint(endpoint)))
    parts.append(FILES)
    parts.append("## Types\n")
    parts.extend("\n".join(_declaration(kind)) for kind in _nested())
    parts.append(ERRORS + "\n".join(_errors()))
    return "\n".join(parts)


def _resource(endpoint: Endpoint) -> str:
    name = endpoint.path.split("/")[0]
    return f"sagwan/{name}" if endpoint.private else name


def title(endpoint: Endpoint) -> str:
    """The name of an endpoint's section; with the version where two versions have its path."""
    name = f"{endpoint.method} {endpoint.path}"
    alike = [one for one in ENDPOINTS if f"{one.method} {one.path}" == name]
    return name if len(alike) == 1 else f"{name} ({endpoint.version})"


def _endpoint(endpoint: Endpoint) -> Iterator[str]:
    yield f"### {title(endpoint)}"
    yield ""
    yield " and ".join(f"`{path}`" for path in endpoint.paths())
    yield ""
    note = _note(endpoint.request)
    if note:
        yield note
        yield ""
    if endpoint.request is Empty:
        yield "No fields."
        yield ""
    else:
        yield from _taken(endpoint.request)
    if endpoint.response is Empty:
        yield "**Answer**: `{}`"
        yield ""
    else:
        kind = "" if endpoint.media_type == _JSON else f"`{endpoint.media_type}`. "
        yield f"**Answer**: {kind}{_prose(endpoint.response)}"
        yield ""
        yield from _given(endpoint.response)


def _note(request: Struct) -> str:
    """What a request's docstring says beyond the endpoints that it names first."""
    words = (request.__doc__ or "").split()
    while words and words[0].strip(",;") in _METHODS | _PATHS:
        del words[0]
    parts = [part.strip(" ()") for part in " ".join(words).split(";")]
    text = "; ".join(part for part in parts if part)
    return f"{text[0].upper()}{text[1:].rstrip('.')}." if text and request is not Empty else ""


def _prose(kind: type) -> str:
    return " ".join(inspect.cleandoc(kind.__doc__ or "").split())


def _taken(kind: Struct) -> Iterator[str]:
    """What a request takes: which fields it must have, and what the others are by default."""
    required = {field.name: field.required for field in plan_of(kind).fields}
    yield from _table(
        ["Field", "Type", "Required", "Default"],
        (
            [
                f"`{field.encode_name}`",
                _written(field.type),
                "yes" if required[field.encode_name] else "",
                "" if required[field.encode_name] else _default(field),
            ]
            for field in _fields(kind)
        ),
    )


def _given(kind: Struct) -> Iterator[str]:
    """What an answer has: which fields are always there."""
    omits = kind.__struct_config__.omit_defaults
    yield from _table(
        ["Field", "Type", "Always there"],
        (
            [
                f"`{field.encode_name}`",
                _written(field.type),
                "yes" if field.required or not omits else "",
            ]
            for field in _fields(kind)
        ),
    )


def _declaration(kind: type) -> Iterator[str]:
    yield f"### {kind.__name__}"
    yield ""
    yield _prose(kind)
    yield ""
    if issubclass(kind, enum.Enum):
        members = ([f"`{member.name}`", str(member.value)] for member in kind)
        yield from _table(["Name", "Number"], members)
    elif issubclass(kind, msgspec.Struct):
        asked = kind in _reached(endpoint.request for endpoint in ENDPOINTS)
        yield from _taken(kind) if asked else _given(kind)


def _nested() -> list[type]:
    """The types that requests and answers hold, by name."""
    ends = [end for item in ENDPOINTS for end in (item.request, item.response)]
    held = [inner for end in ends for field in _fields(end) for inner in _in(field.type)]
    return sorted(_reached(held), key=lambda kind: kind.__name__)


def _reached(starts: Iterable[type]) -> set[type]:
    """The Structs and enums that are `starts` or are somewhere in them."""
    found: set[type] = set()
    ahead = list(starts)
    while ahead:
        kind = ahead.pop()
        if kind not in found:
            found.add(kind)
            if issubclass(kind, msgspec.Struct):
                ahead.extend(inner for field in _fields(kind) for inner in _in(field.type))
    return found


def _in(kind: types.Type) -> Iterator[type]:
    match kind:
        case types.StructType() | types.EnumType():
            yield kind.cls
        case types.ListType():
            yield from _in(kind.item_type)
        case types.DictType():
            yield from _in(kind.value_type)
        case types.TupleType():
            for item in kind.item_types:
                yield from _in(item)
        case types.UnionType():
            for member in kind.types:
                yield from _in(member)


def _fields(kind: Struct) -> tuple[types.Field, ...]:
    info = types.type_info(kind)
    assert isinstance(info, types.StructType)
    return info.fields


def _written(kind: types.Type) -> str:
    """A type in words; an absent value is left out of JSON, so None is no type here."""
    match kind:
        case types.StructType() | types.EnumType():
            return f"[{kind.cls.__name__}](#{kind.cls.__name__.lower()})"
        case types.ListType():
            null = isinstance(kind.item_type, types.UnionType) and kind.item_type.includes_none
            return f"list of {_written(kind.item_type)}{' or null' if null else ''}"
        case types.DictType():
            return f"map of string to {_written(kind.value_type)}"
        case types.TupleType():
            return f"[{', '.join(map(_written, kind.item_types))}]"
        case types.UnionType():
            return " or ".join(
                _written(member) for member in kind.types if not isinstance(member, types.NoneType)
            )
        case types.StrType():
            return "string"
        case types.IntType():
            return "integer"
        case types.FloatType():
            return "double"
        case types.BoolType():
            return "boolean"
        case types.RawType():
            return "object"
    raise TypeError(f"{kind} has no name here; give it one")


def _default(field: types.Field) -> str:
    value: object = field.default
    if value is msgspec.NODEFAULT:
        factory: Callable[[], object] = field.default_factory
        # A field that answers always have and requests may leave out: a metric's step.
        value = 0 if field.required else factory()
    return "" if value is None else f"`{json.dumps(value)}`"


def _errors() -> Iterator[str]:
    rows = {
        kind.error_code: [f"`{kind.error_code}`", str(kind.status), _prose(kind).split(". ")[0]]
        for kind in vars(errors).values()
        if isinstance(kind, type)
        and issubclass(kind, errors.SagwanError)
        and kind.__base__ is errors.SagwanError
    }
    rows["INTERNAL_ERROR"] = ["`INTERNAL_ERROR`", "500", "The server's log has the reason"]
    ordered = sorted(rows.values(), key=lambda row: (row[1], row[0]))
    yield from _table(
        ["Code", "Status", "When"], ([*row[:2], f"{row[2].rstrip('.')}."] for row in ordered)
    )


def _table(headers: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headers)} |"
    yield f"|{'---|' * len(headers)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(reference())
