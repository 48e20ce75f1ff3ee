"""Write rates under load: create-run, log-metric, log-batch."""

from collections.abc import Callable, Sequence

from benchmarks import bodies
from benchmarks.api import API, Api
from benchmarks.cases.base import Case, CaseError, Prepared, Row, Sample, Target
from benchmarks.load import Load, LoadResult, drive

# Every measurement writes steps of its own, so that no point is written twice.
SEQUENCES = 1_000_000
WARM_UP = 1


def connections_label(count: int) -> str:
    """ "1 connection", "16 connections"."""
    return f"{count} connection{'s' if count > 1 else ''}"


class _Write(Case):
    group = "writes"
    rate_factor = 1
    steps_per_request = 1
    requests_per_sequence = 1

    def __init__(self, name: str, label: str, unit: str, connections: int) -> None:
        self.name = f"{name}-{connections}"
        self.connections = connections
        self.rows = (Row("rate", f"{label}, {connections_label(connections)}", unit, True),)

    def load(self, api: Api) -> Load:
        """Create what is written to and say what to send."""
        raise NotImplementedError

    def prepare(self, target: Target) -> Prepared:
        with Api(target.running.port) as api:
            load = self.load(api)
        folder = target.scratch / f"load-{target.system.name}"
        attempts = iter(range(1, 10))

        def send(seconds: int) -> LoadResult:
            first = next(attempts) * SEQUENCES
            result = drive(target.running.port, load, seconds, first, folder)
            with Api(target.running.port) as api:
                self.check(api, load, first, result)
            return result

        drive(target.running.port, load, WARM_UP, next(attempts) * SEQUENCES, folder)
        return Prepared(lambda: self.sample(send(target.settings.seconds)))

    def sample(self, result: LoadResult) -> Sample:
        """The rate that counts well answered requests only."""
        remarks: tuple[str, ...] = ()
        if result.failures:
            remarks = (f"{result.failures} of {result.answers} requests failed",)
        return Sample(
            values={"rate": result.rate * self.rate_factor},
            details={
                "p50_ms": result.p50 * 1000,
                "p99_ms": result.p99 * 1000,
                "load_generator_cores": result.generator_cores,
                "failures": result.failures,
            },
            remarks=remarks,
        )

    def check(self, api: Api, load: Load, first: int, result: LoadResult) -> None:
        """What was acknowledged must be there."""
        if result.good == 0:
            raise CaseError(f"none of {result.answers} requests succeeded")
        stored = 0.0
        start = first * self.requests_per_sequence * self.steps_per_request
        for run in load.runs:
            last = max(api.latest_steps(run).values(), default=-1)
            stored += max(0, last + 1 - start) / self.steps_per_request
        if load.runs and stored < result.good:
            raise CaseError(f"{result.good} writes were acknowledged, but {stored:.0f} are there")


class CreateRun(_Write):
    """Runs as `mlflow.start_run` creates them."""

    def __init__(self, connections: int) -> None:
        super().__init__("create-run", "create-run", "runs/s", connections)

    def load(self, api: Api) -> Load:
        body = bodies.create_run(api.create_experiment(self.name))
        return Load(f"{API}runs/create", [body], [], self.connections)


class LogMetric(_Write):
    """One point a request, a run a connection."""

    def __init__(self, connections: int) -> None:
        super().__init__("log-metric", "log-metric", "requests/s", connections)

    def load(self, api: Api) -> Load:
        runs = _runs(api, self.name, self.connections)
        return Load(f"{API}runs/log-metric", [bodies.log_metric()], runs, self.connections)


class LogBatch(_Write):
    """1,000 points a request: 20 metrics over 50 steps, or 1,000 distinct metrics of one step."""

    rate_factor = bodies.BATCH

    def __init__(self, connections: int, distinct: bool) -> None:
        shape = "1,000 distinct metrics" if distinct else "20 metrics × 50 steps"
        name = "log-batch-distinct" if distinct else "log-batch"
        super().__init__(name, f"log-batch of {shape}", "metrics/s", connections)
        self.templates: Callable[[], Sequence[str]] = bodies.training_batches
        if distinct:
            self.templates = lambda: [bodies.distinct_batch()]
        else:
            self.steps_per_request = bodies.TRAINING_STEPS
            self.requests_per_sequence = bodies.STEPS_PER_SEQUENCE // bodies.TRAINING_STEPS

    def load(self, api: Api) -> Load:
        runs = _runs(api, self.name, self.connections)
        return Load(f"{API}runs/log-batch", self.templates(), runs, self.connections)


def _runs(api: Api, name: str, count: int) -> list[str]:
    experiment = api.create_experiment(name)
    return [api.create_run(experiment, f"{name}-{number}") for number in range(count)]
