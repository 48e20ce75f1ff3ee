SELECT runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri
FROM runs
WHERE (runs.run_id = @P1 AND DATALENGTH(runs.run_id) = DATALENGTH(@P2))
GO
UPDATE runs SET stage=@P1, deleted=@P2 WHERE runs.id = @P3
GO
MERGE INTO [run_activity] WITH (HOLDLOCK) AS [old] USING (SELECT [run], [active], [changed] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [active] BIGINT '$[1]', [changed] BIGINT '$[2]')) AS [new] ON [old].[run] = [new].[run] WHEN MATCHED THEN UPDATE SET [old].[active] = [new].[active], [old].[changed] = [new].[changed] WHEN NOT MATCHED THEN INSERT ([run], [active], [changed]) VALUES ([new].[run], [new].[active], [new].[changed]);
GO
SELECT logged_models.id, logged_models.model_id, logged_models.experiment_id, logged_models.name, logged_models.status, logged_models.status_message, logged_models.model_type, logged_models.source_run_id, logged_models.artifact_uri, logged_models.created, logged_models.updated, logged_models.stage, logged_models.deleted
FROM logged_models
WHERE (logged_models.model_id = @P1 AND DATALENGTH(logged_models.model_id) = DATALENGTH(@P2))
GO
UPDATE logged_models SET updated=@P1, stage=@P2, deleted=@P3 WHERE logged_models.id = @P4
GO
UPDATE experiments SET stage=@P1, updated=@P2 WHERE experiments.id = @P3 AND experiments.stage = @P4
GO
UPDATE runs SET stage=@P1, deleted=@P2 WHERE runs.experiment_id = @P3 AND runs.stage = @P4
GO
SELECT runs.experiment_id, count(*) AS things, min(coalesce(runs.deleted, @P1)) AS first, max(coalesce(runs.deleted, @P2)) AS last
FROM runs
WHERE runs.stage = @P3 GROUP BY runs.experiment_id
GO
SELECT logged_models.experiment_id, count(*) AS things, min(coalesce(logged_models.deleted, @P1)) AS first, max(coalesce(logged_models.deleted, @P2)) AS last
FROM logged_models
WHERE logged_models.stage = @P3 GROUP BY logged_models.experiment_id
GO
SELECT runs.experiment_id, sum(datalength(metric_segments.data) + @P1) AS sum_1
FROM runs JOIN metric_segments ON metric_segments.run = runs.id
WHERE runs.stage = @P2 GROUP BY runs.experiment_id
GO
SELECT runs.experiment_id, sum(@P1) AS sum_1
FROM runs JOIN latest_metrics ON latest_metrics.run = runs.id
WHERE runs.stage = @P2 GROUP BY runs.experiment_id
GO
SELECT runs.experiment_id, sum(datalength(params.value) + @P1) AS sum_1
FROM runs JOIN params ON params.run = runs.id
WHERE runs.stage = @P2 GROUP BY runs.experiment_id
GO
SELECT runs.experiment_id, sum(datalength(tags.value) + @P1) AS sum_1
FROM runs JOIN tags ON tags.run = runs.id
WHERE runs.stage = @P2 GROUP BY runs.experiment_id
GO
SELECT experiments.id, experiments.name, experiments.stage, experiments.updated
FROM experiments
WHERE experiments.stage = @P1 OR experiments.id = @P2 ORDER BY experiments.id
GO
SELECT count(*) AS count_1
FROM runs
WHERE runs.stage = @P1 AND coalesce(runs.deleted, @P2) <= @P3 AND (runs.experiment_id = @P4 OR (EXISTS (SELECT *
FROM openjson(CAST(@P5 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = runs.run_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(runs.run_id)))))
GO
SELECT count(*) AS count_1
FROM logged_models
WHERE logged_models.stage = @P1 AND coalesce(logged_models.deleted, @P2) <= @P3 AND (logged_models.experiment_id = @P4 OR (logged_models.model_id = @P5 AND DATALENGTH(logged_models.model_id) = DATALENGTH(@P6)))
GO
SELECT count(*) AS count_1
FROM experiments
WHERE experiments.stage = @P1 AND coalesce(experiments.updated, @P2) <= @P3 AND experiments.id = @P4
GO
SELECT TOP 10 runs.id, runs.run_id, runs.artifact_uri
FROM runs
WHERE runs.id > @P1 AND runs.stage = @P2 AND coalesce(runs.deleted, @P3) <= @P4 AND (runs.experiment_id = @P5 OR (EXISTS (SELECT *
FROM openjson(CAST(@P6 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = runs.run_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(runs.run_id))))) ORDER BY runs.id
GO
SELECT model_versions.run_id
FROM model_versions
WHERE (model_versions.run_id = @P1 AND DATALENGTH(model_versions.run_id) = DATALENGTH(@P2))
GO
SELECT model_versions.source, model_versions.storage_location
FROM model_versions
WHERE (model_versions.run_id = @P1 AND DATALENGTH(model_versions.run_id) = DATALENGTH(@P2)) AND model_versions.prompt = @P3
GO
SELECT runs.id
FROM runs WITH (UPDLOCK, ROWLOCK)
WHERE runs.id = @P1 AND runs.stage = @P2 ORDER BY runs.id
GO
SELECT coalesce(sum(@P1), @P2) AS coalesce_1
FROM latest_metrics
WHERE latest_metrics.run = @P3
GO
SELECT coalesce(sum(datalength(params.value) + @P1), @P2) AS coalesce_1
FROM params
WHERE params.run = @P3
GO
SELECT coalesce(sum(datalength(tags.value) + @P1), @P2) AS coalesce_1
FROM tags
WHERE tags.run = @P3
GO
DELETE FROM dataset_input_tags WHERE dataset_input_tags.input IN (SELECT dataset_inputs.id
FROM dataset_inputs
WHERE dataset_inputs.run = @P1)
GO
DELETE FROM dataset_inputs WHERE dataset_inputs.run = @P1
GO
DELETE FROM run_models WHERE run_models.run = @P1
GO
DELETE FROM tags WHERE tags.run = @P1
GO
DELETE FROM params WHERE params.run = @P1
GO
DELETE FROM latest_metrics WHERE latest_metrics.run = @P1
GO
DELETE FROM run_activity WHERE run_activity.run = @P1
GO
DELETE FROM runs WHERE runs.id = @P1
GO
INSERT INTO remains (kind, number, name, artifact_uri) OUTPUT inserted.id VALUES (@P1, @P2, @P3, @P4)
GO
SELECT TOP 10 logged_models.id, logged_models.model_id, logged_models.artifact_uri
FROM logged_models
WHERE logged_models.id > @P1 AND logged_models.stage = @P2 AND coalesce(logged_models.deleted, @P3) <= @P4 AND (logged_models.experiment_id = @P5 OR (logged_models.model_id = @P6 AND DATALENGTH(logged_models.model_id) = DATALENGTH(@P7))) ORDER BY logged_models.id
GO
SELECT model_versions.model_id
FROM model_versions
WHERE (model_versions.model_id = @P1 AND DATALENGTH(model_versions.model_id) = DATALENGTH(@P2))
GO
SELECT logged_models.id
FROM logged_models WITH (UPDLOCK, ROWLOCK)
WHERE logged_models.id = @P1 AND logged_models.stage = @P2 ORDER BY logged_models.id
GO
DELETE FROM logged_model_params WHERE logged_model_params.model = @P1
GO
DELETE FROM logged_model_tags WHERE logged_model_tags.model = @P1
GO
DELETE FROM logged_model_metrics WHERE logged_model_metrics.model = @P1
GO
DELETE FROM logged_models WHERE logged_models.id = @P1
GO
SELECT TOP 10 experiments.id, experiments.id AS id__1, experiments.artifact_location
FROM experiments
WHERE experiments.id > @P1 AND experiments.stage = @P2 AND coalesce(experiments.updated, @P3) <= @P4 AND experiments.id = @P5 ORDER BY experiments.id
GO
SELECT count(*) AS count_1
FROM runs
WHERE runs.stage = @P1
GO
SELECT count(*) AS count_1
FROM logged_models
WHERE logged_models.stage = @P1
GO
SELECT count(*) AS count_1
FROM experiments
WHERE experiments.stage = @P1
GO
SELECT TOP 10 runs.id, runs.run_id, runs.artifact_uri
FROM runs
WHERE runs.id > @P1 AND runs.stage = @P2 ORDER BY runs.id
GO
SELECT TOP 10 logged_models.id, logged_models.model_id, logged_models.artifact_uri
FROM logged_models
WHERE logged_models.id > @P1 AND logged_models.stage = @P2 ORDER BY logged_models.id
GO
SELECT TOP 10 experiments.id, experiments.id AS id__1, experiments.artifact_location
FROM experiments
WHERE experiments.id > @P1 AND experiments.stage = @P2 ORDER BY experiments.id
GO
SELECT experiments.id
FROM experiments WITH (UPDLOCK, ROWLOCK)
WHERE experiments.id = @P1 AND experiments.stage = @P2 ORDER BY experiments.id
GO
SELECT DISTINCT runs.experiment_id
FROM runs
WHERE runs.experiment_id = @P1
GO
SELECT DISTINCT logged_models.experiment_id
FROM logged_models
WHERE logged_models.experiment_id = @P1
GO
DELETE FROM experiment_tags WHERE experiment_tags.experiment_id = @P1
GO
DELETE FROM datasets WHERE datasets.experiment_id = @P1
GO
DELETE FROM experiments WHERE experiments.id = @P1
GO
SELECT TOP 10 remains.id, remains.kind, remains.number, remains.name, remains.artifact_uri
FROM remains
WHERE remains.id > @P1 ORDER BY remains.id
GO
SELECT TOP 3 metric_segments.id, datalength(metric_segments.data) AS datalength_1
FROM metric_segments
WHERE metric_segments.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max))))
GO
DELETE FROM metric_segments WHERE metric_segments.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND metric_segments.id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P2 AS NVARCHAR(max))))
GO
DELETE FROM remains WHERE remains.id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max))))
GO
SELECT experiments.id, experiments.name, experiments.stage, experiments.updated
FROM experiments
WHERE experiments.stage = @P1 OR experiments.id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P2 AS NVARCHAR(max)))) ORDER BY experiments.id
GO
IF @@TRANCOUNT = 0 BEGIN TRANSACTION
GO
SET NOCOUNT ON; DECLARE @taken INT; EXEC @taken = sp_getapplock @Resource = N'sagwan', @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 60000; SET NOCOUNT OFF; SELECT @taken AS taken
GO
SELECT TOP 1 jobs.job_id
FROM jobs
WHERE jobs.state < @P1 AND (jobs.kind = @P2 AND DATALENGTH(jobs.kind) = DATALENGTH(@P3))
GO
INSERT INTO jobs (job_id, kind, state, request, progress, created, updated) OUTPUT inserted.id VALUES (@P1, @P2, @P3, @P4, @P5, @P6, @P7)
GO
SELECT jobs.id, jobs.job_id, jobs.kind, jobs.state, jobs.request, jobs.progress, jobs.error, jobs.created, jobs.updated, jobs.ended
FROM jobs WITH (UPDLOCK, ROWLOCK)
WHERE (jobs.job_id = @P1 AND DATALENGTH(jobs.job_id) = DATALENGTH(@P2))
GO
UPDATE jobs SET state=@P1, progress=@P2, updated=@P3 WHERE jobs.id = @P4
GO
UPDATE jobs SET state=@P1, updated=@P2 WHERE jobs.id = @P3
GO
SELECT jobs.id, jobs.job_id, jobs.kind, jobs.state, jobs.request, jobs.progress, jobs.error, jobs.created, jobs.updated, jobs.ended
FROM jobs
WHERE jobs.state < @P1 ORDER BY jobs.id
GO
UPDATE jobs SET state=@P1, progress=@P2, error=@P3, updated=@P4, ended=@P5 WHERE jobs.id = @P6
GO
UPDATE jobs SET state=@P1, updated=@P2, ended=@P3 WHERE jobs.id = @P4
GO
SELECT TOP 2 jobs.id, jobs.job_id, jobs.kind, jobs.state, jobs.request, jobs.progress, jobs.error, jobs.created, jobs.updated, jobs.ended
FROM jobs ORDER BY jobs.id DESC
GO
