SELECT runs.run_id, runs.id, runs.stage
FROM runs
WHERE EXISTS (SELECT *
FROM openjson(CAST(@P1 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = runs.run_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(runs.run_id)))
GO
SELECT keys.name, keys.id
FROM keys
WHERE EXISTS (SELECT *
FROM openjson(CAST(@P1 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = keys.name AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(keys.name)))
GO
INSERT INTO keys (name) SELECT CAST(@P1 AS NVARCHAR(4000)) AS name
WHERE NOT (EXISTS (SELECT there.name
FROM keys AS there WITH (UPDLOCK, HOLDLOCK)
WHERE (there.name = CAST(@P2 AS NVARCHAR(4000)) AND DATALENGTH(there.name) = DATALENGTH(CAST(@P3 AS NVARCHAR(4000))))))
GO
SELECT params.run, params.[key], params.value
FROM params
WHERE params.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND params.[key] IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P2 AS NVARCHAR(max))))
GO
INSERT INTO [params] ([run], [key], [value]) SELECT [run], [key], [value] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [key] BIGINT '$[1]', [value] NVARCHAR(MAX) '$[2]')
GO
MERGE INTO [tags] WITH (HOLDLOCK) AS [old] USING (SELECT [run], [key], [value] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [key] BIGINT '$[1]', [value] NVARCHAR(MAX) '$[2]')) AS [new] ON [old].[run] = [new].[run] AND [old].[key] = [new].[key] WHEN MATCHED THEN UPDATE SET [old].[value] = [new].[value] WHEN NOT MATCHED THEN INSERT ([run], [key], [value]) VALUES ([new].[run], [new].[key], [new].[value]);
GO
UPDATE runs SET name=@P1 WHERE runs.id = @P2
GO
INSERT INTO [metric_segments] ([run], [key], [level], [count], [first_step], [last_step], [first_time], [last_time], [encoding], [data]) SELECT [run], [key], [level], [count], [first_step], [last_step], [first_time], [last_time], [encoding], CONVERT(VARBINARY(MAX), [data], 2) AS [data] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [key] BIGINT '$[1]', [level] BIGINT '$[2]', [count] BIGINT '$[3]', [first_step] BIGINT '$[4]', [last_step] BIGINT '$[5]', [first_time] BIGINT '$[6]', [last_time] BIGINT '$[7]', [encoding] BIGINT '$[8]', [data] VARCHAR(MAX) '$[9]')
GO
MERGE INTO [latest_metrics] WITH (HOLDLOCK) AS [old] USING (SELECT [run], [key], [step], [timestamp], [value], [nan], [least], [least_step], [greatest], [greatest_step] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [key] BIGINT '$[1]', [step] BIGINT '$[2]', [timestamp] BIGINT '$[3]', [value] FLOAT(53) '$[4]', [nan] BIGINT '$[5]', [least] FLOAT(53) '$[6]', [least_step] BIGINT '$[7]', [greatest] FLOAT(53) '$[8]', [greatest_step] BIGINT '$[9]')) AS [new] ON [old].[run] = [new].[run] AND [old].[key] = [new].[key] WHEN MATCHED AND (([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) OR ([old].[least_step] IS NOT NULL AND ([old].[least] IS NULL OR [new].[least] < [old].[least] OR ([new].[least] = [old].[least] AND [new].[least_step] < [old].[least_step]))) OR ([old].[greatest_step] IS NOT NULL AND ([old].[greatest] IS NULL OR [new].[greatest] > [old].[greatest] OR ([new].[greatest] = [old].[greatest] AND [new].[greatest_step] < [old].[greatest_step])))) THEN UPDATE SET [old].[step] = CASE WHEN ([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) THEN [new].[step] ELSE [old].[step] END, [old].[timestamp] = CASE WHEN ([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) THEN [new].[timestamp] ELSE [old].[timestamp] END, [old].[value] = CASE WHEN ([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) THEN [new].[value] ELSE [old].[value] END, [old].[nan] = CASE WHEN ([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) THEN [new].[nan] ELSE [old].[nan] END, [old].[least] = CASE WHEN ([old].[least_step] IS NOT NULL AND ([old].[least] IS NULL OR [new].[least] < [old].[least] OR ([new].[least] = [old].[least] AND [new].[least_step] < [old].[least_step]))) THEN [new].[least] ELSE [old].[least] END, [old].[least_step] = CASE WHEN ([old].[least_step] IS NOT NULL AND ([old].[least] IS NULL OR [new].[least] < [old].[least] OR ([new].[least] = [old].[least] AND [new].[least_step] < [old].[least_step]))) THEN [new].[least_step] ELSE [old].[least_step] END, [old].[greatest] = CASE WHEN ([old].[greatest_step] IS NOT NULL AND ([old].[greatest] IS NULL OR [new].[greatest] > [old].[greatest] OR ([new].[greatest] = [old].[greatest] AND [new].[greatest_step] < [old].[greatest_step]))) THEN [new].[greatest] ELSE [old].[greatest] END, [old].[greatest_step] = CASE WHEN ([old].[greatest_step] IS NOT NULL AND ([old].[greatest] IS NULL OR [new].[greatest] > [old].[greatest] OR ([new].[greatest] = [old].[greatest] AND [new].[greatest_step] < [old].[greatest_step]))) THEN [new].[greatest_step] ELSE [old].[greatest_step] END WHEN NOT MATCHED THEN INSERT ([run], [key], [step], [timestamp], [value], [nan], [least], [least_step], [greatest], [greatest_step]) VALUES ([new].[run], [new].[key], [new].[step], [new].[timestamp], [new].[value], [new].[nan], [new].[least], [new].[least_step], [new].[greatest], [new].[greatest_step]);
GO
MERGE INTO [run_activity] WITH (HOLDLOCK) AS [old] USING (SELECT [run], [active], [changed] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [active] BIGINT '$[1]', [changed] BIGINT '$[2]')) AS [new] ON [old].[run] = [new].[run] WHEN MATCHED THEN UPDATE SET [old].[active] = [new].[active], [old].[changed] = [new].[changed] WHEN NOT MATCHED THEN INSERT ([run], [active], [changed]) VALUES ([new].[run], [new].[active], [new].[changed]);
GO
SELECT runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri
FROM runs
WHERE (runs.run_id = @P1 AND DATALENGTH(runs.run_id) = DATALENGTH(@P2))
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
SELECT run_models.run, run_models.output, run_models.model_id, run_models.step
FROM run_models
WHERE run_models.run = @P1 ORDER BY run_models.run, run_models.output, run_models.model_id, datalength(run_models.model_id)
GO
