"""A real client: the MLflow package logging one step after the other."""

import subprocess
from pathlib import Path

from benchmarks.cases.base import Case, CaseError, Prepared, Row, Sample, Target
from benchmarks.systems import clean_environment

STEPS = 1_000
SCRIPT = Path(__file__).parents[1] / "client_loop.py"


class ClientLoop(Case):
    """`mlflow.log_metrics` with five metrics a step, synchronously, from MLflow's own package."""

    name = "client-loop"
    group = "client"
    rows = (Row("seconds", "MLflow's Python client: 1,000 × log_metrics of 5 metrics", "s", False),)

    def prepare(self, target: Target) -> Prepared:
        python = target.settings.mlflow_python
        if python is None:
            raise CaseError("needs MLflow's Python client: give --mlflow-venv")
        steps = target.settings.scaled(STEPS)

        def measure() -> Sample:
            done = subprocess.run(
                [str(python), str(SCRIPT), target.running.url, str(steps)],
                capture_output=True,
                text=True,
                env=clean_environment(),
                cwd=target.scratch,
                check=False,
            )
            if done.returncode != 0:
                raise CaseError(f"the client failed: {done.stderr[-1000:]}")
            seconds = float(done.stdout.split()[-1]) * STEPS / steps
            return Sample({"seconds": seconds}, {"steps": steps})

        return Prepared(measure)
