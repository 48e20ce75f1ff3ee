"""Logging to runs, for a whole group of requests at once.

The number of statements does not depend on how many requests there are: run states, params that
are there, and then one set-based insert a table. Tables come in the same order in every group, and
the rows of each in the order of their keys, so that writers of several processes can't deadlock.
"""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from sagwan.domain import metrics as rules
from sagwan.domain.lifecycle import require_active_run, run_not_found
from sagwan.domain.runs import RUN_NAME_TAG
from sagwan.entities import LifecycleStage, Metric
from sagwan.errors import ParamConflict, SagwanError
from sagwan.storage.base import RunBatch
from sagwan.storage.segments import fresh_segment
from sagwan.storage.sql.activity import Activity
from sagwan.storage.sql.database import Database
from sagwan.storage.sql.keys import Keys
from sagwan.storage.sql.prepared import Prepared
from sagwan.storage.sql.tables import (
    DELETED,
    EXTREMES,
    LATEST,
    MIXED,
    POINT,
    SEGMENT,
    latest_metrics,
    logged_model_metrics,
    logged_models,
    metric_segments,
    params,
    runs,
    tags,
)

# So many runs are remembered: some 3 MB.
_REMEMBERED = 20_000

# Where the extremes are in a row of LATEST.
_EXTREMES_START = LATEST.index(EXTREMES[0].value)

_MODEL_METRIC = "model run_id key timestamp step value nan dataset_name dataset_digest".split()


