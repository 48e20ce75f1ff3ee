SELECT runs.id, runs.run_id, runs.stage, runs.deleted
FROM runs WITH (UPDLOCK, ROWLOCK)
WHERE EXISTS (SELECT *
FROM openjson(CAST(@P1 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = runs.run_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(runs.run_id))) ORDER BY runs.id
GO
DELETE FROM tags WHERE tags.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND tags.[key] = @P2
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
MERGE INTO [tags] WITH (HOLDLOCK) AS [old] USING (SELECT [run], [key], [value] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [key] BIGINT '$[1]', [value] NVARCHAR(MAX) '$[2]')) AS [new] ON [old].[run] = [new].[run] AND [old].[key] = [new].[key] WHEN MATCHED THEN UPDATE SET [old].[value] = [new].[value] WHEN NOT MATCHED THEN INSERT ([run], [key], [value]) VALUES ([new].[run], [new].[key], [new].[value]);
GO
UPDATE runs SET name=@P1 WHERE runs.id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P2 AS NVARCHAR(max))))
GO
MERGE INTO [run_activity] WITH (HOLDLOCK) AS [old] USING (SELECT [run], [active], [changed] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [active] BIGINT '$[1]', [changed] BIGINT '$[2]')) AS [new] ON [old].[run] = [new].[run] WHEN MATCHED THEN UPDATE SET [old].[active] = [new].[active], [old].[changed] = [new].[changed] WHEN NOT MATCHED THEN INSERT ([run], [active], [changed]) VALUES ([new].[run], [new].[active], [new].[changed]);
GO
SELECT runs.id
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage IN (@P2) AND (EXISTS (SELECT *
FROM latest_metrics
WHERE latest_metrics.run = runs.id AND latest_metrics.[key] = @P3 AND latest_metrics.nan = @P4 AND latest_metrics.value > @P5))
GO
SELECT runs.id, runs.run_id, runs.stage, runs.deleted
FROM runs WITH (UPDLOCK, ROWLOCK)
WHERE runs.id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) ORDER BY runs.id
GO
UPDATE runs SET stage=@P1, deleted=@P2 WHERE runs.id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P3 AS NVARCHAR(max))))
GO
SELECT runs.id
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage IN (@P2) AND runs.deleted = @P3
GO
