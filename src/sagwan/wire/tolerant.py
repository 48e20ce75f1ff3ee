"""How MLflow reads what is not quite in the documented form, and what it says of the rest.

Source: the protobuf JSON mapping that MLflow's server uses, and its request validation.
"""

import enum
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import msgspec

from sagwan.entities import Metric
from sagwan.errors import InvalidParameter, invalid, missing

Convert = Callable[[object, str], object]

_INT64 = range(-(2**63), 2**63)

# Fields that entities always show and that requests may leave out.
_OPTIONAL: dict[tuple[type, str], object] = {(Metric, "step"): 0}

# Older clients name a run only by its former name.
_ALIASES = {"run_uuid": "run_id"}


def _wrong(path: str, value: object) -> InvalidParameter:
    return invalid(
        path,
        value,
        f" Hint: Value was of type '{type(value).__name__}'."
        " See the API docs for more information about request parameters.",
    )


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise _wrong(path, value)
    if "\0" in value:
        raise InvalidParameter(
            f"Invalid value for parameter '{path}' supplied: it holds a NUL character, which"
            " databases can't store in text."
        )
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidParameter(
            f"Invalid value for parameter '{path}' supplied: it holds half of a surrogate pair,"
            " which is not valid Unicode text."
        ) from None
    return value


def _integer(value: object, path: str) -> int:
    try:
        if isinstance(value, bool):
            raise ValueError
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, str) and len(value) <= 20:
            value = int(value)
    except ValueError:
        raise _wrong(path, value) from None
    if not isinstance(value, int):
        raise _wrong(path, value)
    if value not in _INT64:
        raise invalid(path, value, "It must be a 64-bit integer.")
    return value


def _number(value: object, path: str) -> float:
    if isinstance(value, (bool, int, float, str)) and value != "":
        try:
            return float(value)
        except (ValueError, OverflowError):
            pass
    raise _wrong(path, value)


def _boolean(value: object, path: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        if value.lower() in ("true", "false"):
            return value.lower() == "true"
        raise InvalidParameter(f"Invalid boolean value: {value}, must be 'true' or 'false'.")
    raise _wrong(path, value)


def _enumeration(kind: type[enum.IntEnum]) -> Convert:
    names = {member.name: member.value for member in kind}
    numbers = set(names.values())

    def convert(value: object, path: str) -> int | None:
        # A name or number that the protocol doesn't know counts as unset.
        if isinstance(value, str):
            if value in names:
                return names[value]
            digits = value.isascii() and value.isdigit() and len(value) < 20
            value = int(value) if digits else None
        return int(value) if isinstance(value, int) and value in numbers else None

    return convert


@dataclass(frozen=True)
class Field:
    """How to read one field of a request."""

    name: str
    camel: str
    required: bool
    convert: Convert
    nested: "Plan | None"
    is_list: bool


class Plan:
    """How to read one Struct type from what `json.loads` or a query string gives."""

    def __init__(self, kind: type[msgspec.Struct]) -> None:
        self.kind = kind
        hints = typing.get_type_hints(kind, include_extras=False)
        self.fields = tuple(
            _field(kind, info, hints[info.name]) for info in msgspec.structs.fields(kind)
        )
        self.lists = frozenset(field.name for field in self.fields if field.is_list)
        self.names = frozenset(field.name for field in self.fields) | (
            frozenset(_ALIASES) if any(f.name in _ALIASES.values() for f in self.fields) else set()
        )

    def camel_names(self) -> set[str]:
        """The camelCase spellings of fields, nested ones too, that have one."""
        found: set[str] = set()
        for field in self.fields:
            if field.camel != field.name:
                found.add(field.camel)
            if field.nested is not None:
                found |= field.nested.camel_names()
        return found

    def normalise(self, given: Mapping[str, object], path: str = "") -> dict[str, object]:
        """`given` with the documented names and types. Raises InvalidParameter."""
        result: dict[str, object] = {}
        for field in self.fields:
            where = f"{path}.{field.name}" if path else field.name
            value = _spelled(given, field)
            if value is None and (self.kind, field.name) in _OPTIONAL:
                value = _OPTIONAL[self.kind, field.name]
            if value is None or (field.required and value in ("", [])):
                if field.required:
                    raise missing(where)
                continue
            converted = field.convert(value, where)
            if converted is not None:
                result[field.name] = converted
            elif field.required:
                raise _wrong(where, value)
        return result


def _spelled(given: Mapping[str, object], field: Field) -> object:
    if field.camel != field.name and field.name in given and field.camel in given:
        raise InvalidParameter(
            f"Request specifies both '{field.name}' and '{field.camel}'; provide only one of them."
        )
    value = given.get(field.name, given.get(field.camel))
    if value is None or value == "":
        for alias, name in _ALIASES.items():
            if name == field.name:
                value = given.get(alias, given.get("runUuid")) or value
    return value


def _field(kind: type, info: msgspec.structs.FieldInfo, hint: object) -> Field:
    name = info.encode_name
    first, *rest = name.split("_")
    hint = _without_none(hint)
    convert, nested = _converter(hint)
    return Field(
        name=name,
        camel=first + "".join(part.title() for part in rest),
        required=info.required and (kind, name) not in _OPTIONAL,
        convert=convert,
        nested=nested,
        is_list=typing.get_origin(hint) is list,
    )


def _without_none(hint: object) -> object:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        (hint,) = (part for part in typing.get_args(hint) if part is not type(None))
    return hint


_SCALARS: dict[object, Convert] = {str: _text, int: _integer, float: _number, bool: _boolean}


def _converter(hint: object) -> tuple[Convert, Plan | None]:
    if hint in _SCALARS:
        return _SCALARS[hint], None
    if typing.get_origin(hint) is list:
        item, nested = _converter(typing.get_args(hint)[0])
        return _list(item), nested
    if hint == dict[str, str]:
        return _texts, None
    if isinstance(hint, type) and issubclass(hint, enum.IntEnum):
        return _enumeration(hint), None
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        plan = plan_of(hint)
        return _object(plan), plan
    raise TypeError(f"requests can't hold {hint!r}")


def _list(item: Convert) -> Convert:
    def convert(value: object, path: str) -> list[object]:
        if not isinstance(value, list):
            raise _wrong(path, value)
        return [item(part, f"{path}[{index}]") for index, part in enumerate(value)]

    return convert


def _texts(value: object, path: str) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _wrong(path, value)
    return {_text(key, path): _text(text, f"{path}.{key}") for key, text in value.items()}


def _object(plan: Plan) -> Convert:
    def convert(value: object, path: str) -> dict[str, object]:
        if not isinstance(value, dict):
            raise _wrong(path, value)
        return plan.normalise(value, path)

    return convert


@cache
def plan_of(kind: type[msgspec.Struct]) -> Plan:
    """The plan for a Struct type, made once."""
    return Plan(kind)
