"""Artifacts in a local folder."""

from sagwan.artifacts.local.store import LocalArtifactStore

__all__ = ["LocalArtifactStore"]
