"""What one run of the benchmark was asked for."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Durations in seconds. `mlflow_python` is None when MLflow takes no part."""

    scratch: Path
    mlflow_python: Path | None
    quick: bool = False
    compaction_wait: float = 60.0

    @property
    def seconds(self) -> int:
        """How long load lasts."""
        return 1 if self.quick else 5

    @property
    def repetitions(self) -> int:
        """How often a case is measured; its median is shown."""
        return 1 if self.quick else 3

    def scaled(self, count: int) -> int:
        """An amount of data: a tenth of it for a quick run."""
        return count // 10 if self.quick else count