class BatchWriter:
    """Writes batches in the writer's transaction."""

    def __init__(self, database: Database, keys: Keys, activity: Activity) -> None:
        self._keys = keys
        self._activity = activity
        self._dialect = dialect = database.dialect
        self._at_once = dialect.metrics_at_once()
        # The numbers of runs that were logged to; a run's number never changes.
        self._numbers: dict[str, int] = {}
        self._select_runs = Prepared(
            select(runs.c.run_id, runs.c.id, runs.c.stage).where(
                dialect.listed(runs.c.run_id, "run_ids")
            ),
            ("run_ids",),
        )
        self._select_params = Prepared(
            select(params.c.run, params.c.key, params.c.value).where(
                dialect.listed(params.c.run, "runs"), dialect.listed(params.c.key, "keys")
            ),
            ("runs", "keys"),
        )
        self._add_segment = dialect.bulk(metric_segments, SEGMENT)
        self._add_param = dialect.bulk(params, ("run", "key", "value"))
        self._set_tag = dialect.bulk(tags, ("run", "key", "value"), update=["value"])
        self._set_latest = dialect.bulk(
            latest_metrics,
            LATEST,
            update=POINT,
            newer=POINT[:3],
            extremes=EXTREMES,
        )
        self._rename = Prepared(
            update(runs).where(runs.c.id == bindparam("run")).values(name=bindparam("new_name")),
            ("new_name", "run"),
        )
        self._add_model_metric = dialect.bulk(logged_model_metrics, _MODEL_METRIC)

    def write(
        self, connection: Connection, batches: Sequence[RunBatch], pipeline: ExitStack | None = None
    ) -> list[SagwanError | None]:
        """Write every batch that breaks no rule; for each batch its error or None.

        With `pipeline`, where nothing else is read before the commit, the database's pipeline is
        entered there for the inserts: what they raise may come as late as with the commit.
        """
        ids, errors = self._find_runs(connection, batches)
        names = {metric.key for batch in batches for metric in batch.metrics}
        names |= {param.key for batch in batches for param in batch.params}
        names |= {tag.key for batch in batches for tag in batch.tags}
        keys = self._keys.intern(connection, names)
        params = self._new_params(connection, batches, ids, keys, errors)
        sound = [
            (ids[batch.run_id], batch)
            for batch, error in zip(batches, errors, strict=True)
            if error is None
        ]
        model_metrics = self._model_metrics(connection, sound)
        self._activity.logged(run for run, batch in sound if batch.metrics)
        for run, batch in sound:
            if batch.params or batch.tags:
                self._activity.changed(run)
        if pipeline is not None:
            pipeline.enter_context(self._dialect.pipeline(connection))
        self._add_param.execute(connection, params)
        self._write_tags(connection, sound, keys)
        self._write_metrics(connection, sound, keys)
        self._add_model_metric.execute(connection, model_metrics)
        return errors

    def write_at_once(self, connection: Connection, batches: Sequence[RunBatch]) -> bool:
        """Write and commit batches of metrics alone, where the database has a short way for them.

        False where it has none, where something is to be looked up or noted first, and where a
        batch breaks a rule: then nothing is written. `connection` is in no transaction.
        """
        if self._at_once is None or any(batch.params or batch.tags for batch in batches):
            return False
        metrics = [metric for batch in batches for metric in batch.metrics]
        keys = self._keys.known_ids({metric.key for metric in metrics})
        if not metrics or keys is None or any(metric.model_id is not None for metric in metrics):
            return False
        try:
            numbered = [(self._numbers[batch.run_id], batch) for batch in batches]
        except KeyError:
            return False
        if self._activity.is_due(run for run, _ in numbered):
            return False
        segments, latest = _metric_rows(numbered, keys)
        written = self._at_once.write(
            connection, sorted({run for run, _ in numbered}), segments, latest
        )
        if not written:
            for batch in batches:
                self._numbers.pop(batch.run_id, None)
        return written

    def _find_runs(
        self, connection: Connection, batches: Sequence[RunBatch]
    ) -> tuple[dict[str, int], list[SagwanError | None]]:
        wanted = sorted({batch.run_id for batch in batches})
        rows = self._select_runs.rows(connection, (self._dialect.pack(wanted),))
        ids = {run_id: number for run_id, number, _ in rows}
        deleted = {run_id for run_id, _, stage in rows if stage == DELETED}
        if self._at_once is not None and not deleted:
            if len(self._numbers) > _REMEMBERED:
                self._numbers.clear()
            self._numbers |= ids
        errors: list[SagwanError | None] = [None] * len(batches)
        if deleted or len(ids) < len(wanted):
            for index, batch in enumerate(batches):
                if batch.run_id not in ids:
                    errors[index] = run_not_found(batch.run_id)
                elif batch.run_id in deleted:
                    try:
                        require_active_run(batch.run_id, LifecycleStage.DELETED)
                    except SagwanError as refused:
                        errors[index] = refused
        return ids, errors

    def _new_params(
        self,
        connection: Connection,
        batches: Sequence[RunBatch],
        ids: dict[str, int],
        keys: dict[str, int],
        errors: list[SagwanError | None],
    ) -> list[tuple[int, int, str]]:
        """The rows of params that are new; a batch that would change one gets its error."""
        logging = [
            index for index, batch in enumerate(batches) if batch.params and errors[index] is None
        ]
        if not logging:
            return []
        wanted = {keys[param.key] for index in logging for param in batches[index].params}
        logged_to = {ids[batches[index].run_id] for index in logging}
        rows = self._select_params.rows(
            connection, (self._dialect.pack(sorted(logged_to)), self._dialect.pack(sorted(wanted)))
        )
        there: dict[tuple[int, int], str] = {(run, key): value for run, key, value in rows}
        new: dict[tuple[int, int], str] = {}
        for index in logging:
            batch = batches[index]
            run = ids[batch.run_id]
            conflicts = []
            added = {}
            for param in batch.params:
                place = (run, keys[param.key])
                old = there.get(place)
                if old is None:
                    added[place] = param.value
                elif old != param.value:
                    conflicts.append((param.key, old, param.value))
            if conflicts:
                errors[index] = ParamConflict(batch.run_id, conflicts)
            else:
                there |= added
                new |= added
        return [(run, key, value) for (run, key), value in sorted(new.items())]

    def _write_tags(
        self,
        connection: Connection,
        batches: Iterable[tuple[int, RunBatch]],
        keys: dict[str, int],
    ) -> None:
        values: dict[tuple[int, int], str] = {}
        renamed: dict[int, str] = {}
        for run, batch in batches:
            for tag in batch.tags:
                if tag.key == RUN_NAME_TAG:
                    if not tag.value:  # as in MLflow, a run keeps its name then
                        continue
                    renamed[run] = tag.value
                values[run, keys[tag.key]] = tag.value
        self._set_tag.execute(
            connection, ((run, key, value) for (run, key), value in sorted(values.items()))
        )
        self._rename.execute_many(
            connection, ((name, run) for run, name in sorted(renamed.items()))
        )

    def _write_metrics(
        self,
        connection: Connection,
        batches: Iterable[tuple[int, RunBatch]],
        keys: dict[str, int],
    ) -> None:
        segments, latest = _metric_rows(batches, keys)
        self._add_segment.execute(connection, segments)
        self._set_latest.execute(connection, latest)

    def _model_metrics(
        self, connection: Connection, batches: Iterable[tuple[int, RunBatch]]
    ) -> list[tuple[Any, ...]]:
        """The rows of metrics that name a logged model that there is."""
        measured = [
            (batch.run_id, metric)
            for _, batch in batches
            for metric in batch.metrics
            if metric.model_id is not None
        ]
        if not measured:
            return []
        model_ids = sorted({metric.model_id for _, metric in measured if metric.model_id})
        rows = connection.execute(
            select(logged_models.c.model_id, logged_models.c.id).where(
                self._dialect.in_texts(logged_models.c.model_id, model_ids)
            )
        )
        models = {row.model_id: row.id for row in rows}
        return [
            (
                models[metric.model_id],
                run_id,
                metric.key,
                metric.timestamp,
                metric.step,
                *_stored(metric.value),
                metric.dataset_name,
                metric.dataset_digest,
            )
            for run_id, metric in measured
            if metric.model_id in models
        ]


