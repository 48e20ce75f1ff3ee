SELECT experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated
FROM experiments WITH (REPEATABLEREAD, ROWLOCK)
WHERE experiments.id = @P1
GO
INSERT INTO runs (run_id, experiment_id, name, user_id, status, start_time, stage, artifact_uri) OUTPUT inserted.id VALUES (@P1, @P2, @P3, @P4, @P5, @P6, @P7, @P8)
GO
SELECT keys.name, keys.id
FROM keys
WHERE (keys.name = @P1 AND DATALENGTH(keys.name) = DATALENGTH(@P2))
GO
INSERT INTO keys (name) SELECT CAST(@P1 AS NVARCHAR(4000)) AS name
WHERE NOT (EXISTS (SELECT there.name
FROM keys AS there WITH (UPDLOCK, HOLDLOCK)
WHERE (there.name = CAST(@P2 AS NVARCHAR(4000)) AND DATALENGTH(there.name) = DATALENGTH(CAST(@P3 AS NVARCHAR(4000))))))
GO
INSERT INTO [tags] ([run], [key], [value]) SELECT [run], [key], [value] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [key] BIGINT '$[1]', [value] NVARCHAR(MAX) '$[2]')
GO
SELECT max(run_activity.changed) AS max_1
FROM run_activity
GO
MERGE INTO [run_activity] WITH (HOLDLOCK) AS [old] USING (SELECT [run], [active], [changed] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [active] BIGINT '$[1]', [changed] BIGINT '$[2]')) AS [new] ON [old].[run] = [new].[run] WHEN MATCHED THEN UPDATE SET [old].[active] = [new].[active], [old].[changed] = [new].[changed] WHEN NOT MATCHED THEN INSERT ([run], [active], [changed]) VALUES ([new].[run], [new].[active], [new].[changed]);
GO
SELECT runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri
FROM runs
WHERE (runs.run_id = @P1 AND DATALENGTH(runs.run_id) = DATALENGTH(@P2))
GO
IF @@TRANCOUNT = 0 BEGIN TRANSACTION
GO
SAVE TRANSACTION sa_savepoint_1
GO
SAVE TRANSACTION sa_savepoint_2
GO
ROLLBACK TRANSACTION sa_savepoint_2
GO
SAVE TRANSACTION sa_savepoint_3
GO
MERGE INTO [tags] WITH (HOLDLOCK) AS [old] USING (SELECT CAST(@P1 AS BIGINT) AS [run], CAST(@P2 AS BIGINT) AS [key], CAST(@P3 AS NVARCHAR(MAX)) AS [value]) AS [new] ON [old].[run] = [new].[run] AND [old].[key] = [new].[key] WHEN MATCHED THEN UPDATE SET [old].[value] = [new].[value] WHEN NOT MATCHED THEN INSERT ([run], [key], [value]) VALUES ([new].[run], [new].[key], [new].[value]);
GO
UPDATE runs SET name=@P1, status=@P2, end_time=@P3 WHERE runs.id = @P4
GO
UPDATE runs SET stage=@P1, deleted=@P2 WHERE runs.id = @P3
GO
SELECT tags.value
FROM tags
WHERE tags.run = @P1 AND tags.[key] = @P2
GO
DELETE FROM tags WHERE tags.run = @P1 AND tags.[key] = @P2
GO
INSERT INTO datasets (experiment_id, name, digest, source_type, source, [schema], profile) SELECT CAST(@P1 AS BIGINT) AS experiment_id, CAST(@P2 AS NVARCHAR(4000)) AS name, CAST(@P3 AS NVARCHAR(4000)) AS digest, CAST(@P4 AS NVARCHAR(4000)) AS source_type, CAST(@P5 AS NVARCHAR(max)) AS source, CAST(@P6 AS NVARCHAR(max)) AS [schema], CAST(@P7 AS NVARCHAR(max)) AS profile
WHERE NOT (EXISTS (SELECT there.experiment_id
FROM datasets AS there WITH (UPDLOCK, HOLDLOCK)
WHERE there.experiment_id = CAST(@P8 AS BIGINT) AND (there.name = CAST(@P9 AS NVARCHAR(4000)) AND DATALENGTH(there.name) = DATALENGTH(CAST(@P10 AS NVARCHAR(4000)))) AND (there.digest = CAST(@P11 AS NVARCHAR(4000)) AND DATALENGTH(there.digest) = DATALENGTH(CAST(@P12 AS NVARCHAR(4000))))))
GO
SELECT datasets.name, datasets.digest, datasets.id
FROM datasets
WHERE datasets.experiment_id = @P1 AND (datasets.name = @P2 AND DATALENGTH(datasets.name) = DATALENGTH(@P3))
GO
SELECT dataset_inputs.dataset
FROM dataset_inputs
WHERE dataset_inputs.run = @P1
GO
INSERT INTO dataset_inputs (run, dataset) OUTPUT inserted.id VALUES (@P1, @P2)
GO
SELECT dataset_inputs.dataset, dataset_inputs.id
FROM dataset_inputs
WHERE dataset_inputs.run = @P1 AND dataset_inputs.dataset = @P2
GO
INSERT INTO dataset_input_tags (input, [key], value) VALUES (@P1, @P2, @P3)
GO
INSERT INTO run_models (run, output, model_id, step) SELECT CAST(@P1 AS BIGINT) AS run, CAST(@P2 AS SMALLINT) AS output, CAST(@P3 AS NVARCHAR(4000)) AS model_id, CAST(@P4 AS BIGINT) AS step
WHERE NOT (EXISTS (SELECT there.run
FROM run_models AS there WITH (UPDLOCK, HOLDLOCK)
WHERE there.run = CAST(@P5 AS BIGINT) AND there.output = CAST(@P6 AS SMALLINT) AND (there.model_id = CAST(@P7 AS NVARCHAR(4000)) AND DATALENGTH(there.model_id) = DATALENGTH(CAST(@P8 AS NVARCHAR(4000))))))
GO
SELECT run_models.model_id
FROM run_models
WHERE run_models.run = @P1 AND run_models.output = @P2
GO
INSERT INTO run_models (run, output, model_id, step) VALUES (@P1, @P2, @P3, @P4)
GO
SELECT latest_metrics.run, latest_metrics.[key], latest_metrics.value, latest_metrics.timestamp, latest_metrics.step, latest_metrics.nan
FROM latest_metrics
WHERE latest_metrics.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max))))
GO
SELECT params.run, params.[key], params.value
FROM params
WHERE params.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max))))
GO
SELECT tags.run, tags.[key], tags.value
FROM tags
WHERE tags.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max))))
GO
SELECT dataset_inputs.id AS input, dataset_inputs.run, datasets.id, datasets.experiment_id, datasets.name, datasets.digest, datasets.source_type, datasets.source, datasets.[schema], datasets.profile
FROM dataset_inputs JOIN datasets ON datasets.id = dataset_inputs.dataset
WHERE dataset_inputs.run = @P1 ORDER BY dataset_inputs.id
GO
SELECT dataset_input_tags.input, dataset_input_tags.[key], dataset_input_tags.value
FROM dataset_input_tags
WHERE dataset_input_tags.input = @P1 ORDER BY dataset_input_tags.[key], datalength(dataset_input_tags.[key])
GO
SELECT run_models.run, run_models.output, run_models.model_id, run_models.step
FROM run_models
WHERE run_models.run = @P1 ORDER BY run_models.run, run_models.output, run_models.model_id, datalength(run_models.model_id)
GO
SELECT keys.id, keys.name
FROM keys
WHERE keys.id = @P1
GO
SELECT 1
GO
INSERT INTO params (run, [key], value) VALUES (@P1, @P2, @P3)
GO
DELETE FROM params WHERE params.run = @P1 AND params.[key] = @P2
GO
