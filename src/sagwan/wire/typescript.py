"""The wire's Structs as TypeScript: `python -m sagwan.wire.typescript` prints `types.gen.ts`.

The web UI compiles against what this prints, and a test fails when the file in `ui/` is not that:
a field that is renamed here can't be forgotten there.
"""

import enum
import sys
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import inspect

from sagwan.wire import endpoints
from sagwan.wire.base import Endpoint
from sagwan.wire.errors import ErrorBody

UI_ENDPOINTS: tuple[Endpoint, ...] = (
    endpoints.SEARCH_EXPERIMENTS,
    endpoints.GET_EXPERIMENT,
    endpoints.CREATE_EXPERIMENT,
    endpoints.UPDATE_EXPERIMENT,
    endpoints.SEARCH_RUNS,
    endpoints.GET_RUN,
    endpoints.GET_HISTORY_INTERVAL,
    endpoints.LIST_ARTIFACTS,
    endpoints.QUERY_RUNS,
    endpoints.FACET_RUNS,
    endpoints.READ_KEYS,
    endpoints.OPEN_EXPERIMENT,
    endpoints.CREATE_VIEW,
    endpoints.LIST_VIEWS,
    endpoints.UPDATE_VIEW,
    endpoints.GET_DEFAULT_VIEW,
    endpoints.SET_DEFAULT_VIEW,
    endpoints.READ_DICTIONARY,
    endpoints.WRITE_DICTIONARY,
    endpoints.BULK_RUNS,
    endpoints.READ_TRASH,
    endpoints.READ_RUN_IN_TRASH,
    endpoints.PURGE_TRASH,
    endpoints.MEASURE_TRASH,
    endpoints.STOP_JOB,
    endpoints.READ_SERIES,
    endpoints.READ_GROUPS,
    endpoints.FOLLOW_RUNS,
    endpoints.LIST_FILES,
    endpoints.GET_LOGGED_MODEL,
    endpoints.SEARCH_REGISTERED_MODELS,
    endpoints.GET_REGISTERED_MODEL,
    endpoints.SEARCH_MODEL_VERSIONS,
    endpoints.GET_MODEL_VERSION,
    endpoints.SEARCH_TRACES,
    endpoints.GET_TRACE_INFO,
    endpoints.CREATE_WEBHOOK,
    endpoints.LIST_WEBHOOKS,
    endpoints.UPDATE_WEBHOOK,
    endpoints.TEST_WEBHOOK,
    endpoints.LIST_DELIVERIES,
)

HEAD = """\
// Written by `python -m sagwan.wire.typescript`; a change made here is lost.

/** A double on the wire: JSON has no NaN and no infinity, so they are text. */
export type Double = number | "NaN" | "Infinity" | "-Infinity";
"""

SIMPLE: dict[type[inspect.Type], str] = {
    inspect.StrType: "string",
    inspect.BoolType: "boolean",
    inspect.IntType: "number",
    inspect.FloatType: "Double",
    inspect.AnyType: "unknown",
    inspect.RawType: "unknown",
}


def typescript() -> str:
    """The declarations of what the UI's endpoints take and answer, each type once, by name."""
    declared: dict[str, str] = {}
    for endpoint in UI_ENDPOINTS:
        _declare(endpoint.request, declared, is_request=True)
        _declare(endpoint.response, declared, is_request=False)
    _declare(ErrorBody, declared, is_request=False)
    return "\n".join([HEAD, *(declared[name] for name in sorted(declared))])


def _declare(struct: type[msgspec.Struct], declared: dict[str, str], *, is_request: bool) -> None:
    """Add the interface of `struct`, and of the Structs in it.

    In a request every field with a default may be left out; in a response only those that are left
    out by `omit_defaults`.
    """
    if struct.__name__ in declared:
        return
    declared[struct.__name__] = ""
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    lines = [f"/** {_first_line(struct)} */", f"export interface {struct.__name__} {{"]
    for field in info.fields:
        may_be_absent = not field.required and (
            is_request or struct.__struct_config__.omit_defaults
        )
        mark = "?" if may_be_absent else ""
        lines.append(f"  {field.encode_name}{mark}: {_written(field.type)};")
        for inner in _structs_in(field.type):
            _declare(inner, declared, is_request=is_request)
    declared[struct.__name__] = "\n".join([*lines, "}", ""])


def _first_line(struct: type[msgspec.Struct]) -> str:
    text = (struct.__doc__ or struct.__name__).strip().splitlines()[0]
    return text.replace("*/", "* /")


def _structs_in(kind: inspect.Type) -> Iterator[type[msgspec.Struct]]:
    match kind:
        case inspect.StructType():
            yield kind.cls
        case inspect.ListType():
            yield from _structs_in(kind.item_type)
        case inspect.DictType():
            yield from _structs_in(kind.value_type)
        case inspect.TupleType():
            for item in kind.item_types:
                yield from _structs_in(item)
        case inspect.UnionType():
            for member in kind.types:
                yield from _structs_in(member)


def _written(kind: inspect.Type) -> str:
    """A type as TypeScript. An absent value is left out of JSON, so None is no type here."""
    match kind:
        case inspect.StructType():
            return kind.cls.__name__
        case inspect.ListType():
            item = _written(kind.item_type) + (" | null" if _may_be_null(kind.item_type) else "")
            return f"({item})[]" if "|" in item else f"{item}[]"
        case inspect.DictType():
            return f"Record<string, {_written(kind.value_type)}>"
        case inspect.TupleType():
            return f"[{', '.join(map(_written, kind.item_types))}]"
        case inspect.UnionType():
            members = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
            return " | ".join(_written(member) for member in members)
        case inspect.EnumType():
            return " | ".join(f'"{_on_the_wire(member)}"' for member in kind.cls)
    try:
        return SIMPLE[type(kind)]
    except KeyError:
        raise TypeError(f"{kind} has no TypeScript form here; give it one") from None


def _may_be_null(kind: inspect.Type) -> bool:
    """Whether None is among the values: of a list's items, it is there as null."""
    return isinstance(kind, inspect.UnionType) and kind.includes_none


def _on_the_wire(member: enum.Enum) -> Any:
    """Enums of numbers go by their names, enums of texts by their values."""
    return member.value if isinstance(member.value, str) else member.name


if __name__ == "__main__":
    sys.stdout.write(typescript())
