IF @@TRANCOUNT = 0 BEGIN TRANSACTION
GO
SET NOCOUNT ON; DECLARE @taken INT; EXEC @taken = sp_getapplock @Resource = N'sagwan', @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 60000; SET NOCOUNT OFF; SELECT @taken AS taken
GO
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	PRIMARY KEY (version_num)
)
GO
CREATE TABLE default_views (
	experiment_id BIGINT NOT NULL,
	slug NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
	CONSTRAINT pk_default_views PRIMARY KEY (experiment_id)
)
GO
CREATE INDEX ix_default_views_slug ON default_views (slug)
GO
CREATE TABLE experiments (
	id BIGINT NOT NULL IDENTITY,
	name NVARCHAR(500) COLLATE Latin1_General_100_BIN2 NOT NULL,
	name_bytes AS DATALENGTH(name) PERSISTED NOT NULL,
	artifact_location NVARCHAR(2048) COLLATE Latin1_General_100_BIN2 NOT NULL,
	stage SMALLINT NOT NULL,
	created BIGINT NOT NULL,
	updated BIGINT NOT NULL,
	CONSTRAINT pk_experiments PRIMARY KEY (id),
	CONSTRAINT uq_experiments_name UNIQUE (name, name_bytes)
)
GO
CREATE TABLE jobs (
	id BIGINT NOT NULL IDENTITY,
	job_id NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
	job_id_bytes AS DATALENGTH(job_id) PERSISTED NOT NULL,
	kind NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
	state SMALLINT NOT NULL,
	request NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	progress NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	error NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NULL,
	created BIGINT NOT NULL,
	updated BIGINT NOT NULL,
	ended BIGINT NULL,
	CONSTRAINT pk_jobs PRIMARY KEY (id),
	CONSTRAINT uq_jobs_job_id UNIQUE (job_id, job_id_bytes)
)
GO
CREATE INDEX ix_jobs_state ON jobs (state, id)
GO
CREATE TABLE keys (
	id BIGINT NOT NULL IDENTITY,
	name NVARCHAR(250) COLLATE Latin1_General_100_BIN2 NOT NULL,
	name_bytes AS DATALENGTH(name) PERSISTED NOT NULL,
	CONSTRAINT pk_keys PRIMARY KEY (id),
	CONSTRAINT uq_keys_name UNIQUE (name, name_bytes)
)
GO
CREATE TABLE latest_metrics (
	run BIGINT NOT NULL,
	[key] BIGINT NOT NULL,
	step BIGINT NOT NULL,
	timestamp BIGINT NOT NULL,
	value DOUBLE PRECISION NOT NULL,
	nan SMALLINT NOT NULL,
	least DOUBLE PRECISION NULL,
	least_step BIGINT NULL,
	greatest DOUBLE PRECISION NULL,
	greatest_step BIGINT NULL,
	CONSTRAINT pk_latest_metrics PRIMARY KEY (run, [key])
)
GO
CREATE INDEX ix_latest_metrics_key_run ON latest_metrics ([key], run)
GO
CREATE TABLE metric_dictionaries (
	experiment_id BIGINT NOT NULL,
	version BIGINT NOT NULL,
	entries NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	CONSTRAINT pk_metric_dictionaries PRIMARY KEY (experiment_id)
)
GO
CREATE TABLE metric_segments (
	id BIGINT NOT NULL IDENTITY,
	run BIGINT NOT NULL,
	[key] BIGINT NOT NULL,
	level SMALLINT NOT NULL,
	count INTEGER NOT NULL,
	first_step BIGINT NOT NULL,
	last_step BIGINT NOT NULL,
	first_time BIGINT NOT NULL,
	last_time BIGINT NOT NULL,
	encoding SMALLINT NOT NULL,
	data VARBINARY(max) NOT NULL,
	CONSTRAINT pk_metric_segments PRIMARY KEY (id)
)
GO
CREATE INDEX ix_metric_segments_run_key ON metric_segments (run, [key], level)
GO
CREATE TABLE params (
	run BIGINT NOT NULL,
	[key] BIGINT NOT NULL,
	value NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	CONSTRAINT pk_params PRIMARY KEY (run, [key])
)
GO
CREATE INDEX ix_params_key_run ON params ([key], run)
GO
CREATE TABLE registered_models (
	id BIGINT NOT NULL IDENTITY,
	name NVARCHAR(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
	name_bytes AS DATALENGTH(name) PERSISTED NOT NULL,
	description NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NULL,
	created BIGINT NOT NULL,
	updated BIGINT NOT NULL,
	prompt SMALLINT NOT NULL,
	last_version BIGINT NOT NULL,
	CONSTRAINT pk_registered_models PRIMARY KEY (id),
	CONSTRAINT uq_registered_models_name UNIQUE (name, name_bytes)
)
GO
CREATE INDEX ix_registered_models_listing ON registered_models (prompt, name)
GO
CREATE INDEX ix_registered_models_updated ON registered_models (prompt, updated, name)
GO
CREATE TABLE remains (
	id BIGINT NOT NULL IDENTITY,
	kind SMALLINT NOT NULL,
	number BIGINT NOT NULL,
	name NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
	artifact_uri NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	CONSTRAINT pk_remains PRIMARY KEY (id)
)
GO
CREATE TABLE run_activity (
	run BIGINT NOT NULL,
	active BIGINT NOT NULL,
	changed BIGINT NOT NULL,
	CONSTRAINT pk_run_activity PRIMARY KEY (run)
)
GO
CREATE INDEX ix_run_activity_changed ON run_activity (changed)
GO
CREATE TABLE saved_views (
	id BIGINT NOT NULL IDENTITY,
	slug NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
	slug_bytes AS DATALENGTH(slug) PERSISTED NOT NULL,
	experiment_id BIGINT NOT NULL,
	name NVARCHAR(250) COLLATE Latin1_General_100_BIN2 NOT NULL,
	name_bytes AS DATALENGTH(name) PERSISTED NOT NULL,
	owner NVARCHAR(250) COLLATE Latin1_General_100_BIN2 NOT NULL,
	query NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	created BIGINT NOT NULL,
	updated BIGINT NOT NULL,
	CONSTRAINT pk_saved_views PRIMARY KEY (id),
	CONSTRAINT uq_saved_views_experiment_id_name UNIQUE (experiment_id, name, name_bytes),
	CONSTRAINT uq_saved_views_slug UNIQUE (slug, slug_bytes)
)
GO
CREATE INDEX ix_saved_views_updated_slug ON saved_views (updated, slug)
GO
CREATE TABLE shared_views (
	slug NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
	slug_bytes AS DATALENGTH(slug) PERSISTED NOT NULL,
	path NVARCHAR(1000) COLLATE Latin1_General_100_BIN2 NOT NULL,
	query NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	created BIGINT NOT NULL,
	CONSTRAINT pk_shared_views PRIMARY KEY (slug, slug_bytes)
)
GO
CREATE TABLE traces (
	id BIGINT NOT NULL IDENTITY,
	trace_id NVARCHAR(50) COLLATE Latin1_General_100_BIN2 NOT NULL,
	trace_id_bytes AS DATALENGTH(trace_id) PERSISTED NOT NULL,
	experiment_id BIGINT NOT NULL,
	time BIGINT NOT NULL,
	duration BIGINT NULL,
	state SMALLINT NOT NULL,
	final SMALLINT NOT NULL,
	pieces INTEGER NOT NULL,
	client_request_id NVARCHAR(250) COLLATE Latin1_General_100_BIN2 NULL,
	request_preview NVARCHAR(1000) COLLATE Latin1_General_100_BIN2 NULL,
	response_preview NVARCHAR(1000) COLLATE Latin1_General_100_BIN2 NULL,
	CONSTRAINT pk_traces PRIMARY KEY (id),
	CONSTRAINT uq_traces_trace_id UNIQUE (trace_id, trace_id_bytes)
)
GO
CREATE INDEX ix_traces_listing ON traces (experiment_id, time, trace_id)
GO
CREATE TABLE webhooks (
	id BIGINT NOT NULL IDENTITY,
	webhook_id NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
	webhook_id_bytes AS DATALENGTH(webhook_id) PERSISTED NOT NULL,
	name NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
	description NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NULL,
	url NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	status SMALLINT NOT NULL,
	secret NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NULL,
	created BIGINT NOT NULL,
	updated BIGINT NOT NULL,
	CONSTRAINT pk_webhooks PRIMARY KEY (id),
	CONSTRAINT uq_webhooks_webhook_id UNIQUE (webhook_id, webhook_id_bytes)
)
GO
CREATE TABLE datasets (
	id BIGINT NOT NULL IDENTITY,
	experiment_id BIGINT NOT NULL,
	name NVARCHAR(500) COLLATE Latin1_General_100_BIN2 NOT NULL,
	name_bytes AS DATALENGTH(name) PERSISTED NOT NULL,
	digest NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
	digest_bytes AS DATALENGTH(digest) PERSISTED NOT NULL,
	source_type NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NOT NULL,
	source NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	[schema] NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NULL,
	profile NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NULL,
	CONSTRAINT pk_datasets PRIMARY KEY (id),
	CONSTRAINT uq_datasets_experiment_id_name_digest UNIQUE (experiment_id, name, name_bytes, digest, digest_bytes),
	CONSTRAINT fk_datasets_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (id)
)
GO
CREATE TABLE experiment_tags (
	experiment_id BIGINT NOT NULL,
	[key] NVARCHAR(250) COLLATE Latin1_General_100_BIN2 NOT NULL,
	key_bytes AS DATALENGTH([key]) PERSISTED NOT NULL,
	value NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	CONSTRAINT pk_experiment_tags PRIMARY KEY (experiment_id, [key], key_bytes),
	CONSTRAINT fk_experiment_tags_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (id)
)
GO
CREATE TABLE logged_models (
	id BIGINT NOT NULL IDENTITY,
	model_id NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
	model_id_bytes AS DATALENGTH(model_id) PERSISTED NOT NULL,
	experiment_id BIGINT NOT NULL,
	name NVARCHAR(500) COLLATE Latin1_General_100_BIN2 NOT NULL,
	status SMALLINT NOT NULL,
	status_message NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NULL,
	model_type NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NULL,
	source_run_id NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NULL,
	artifact_uri NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	created BIGINT NOT NULL,
	updated BIGINT NOT NULL,
	stage SMALLINT NOT NULL,
	deleted BIGINT NULL,
	CONSTRAINT pk_logged_models PRIMARY KEY (id),
	CONSTRAINT uq_logged_models_model_id UNIQUE (model_id, model_id_bytes),
	CONSTRAINT fk_logged_models_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (id)
)
GO
CREATE INDEX ix_logged_models_listing ON logged_models (experiment_id, stage, created)
GO
CREATE TABLE model_versions (
	id BIGINT NOT NULL IDENTITY,
	model BIGINT NOT NULL,
	name NVARCHAR(256) COLLATE Latin1_General_100_BIN2 NOT NULL,
	name_bytes AS DATALENGTH(name) PERSISTED NOT NULL,
	version BIGINT NOT NULL,
	stage SMALLINT NOT NULL,
	prompt SMALLINT NOT NULL,
	created BIGINT NOT NULL,
	updated BIGINT NOT NULL,
	description NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NULL,
	source NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	storage_location NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NULL,
	run_id NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
	run_link NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	model_id NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NULL,
	CONSTRAINT pk_model_versions PRIMARY KEY (id),
	CONSTRAINT uq_model_versions_name_version UNIQUE (name, name_bytes, version),
	CONSTRAINT fk_model_versions_model FOREIGN KEY(model) REFERENCES registered_models (id)
)
GO
CREATE INDEX ix_model_versions_listing ON model_versions (prompt, name, version)
GO
CREATE INDEX ix_model_versions_run_id ON model_versions (run_id)
GO
CREATE INDEX ix_model_versions_stage ON model_versions (model, stage, version)
GO
CREATE INDEX ix_model_versions_updated ON model_versions (prompt, updated)
GO
CREATE TABLE registered_model_aliases (
	model BIGINT NOT NULL,
	alias NVARCHAR(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
	alias_bytes AS DATALENGTH(alias) PERSISTED NOT NULL,
	version BIGINT NOT NULL,
	CONSTRAINT pk_registered_model_aliases PRIMARY KEY (model, alias, alias_bytes),
	CONSTRAINT fk_registered_model_aliases_model FOREIGN KEY(model) REFERENCES registered_models (id)
)
GO
CREATE TABLE registered_model_tags (
	model BIGINT NOT NULL,
	[key] NVARCHAR(250) COLLATE Latin1_General_100_BIN2 NOT NULL,
	key_bytes AS DATALENGTH([key]) PERSISTED NOT NULL,
	value NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	CONSTRAINT pk_registered_model_tags PRIMARY KEY (model, [key], key_bytes),
	CONSTRAINT fk_registered_model_tags_model FOREIGN KEY(model) REFERENCES registered_models (id)
)
GO
CREATE TABLE runs (
	id BIGINT NOT NULL IDENTITY,
	run_id NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
	run_id_bytes AS DATALENGTH(run_id) PERSISTED NOT NULL,
	experiment_id BIGINT NOT NULL,
	name NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	user_id NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	status SMALLINT NOT NULL,
	start_time BIGINT NOT NULL,
	end_time BIGINT NULL,
	stage SMALLINT NOT NULL,
	deleted BIGINT NULL,
	artifact_uri NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	CONSTRAINT pk_runs PRIMARY KEY (id),
	CONSTRAINT uq_runs_run_id UNIQUE (run_id, run_id_bytes),
	CONSTRAINT fk_runs_experiment_id FOREIGN KEY(experiment_id) REFERENCES experiments (id)
)
GO
CREATE INDEX ix_runs_listing ON runs (experiment_id, stage, start_time, run_id)
GO
CREATE TABLE trace_metadata (
	trace BIGINT NOT NULL,
	[key] NVARCHAR(250) COLLATE Latin1_General_100_BIN2 NOT NULL,
	key_bytes AS DATALENGTH([key]) PERSISTED NOT NULL,
	value NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	CONSTRAINT pk_trace_metadata PRIMARY KEY (trace, [key], key_bytes),
	CONSTRAINT fk_trace_metadata_trace FOREIGN KEY(trace) REFERENCES traces (id)
)
GO
CREATE TABLE trace_runs (
	trace BIGINT NOT NULL,
	run_id NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
	run_id_bytes AS DATALENGTH(run_id) PERSISTED NOT NULL,
	CONSTRAINT pk_trace_runs PRIMARY KEY (trace, run_id, run_id_bytes),
	CONSTRAINT fk_trace_runs_trace FOREIGN KEY(trace) REFERENCES traces (id)
)
GO
CREATE TABLE trace_spans (
	id BIGINT NOT NULL IDENTITY,
	trace BIGINT NOT NULL,
	data VARBINARY(max) NOT NULL,
	CONSTRAINT pk_trace_spans PRIMARY KEY (id),
	CONSTRAINT fk_trace_spans_trace FOREIGN KEY(trace) REFERENCES traces (id)
)
GO
CREATE INDEX ix_trace_spans_trace ON trace_spans (trace)
GO
CREATE TABLE trace_tags (
	trace BIGINT NOT NULL,
	[key] NVARCHAR(250) COLLATE Latin1_General_100_BIN2 NOT NULL,
	key_bytes AS DATALENGTH([key]) PERSISTED NOT NULL,
	value NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	CONSTRAINT pk_trace_tags PRIMARY KEY (trace, [key], key_bytes),
	CONSTRAINT fk_trace_tags_trace FOREIGN KEY(trace) REFERENCES traces (id)
)
GO
CREATE TABLE webhook_deliveries (
	id BIGINT NOT NULL IDENTITY,
	delivery_id NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
	delivery_id_bytes AS DATALENGTH(delivery_id) PERSISTED NOT NULL,
	webhook BIGINT NOT NULL,
	entity SMALLINT NOT NULL,
	action SMALLINT NOT NULL,
	body NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	state SMALLINT NOT NULL,
	created BIGINT NOT NULL,
	due BIGINT NOT NULL,
	attempts BIGINT NOT NULL,
	attempted BIGINT NULL,
	response_status BIGINT NULL,
	error NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NULL,
	CONSTRAINT pk_webhook_deliveries PRIMARY KEY (id),
	CONSTRAINT uq_webhook_deliveries_delivery_id UNIQUE (delivery_id, delivery_id_bytes),
	CONSTRAINT fk_webhook_deliveries_webhook FOREIGN KEY(webhook) REFERENCES webhooks (id)
)
GO
CREATE INDEX ix_webhook_deliveries_due ON webhook_deliveries (state, due)
GO
CREATE INDEX ix_webhook_deliveries_webhook ON webhook_deliveries (webhook, id)
GO
CREATE TABLE webhook_events (
	webhook BIGINT NOT NULL,
	entity SMALLINT NOT NULL,
	action SMALLINT NOT NULL,
	CONSTRAINT pk_webhook_events PRIMARY KEY (webhook, entity, action),
	CONSTRAINT fk_webhook_events_webhook FOREIGN KEY(webhook) REFERENCES webhooks (id)
)
GO
CREATE TABLE dataset_inputs (
	id BIGINT NOT NULL IDENTITY,
	run BIGINT NOT NULL,
	dataset BIGINT NOT NULL,
	CONSTRAINT pk_dataset_inputs PRIMARY KEY (id),
	CONSTRAINT uq_dataset_inputs_run_dataset UNIQUE (run, dataset),
	CONSTRAINT fk_dataset_inputs_run FOREIGN KEY(run) REFERENCES runs (id),
	CONSTRAINT fk_dataset_inputs_dataset FOREIGN KEY(dataset) REFERENCES datasets (id)
)
GO
CREATE INDEX ix_dataset_inputs_dataset_run ON dataset_inputs (dataset, run)
GO
CREATE TABLE logged_model_metrics (
	id BIGINT NOT NULL IDENTITY,
	model BIGINT NOT NULL,
	run_id NVARCHAR(32) COLLATE Latin1_General_100_BIN2 NOT NULL,
	[key] NVARCHAR(250) COLLATE Latin1_General_100_BIN2 NOT NULL,
	timestamp BIGINT NOT NULL,
	step BIGINT NOT NULL,
	value DOUBLE PRECISION NOT NULL,
	nan SMALLINT NOT NULL,
	dataset_name NVARCHAR(500) COLLATE Latin1_General_100_BIN2 NULL,
	dataset_digest NVARCHAR(36) COLLATE Latin1_General_100_BIN2 NULL,
	CONSTRAINT pk_logged_model_metrics PRIMARY KEY (id),
	CONSTRAINT fk_logged_model_metrics_model FOREIGN KEY(model) REFERENCES logged_models (id)
)
GO
CREATE INDEX ix_logged_model_metrics_model_key ON logged_model_metrics (model, [key])
GO
CREATE TABLE logged_model_params (
	model BIGINT NOT NULL,
	[key] NVARCHAR(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
	key_bytes AS DATALENGTH([key]) PERSISTED NOT NULL,
	value NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	CONSTRAINT pk_logged_model_params PRIMARY KEY (model, [key], key_bytes),
	CONSTRAINT fk_logged_model_params_model FOREIGN KEY(model) REFERENCES logged_models (id)
)
GO
CREATE TABLE logged_model_tags (
	model BIGINT NOT NULL,
	[key] NVARCHAR(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
	key_bytes AS DATALENGTH([key]) PERSISTED NOT NULL,
	value NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	CONSTRAINT pk_logged_model_tags PRIMARY KEY (model, [key], key_bytes),
	CONSTRAINT fk_logged_model_tags_model FOREIGN KEY(model) REFERENCES logged_models (id)
)
GO
CREATE TABLE model_version_tags (
	version BIGINT NOT NULL,
	[key] NVARCHAR(250) COLLATE Latin1_General_100_BIN2 NOT NULL,
	key_bytes AS DATALENGTH([key]) PERSISTED NOT NULL,
	value NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	CONSTRAINT pk_model_version_tags PRIMARY KEY (version, [key], key_bytes),
	CONSTRAINT fk_model_version_tags_version FOREIGN KEY(version) REFERENCES model_versions (id)
)
GO
CREATE TABLE run_models (
	run BIGINT NOT NULL,
	output SMALLINT NOT NULL,
	model_id NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
	model_id_bytes AS DATALENGTH(model_id) PERSISTED NOT NULL,
	step BIGINT NOT NULL,
	CONSTRAINT pk_run_models PRIMARY KEY (run, output, model_id, model_id_bytes),
	CONSTRAINT fk_run_models_run FOREIGN KEY(run) REFERENCES runs (id)
)
GO
CREATE TABLE tags (
	run BIGINT NOT NULL,
	[key] BIGINT NOT NULL,
	value NVARCHAR(max) COLLATE Latin1_General_100_BIN2 NOT NULL,
	CONSTRAINT pk_tags PRIMARY KEY (run, [key]),
	CONSTRAINT fk_tags_run FOREIGN KEY(run) REFERENCES runs (id),
	CONSTRAINT fk_tags_key FOREIGN KEY([key]) REFERENCES keys (id)
)
GO
CREATE INDEX ix_tags_key_run ON tags ([key], run)
GO
CREATE TABLE dataset_input_tags (
	input BIGINT NOT NULL,
	[key] NVARCHAR(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
	key_bytes AS DATALENGTH([key]) PERSISTED NOT NULL,
	value NVARCHAR(500) COLLATE Latin1_General_100_BIN2 NOT NULL,
	CONSTRAINT pk_dataset_input_tags PRIMARY KEY (input, [key], key_bytes),
	CONSTRAINT fk_dataset_input_tags_input FOREIGN KEY(input) REFERENCES dataset_inputs (id)
)
GO
DELETE FROM alembic_version
GO
INSERT INTO alembic_version (version_num) VALUES (@P1)
GO
SELECT count(*) AS count_1
FROM experiments
GO
SET IDENTITY_INSERT experiments ON
GO
INSERT INTO experiments (id, name, artifact_location, stage, created, updated) VALUES (@P1, @P2, @P3, @P4, @P5, @P6)
GO
SET IDENTITY_INSERT experiments OFF
GO
