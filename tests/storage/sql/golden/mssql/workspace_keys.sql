SELECT experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated
FROM experiments
WHERE (experiments.name = @P1 AND DATALENGTH(experiments.name) = DATALENGTH(@P2))
GO
INSERT INTO experiments (name, artifact_location, stage, created, updated) OUTPUT inserted.id VALUES (@P1, @P2, @P3, @P4, @P5)
GO
UPDATE experiments SET artifact_location=@P1 WHERE experiments.id = @P2
GO
SELECT experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated
FROM experiments WITH (REPEATABLEREAD, ROWLOCK)
WHERE experiments.id = @P1
GO
INSERT INTO runs (run_id, experiment_id, name, user_id, status, start_time, stage, artifact_uri) OUTPUT inserted.id VALUES (@P1, @P2, @P3, @P4, @P5, @P6, @P7, @P8)
GO
MERGE INTO [run_activity] WITH (HOLDLOCK) AS [old] USING (SELECT [run], [active], [changed] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [active] BIGINT '$[1]', [changed] BIGINT '$[2]')) AS [new] ON [old].[run] = [new].[run] WHEN MATCHED THEN UPDATE SET [old].[active] = [new].[active], [old].[changed] = [new].[changed] WHEN NOT MATCHED THEN INSERT ([run], [active], [changed]) VALUES ([new].[run], [new].[active], [new].[changed]);
GO
SELECT runs.run_id, runs.id, runs.stage
FROM runs
WHERE EXISTS (SELECT *
FROM openjson(CAST(@P1 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = runs.run_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(runs.run_id)))
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
INSERT INTO [metric_segments] ([run], [key], [level], [count], [first_step], [last_step], [first_time], [last_time], [encoding], [data]) SELECT [run], [key], [level], [count], [first_step], [last_step], [first_time], [last_time], [encoding], CONVERT(VARBINARY(MAX), [data], 2) AS [data] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [key] BIGINT '$[1]', [level] BIGINT '$[2]', [count] BIGINT '$[3]', [first_step] BIGINT '$[4]', [last_step] BIGINT '$[5]', [first_time] BIGINT '$[6]', [last_time] BIGINT '$[7]', [encoding] BIGINT '$[8]', [data] VARCHAR(MAX) '$[9]')
GO
MERGE INTO [latest_metrics] WITH (HOLDLOCK) AS [old] USING (SELECT [run], [key], [step], [timestamp], [value], [nan], [least], [least_step], [greatest], [greatest_step] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [key] BIGINT '$[1]', [step] BIGINT '$[2]', [timestamp] BIGINT '$[3]', [value] FLOAT(53) '$[4]', [nan] BIGINT '$[5]', [least] FLOAT(53) '$[6]', [least_step] BIGINT '$[7]', [greatest] FLOAT(53) '$[8]', [greatest_step] BIGINT '$[9]')) AS [new] ON [old].[run] = [new].[run] AND [old].[key] = [new].[key] WHEN MATCHED AND (([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) OR ([old].[least_step] IS NOT NULL AND ([old].[least] IS NULL OR [new].[least] < [old].[least] OR ([new].[least] = [old].[least] AND [new].[least_step] < [old].[least_step]))) OR ([old].[greatest_step] IS NOT NULL AND ([old].[greatest] IS NULL OR [new].[greatest] > [old].[greatest] OR ([new].[greatest] = [old].[greatest] AND [new].[greatest_step] < [old].[greatest_step])))) THEN UPDATE SET [old].[step] = CASE WHEN ([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) THEN [new].[step] ELSE [old].[step] END, [old].[timestamp] = CASE WHEN ([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) THEN [new].[timestamp] ELSE [old].[timestamp] END, [old].[value] = CASE WHEN ([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) THEN [new].[value] ELSE [old].[value] END, [old].[nan] = CASE WHEN ([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) THEN [new].[nan] ELSE [old].[nan] END, [old].[least] = CASE WHEN ([old].[least_step] IS NOT NULL AND ([old].[least] IS NULL OR [new].[least] < [old].[least] OR ([new].[least] = [old].[least] AND [new].[least_step] < [old].[least_step]))) THEN [new].[least] ELSE [old].[least] END, [old].[least_step] = CASE WHEN ([old].[least_step] IS NOT NULL AND ([old].[least] IS NULL OR [new].[least] < [old].[least] OR ([new].[least] = [old].[least] AND [new].[least_step] < [old].[least_step]))) THEN [new].[least_step] ELSE [old].[least_step] END, [old].[greatest] = CASE WHEN ([old].[greatest_step] IS NOT NULL AND ([old].[greatest] IS NULL OR [new].[greatest] > [old].[greatest] OR ([new].[greatest] = [old].[greatest] AND [new].[greatest_step] < [old].[greatest_step]))) THEN [new].[greatest] ELSE [old].[greatest] END, [old].[greatest_step] = CASE WHEN ([old].[greatest_step] IS NOT NULL AND ([old].[greatest] IS NULL OR [new].[greatest] > [old].[greatest] OR ([new].[greatest] = [old].[greatest] AND [new].[greatest_step] < [old].[greatest_step]))) THEN [new].[greatest_step] ELSE [old].[greatest_step] END WHEN NOT MATCHED THEN INSERT ([run], [key], [step], [timestamp], [value], [nan], [least], [least_step], [greatest], [greatest_step]) VALUES ([new].[run], [new].[key], [new].[step], [new].[timestamp], [new].[value], [new].[nan], [new].[least], [new].[least_step], [new].[greatest], [new].[greatest_step]);
GO
SELECT count(*) AS count_1, min(runs.id) AS min_1, max(runs.id) AS max_1
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage = @P2
GO
SELECT TOP 1 runs.id
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage = @P2 ORDER BY runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT latest_metrics.[key], count(*) AS count_1, count(CASE WHEN (latest_metrics.nan = @P1) THEN latest_metrics.value END) AS count_2, min(CASE WHEN (latest_metrics.nan = @P2) THEN latest_metrics.value END) AS min_1, max(CASE WHEN (latest_metrics.nan = @P3) THEN latest_metrics.value END) AS max_1
FROM latest_metrics
WHERE latest_metrics.run = @P4 GROUP BY latest_metrics.[key]
GO
SELECT DISTINCT metric_segments.[key]
FROM metric_segments
WHERE metric_segments.run = @P1 AND metric_segments.[key] != @P2 AND metric_segments.count > @P3
GO
SELECT metric_segments.run, metric_segments.encoding, metric_segments.data
FROM metric_segments
WHERE metric_segments.run = @P1 AND metric_segments.[key] = @P2
GO
SELECT params.[key], params.value, count(*) AS count_1
FROM params
WHERE params.run = @P1 GROUP BY params.[key], params.value
GO
SELECT tags.[key], tags.value, count(*) AS count_1
FROM tags
WHERE tags.run = @P1 GROUP BY tags.[key], tags.value
GO
SELECT keys.id, keys.name, CASE WHEN (EXISTS (SELECT *
FROM runs
WHERE runs.id = (SELECT TOP 1 latest_metrics.run
FROM latest_metrics
WHERE latest_metrics.[key] = keys.id AND latest_metrics.run BETWEEN @P1 AND @P2) AND runs.experiment_id = @P3 AND runs.stage = @P4)) THEN @P5 ELSE @P6 END AS anon_1
FROM keys
WHERE (SELECT TOP 1 latest_metrics.run
FROM latest_metrics
WHERE latest_metrics.[key] = keys.id AND latest_metrics.run BETWEEN @P7 AND @P8) IS NOT NULL
GO
SELECT keys.id
FROM keys
WHERE keys.id = @P1 AND (SELECT TOP 1 runs.id
FROM runs, latest_metrics
WHERE latest_metrics.[key] = keys.id AND latest_metrics.run = runs.id AND runs.id BETWEEN @P2 AND @P3 AND runs.experiment_id = @P4 AND runs.stage = @P5) IS NOT NULL
GO
SELECT keys.id, keys.name, CASE WHEN (EXISTS (SELECT *
FROM runs
WHERE runs.id = (SELECT TOP 1 params.run
FROM params
WHERE params.[key] = keys.id AND params.run BETWEEN @P1 AND @P2) AND runs.experiment_id = @P3 AND runs.stage = @P4)) THEN @P5 ELSE @P6 END AS anon_1
FROM keys
WHERE (SELECT TOP 1 params.run
FROM params
WHERE params.[key] = keys.id AND params.run BETWEEN @P7 AND @P8) IS NOT NULL
GO
SELECT keys.id
FROM keys
WHERE keys.id = @P1 AND (SELECT TOP 1 runs.id
FROM runs, params
WHERE params.[key] = keys.id AND params.run = runs.id AND runs.id BETWEEN @P2 AND @P3 AND runs.experiment_id = @P4 AND runs.stage = @P5) IS NOT NULL
GO
SELECT keys.id, keys.name, CASE WHEN (EXISTS (SELECT *
FROM runs
WHERE runs.id = (SELECT TOP 1 tags.run
FROM tags
WHERE tags.[key] = keys.id AND tags.run BETWEEN @P1 AND @P2) AND runs.experiment_id = @P3 AND runs.stage = @P4)) THEN @P5 ELSE @P6 END AS anon_1
FROM keys
WHERE (SELECT TOP 1 tags.run
FROM tags
WHERE tags.[key] = keys.id AND tags.run BETWEEN @P7 AND @P8) IS NOT NULL
GO
SELECT keys.id
FROM keys
WHERE keys.id = @P1 AND (SELECT TOP 1 runs.id
FROM runs, tags
WHERE tags.[key] = keys.id AND tags.run = runs.id AND runs.id BETWEEN @P2 AND @P3 AND runs.experiment_id = @P4 AND runs.stage = @P5) IS NOT NULL
GO
SELECT metric_dictionaries.experiment_id, metric_dictionaries.version, metric_dictionaries.entries
FROM metric_dictionaries
WHERE metric_dictionaries.experiment_id IN (@P1, @P2)
GO
SELECT DISTINCT latest_metrics.[key]
FROM latest_metrics, runs
WHERE latest_metrics.run = runs.id AND latest_metrics.[key] BETWEEN @P1 AND @P2 AND runs.experiment_id = @P3 AND runs.stage = @P4
GO
SELECT DISTINCT params.[key]
FROM params, runs
WHERE params.run = runs.id AND params.[key] BETWEEN @P1 AND @P2 AND runs.experiment_id = @P3 AND runs.stage = @P4
GO
SELECT DISTINCT tags.[key]
FROM tags, runs
WHERE tags.run = runs.id AND tags.[key] BETWEEN @P1 AND @P2 AND runs.experiment_id = @P3 AND runs.stage = @P4
GO
