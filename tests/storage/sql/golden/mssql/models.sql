SELECT experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated
FROM experiments WITH (REPEATABLEREAD, ROWLOCK)
WHERE experiments.id = @P1
GO
INSERT INTO logged_models (model_id, experiment_id, name, status, model_type, source_run_id, artifact_uri, created, updated, stage) OUTPUT inserted.id VALUES (@P1, @P2, @P3, @P4, @P5, @P6, @P7, @P8, @P9, @P10)
GO
INSERT INTO logged_model_params (model, [key], value) VALUES (@P1, @P2, @P3), (@P4, @P5, @P6)
GO
INSERT INTO logged_model_tags (model, [key], value) VALUES (@P1, @P2, @P3)
GO
SELECT logged_models.id, logged_models.model_id, logged_models.experiment_id, logged_models.name, logged_models.status, logged_models.status_message, logged_models.model_type, logged_models.source_run_id, logged_models.artifact_uri, logged_models.created, logged_models.updated, logged_models.stage, logged_models.deleted
FROM logged_models
WHERE (logged_models.model_id = @P1 AND DATALENGTH(logged_models.model_id) = DATALENGTH(@P2))
GO
SELECT logged_model_params.model, logged_model_params.[key], logged_model_params.value
FROM logged_model_params
WHERE logged_model_params.model = @P1 ORDER BY logged_model_params.[key], datalength(logged_model_params.[key])
GO
SELECT logged_model_tags.model, logged_model_tags.[key], logged_model_tags.value
FROM logged_model_tags
WHERE logged_model_tags.model = @P1 ORDER BY logged_model_tags.[key], datalength(logged_model_tags.[key])
GO
SELECT logged_model_metrics.id, logged_model_metrics.model, logged_model_metrics.run_id, logged_model_metrics.[key], logged_model_metrics.timestamp, logged_model_metrics.step, logged_model_metrics.value, logged_model_metrics.nan, logged_model_metrics.dataset_name, logged_model_metrics.dataset_digest
FROM logged_model_metrics
WHERE logged_model_metrics.model = @P1 ORDER BY logged_model_metrics.id
GO
UPDATE logged_models SET status=@P1, updated=@P2 WHERE logged_models.id = @P3
GO
MERGE INTO [logged_model_tags] WITH (HOLDLOCK) AS [old] USING (SELECT CAST(@P1 AS BIGINT) AS [model], CAST(@P2 AS NVARCHAR(4000)) AS [key], CAST(@P3 AS NVARCHAR(MAX)) AS [value]) AS [new] ON [old].[model] = [new].[model] AND ([old].[key] = [new].[key] COLLATE Latin1_General_100_BIN2 AND DATALENGTH([old].[key]) = DATALENGTH([new].[key] COLLATE Latin1_General_100_BIN2)) WHEN MATCHED THEN UPDATE SET [old].[value] = [new].[value] WHEN NOT MATCHED THEN INSERT ([model], [key], [value]) VALUES ([new].[model], [new].[key], [new].[value]);
GO
DELETE FROM logged_model_tags WHERE logged_model_tags.model = @P1 AND (logged_model_tags.[key] = @P2 AND DATALENGTH(logged_model_tags.[key]) = DATALENGTH(@P3))
GO
SELECT logged_model_params.[key]
FROM logged_model_params
WHERE logged_model_params.model = @P1
GO
INSERT INTO logged_model_params (model, [key], value) VALUES (@P1, @P2, @P3)
GO
SELECT runs.run_id, runs.id, runs.stage
FROM runs
WHERE EXISTS (SELECT *
FROM openjson(CAST(@P1 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = runs.run_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(runs.run_id)))
GO
SELECT logged_models.model_id, logged_models.id
FROM logged_models
WHERE (logged_models.model_id = @P1 AND DATALENGTH(logged_models.model_id) = DATALENGTH(@P2))
GO
INSERT INTO [metric_segments] ([run], [key], [level], [count], [first_step], [last_step], [first_time], [last_time], [encoding], [data]) SELECT [run], [key], [level], [count], [first_step], [last_step], [first_time], [last_time], [encoding], CONVERT(VARBINARY(MAX), [data], 2) AS [data] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [key] BIGINT '$[1]', [level] BIGINT '$[2]', [count] BIGINT '$[3]', [first_step] BIGINT '$[4]', [last_step] BIGINT '$[5]', [first_time] BIGINT '$[6]', [last_time] BIGINT '$[7]', [encoding] BIGINT '$[8]', [data] VARCHAR(MAX) '$[9]')
GO
MERGE INTO [latest_metrics] WITH (HOLDLOCK) AS [old] USING (SELECT [run], [key], [step], [timestamp], [value], [nan], [least], [least_step], [greatest], [greatest_step] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [key] BIGINT '$[1]', [step] BIGINT '$[2]', [timestamp] BIGINT '$[3]', [value] FLOAT(53) '$[4]', [nan] BIGINT '$[5]', [least] FLOAT(53) '$[6]', [least_step] BIGINT '$[7]', [greatest] FLOAT(53) '$[8]', [greatest_step] BIGINT '$[9]')) AS [new] ON [old].[run] = [new].[run] AND [old].[key] = [new].[key] WHEN MATCHED AND (([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) OR ([old].[least_step] IS NOT NULL AND ([old].[least] IS NULL OR [new].[least] < [old].[least] OR ([new].[least] = [old].[least] AND [new].[least_step] < [old].[least_step]))) OR ([old].[greatest_step] IS NOT NULL AND ([old].[greatest] IS NULL OR [new].[greatest] > [old].[greatest] OR ([new].[greatest] = [old].[greatest] AND [new].[greatest_step] < [old].[greatest_step])))) THEN UPDATE SET [old].[step] = CASE WHEN ([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) THEN [new].[step] ELSE [old].[step] END, [old].[timestamp] = CASE WHEN ([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) THEN [new].[timestamp] ELSE [old].[timestamp] END, [old].[value] = CASE WHEN ([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) THEN [new].[value] ELSE [old].[value] END, [old].[nan] = CASE WHEN ([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) THEN [new].[nan] ELSE [old].[nan] END, [old].[least] = CASE WHEN ([old].[least_step] IS NOT NULL AND ([old].[least] IS NULL OR [new].[least] < [old].[least] OR ([new].[least] = [old].[least] AND [new].[least_step] < [old].[least_step]))) THEN [new].[least] ELSE [old].[least] END, [old].[least_step] = CASE WHEN ([old].[least_step] IS NOT NULL AND ([old].[least] IS NULL OR [new].[least] < [old].[least] OR ([new].[least] = [old].[least] AND [new].[least_step] < [old].[least_step]))) THEN [new].[least_step] ELSE [old].[least_step] END, [old].[greatest] = CASE WHEN ([old].[greatest_step] IS NOT NULL AND ([old].[greatest] IS NULL OR [new].[greatest] > [old].[greatest] OR ([new].[greatest] = [old].[greatest] AND [new].[greatest_step] < [old].[greatest_step]))) THEN [new].[greatest] ELSE [old].[greatest] END, [old].[greatest_step] = CASE WHEN ([old].[greatest_step] IS NOT NULL AND ([old].[greatest] IS NULL OR [new].[greatest] > [old].[greatest] OR ([new].[greatest] = [old].[greatest] AND [new].[greatest_step] < [old].[greatest_step]))) THEN [new].[greatest_step] ELSE [old].[greatest_step] END WHEN NOT MATCHED THEN INSERT ([run], [key], [step], [timestamp], [value], [nan], [least], [least_step], [greatest], [greatest_step]) VALUES ([new].[run], [new].[key], [new].[step], [new].[timestamp], [new].[value], [new].[nan], [new].[least], [new].[least_step], [new].[greatest], [new].[greatest_step]);
GO
INSERT INTO [logged_model_metrics] ([model], [run_id], [key], [timestamp], [step], [value], [nan], [dataset_name], [dataset_digest]) SELECT [model], [run_id], [key], [timestamp], [step], [value], [nan], [dataset_name], [dataset_digest] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([model] BIGINT '$[0]', [run_id] NVARCHAR(MAX) '$[1]', [key] NVARCHAR(MAX) '$[2]', [timestamp] BIGINT '$[3]', [step] BIGINT '$[4]', [value] FLOAT(53) '$[5]', [nan] BIGINT '$[6]', [dataset_name] NVARCHAR(MAX) '$[7]', [dataset_digest] NVARCHAR(MAX) '$[8]')
GO
SELECT DISTINCT TOP 1000 datasets.experiment_id, datasets.name, datasets.digest, dataset_input_tags.value AS context
FROM datasets JOIN dataset_inputs ON dataset_inputs.dataset = datasets.id LEFT OUTER JOIN dataset_input_tags ON dataset_input_tags.input = dataset_inputs.id AND (dataset_input_tags.[key] = @P1 AND DATALENGTH(dataset_input_tags.[key]) = DATALENGTH(@P2))
WHERE datasets.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P3 AS NVARCHAR(max)))) ORDER BY datasets.experiment_id, datasets.name, datasets.digest
GO
UPDATE logged_models SET updated=@P1, stage=@P2, deleted=@P3 WHERE logged_models.id = @P4
GO
