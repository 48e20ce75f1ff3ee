"""What all entities share: msgspec Structs whose field names are the protocol's."""

from enum import IntEnum, StrEnum
from typing import Annotated, Generic, TypeVar

import msgspec

T = TypeVar("T")


Int64 = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
"""What a column for integers can hold."""


class Entity(msgspec.Struct, omit_defaults=True):
    """Base of what goes over the wire; fields at their defaults are left out, as in MLflow."""


class Tag(msgspec.Struct, gc=False):
    """A key and its text, of a run, an experiment, an input or a model."""

    key: str
    value: str = ""


class Param(msgspec.Struct, gc=False):
    """A run's or a model's parameter; write-once."""

    key: str
    value: str = ""


class LifecycleStage(StrEnum):
    """Whether a thing is there or in the trash."""

    ACTIVE = "active"
    DELETED = "deleted"


class ViewType(IntEnum):
    """Which lifecycle stages a search looks at."""

    ACTIVE_ONLY = 1
    DELETED_ONLY = 2
    ALL = 3

    @property
    def stages(self) -> tuple[LifecycleStage, ...]:
        """The stages that this view includes."""
        if self is ViewType.ACTIVE_ONLY:
            return (LifecycleStage.ACTIVE,)
        if self is ViewType.DELETED_ONLY:
            return (LifecycleStage.DELETED,)
        return (LifecycleStage.ACTIVE, LifecycleStage.DELETED)


class Page(msgspec.Struct, Generic[T]):
    """A part of a listing; `next_page_token` is None on the last page."""

    items: list[T]
    next_page_token: str | None = None
