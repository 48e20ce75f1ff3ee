"""Real artifact stores for tests, each in a module of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ArtifactService:
    """A store that runs: an empty root in it, and what a server or client needs to use it.

    `environ` holds environment variables.
    """

    uri: str
    environ: Mapping[str, str] = field(default_factory=dict)