def _metric_rows(
    batches: Iterable[tuple[int, RunBatch]], keys: dict[str, int]
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """What the metrics of batches, each with its run's number, are as segments and latest rows."""
    by_run: dict[int, list[Metric]] = {}
    for run, batch in batches:
        if batch.metrics:
            by_run.setdefault(run, []).extend(batch.metrics)
    segments = []
    latest: list[tuple[Any, ...]] = []
    for run, metrics in sorted(by_run.items(), key=itemgetter(0)):
        segments.append(_segment(run, metrics, keys))
        latest += _latest(run, metrics, keys)
    return segments, latest


def _stored(value: float) -> tuple[float, int]:
    """A value as columns `value` and `nan`."""
    return (0.0, 1) if value != value else (value, 0)


def _segment(run: int, metrics: Sequence[Metric], keys: dict[str, int]) -> tuple[Any, ...]:
    segment = fresh_segment(
        [keys[metric.key] for metric in metrics],
        [metric.step for metric in metrics],
        [metric.timestamp for metric in metrics],
        [metric.value for metric in metrics],
    )
    return (run, MIXED, 0, *segment)


def _latest(run: int, metrics: Sequence[Metric], keys: dict[str, int]) -> list[tuple[Any, ...]]:
    """The latest point and the extremes of each key, as rows."""
    by_key: dict[str, list[Metric]] = {}
    for metric in metrics:
        by_key.setdefault(metric.key, []).append(metric)
    return sorted(
        _row(run, keys[key], points[0])
        if len(points) == 1
        else _row(run, keys[key], _last(points))[:_EXTREMES_START]
        + rules.extremes((point.value, point.step) for point in points)
        for key, points in by_key.items()
    )


def _row(run: int, key: int, only: Metric) -> tuple[Any, ...]:
    """The row of a key's only point."""
    value, step = only.value, only.step
    if value != value:
        return (run, key, step, only.timestamp, 0.0, 1, None, 0, None, 0)
    # Adding 0.0 turns -0.0 into 0.0.
    return (run, key, step, only.timestamp, value, 0, value + 0.0, step, value + 0.0, step)


def _last(points: Sequence[Metric]) -> Metric:
    """The latest of a key's points, of equals the first; NaN counts as 0."""
    latest = points[0]
    for point in points:
        if point.step > latest.step or (point.step == latest.step and _rank(point) > _rank(latest)):
            latest = point
    return latest


def _rank(metric: Metric) -> tuple[int, float]:
    return metric.timestamp, _stored(metric.value)[0]
