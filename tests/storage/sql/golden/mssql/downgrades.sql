-- Undo 0011: Traces, with their spans.

DROP TABLE trace_tags;

GO

DROP TABLE trace_spans;

GO

DROP TABLE trace_runs;

GO

DROP TABLE trace_metadata;

GO

DROP TABLE traces;

GO

UPDATE alembic_version SET version_num='0010';

GO

-- Undo 0010: Webhooks and their deliveries.

DROP TABLE webhook_events;

GO

DROP TABLE webhook_deliveries;

GO

DROP TABLE webhooks;

GO

UPDATE alembic_version SET version_num='0009';

GO

-- Undo 0009: What is said of metrics: labels, units, directions, ranges.

DROP TABLE metric_dictionaries;

GO

UPDATE alembic_version SET version_num='0008';

GO

-- Undo 0008: Work out the extremes of the metrics that there are.

UPDATE alembic_version SET version_num='0007';

GO

-- Undo 0007: Keep the extremes of each metric beside its latest point.

ALTER TABLE latest_metrics DROP COLUMN greatest_step;

GO

ALTER TABLE latest_metrics DROP COLUMN greatest;

GO

ALTER TABLE latest_metrics DROP COLUMN least_step;

GO

ALTER TABLE latest_metrics DROP COLUMN least;

GO

UPDATE alembic_version SET version_num='0006';

GO

-- Undo 0006: The model registry: registered models, their versions and aliases.

DROP TABLE model_version_tags;

GO

DROP TABLE registered_model_tags;

GO

DROP TABLE registered_model_aliases;

GO

DROP TABLE model_versions;

GO

DROP TABLE registered_models;

GO

UPDATE alembic_version SET version_num='0005';

GO

-- Undo 0005: When runs were last written to.

DROP TABLE run_activity;

GO

UPDATE alembic_version SET version_num='0004';

GO

-- Undo 0004: Purges that go on after a restart.

DROP TABLE remains;

GO

DROP TABLE jobs;

GO

UPDATE alembic_version SET version_num='0003';

GO

-- Undo 0003: Have the latest metrics in the order of their values, on PostgreSQL.

UPDATE alembic_version SET version_num='0002';

GO

-- Undo 0002: Saved views, shared links, and which views are the defaults.

DROP TABLE shared_views;

GO

DROP TABLE saved_views;

GO

DROP TABLE default_views;

GO

UPDATE alembic_version SET version_num='0001';

GO

-- Undo 0001: Experiments, runs, metrics, datasets and logged models.

DROP TABLE dataset_input_tags;

GO

DROP TABLE tags;

GO

DROP TABLE run_models;

GO

DROP TABLE logged_model_tags;

GO

DROP TABLE logged_model_params;

GO

DROP TABLE logged_model_metrics;

GO

DROP TABLE dataset_inputs;

GO

DROP TABLE runs;

GO

DROP TABLE logged_models;

GO

DROP TABLE experiment_tags;

GO

DROP TABLE datasets;

GO

DROP TABLE params;

GO

DROP TABLE metric_segments;

GO

DROP TABLE latest_metrics;

GO

DROP TABLE keys;

GO

DROP TABLE experiments;

GO

DROP TABLE alembic_version;

GO

