"""Types that requests share, and what describes an endpoint."""

from collections.abc import Iterator
from dataclasses import dataclass

from sagwan.entities import Entity


class Empty(Entity):
    """A request or a response without fields: `{}`."""


@dataclass(frozen=True)
class Endpoint:
    """One method and path of the protocol.

    `path` is relative to `/api/<version>/mlflow/` unless it begins with `/`; it may hold
    `{parameters}`. Every `/api/` path has its twin at `/ajax-api/`; `ajax_only` ones have no
    other. `private` ones are no part of MLflow's protocol: they are Sagwan's own, relative to
    `/api/sagwan/v1/`. Where `media_type` is not JSON, `response` is what the answer's header holds.
    """

    method: str
    path: str
    request: type[Entity]
    response: type[Entity]
    version: str = "2.0"
    ajax_only: bool = False
    private: bool = False
    media_type: str = "application/json"

    def paths(self) -> Iterator[str]:
        """The full paths, without a static prefix."""
        if self.path.startswith("/"):
            yield self.path
            return
        root = "sagwan/v1" if self.private else f"{self.version}/mlflow"
        if not self.ajax_only:
            yield f"/api/{root}/{self.path}"
        yield f"/ajax-api/{root}/{self.path}"
