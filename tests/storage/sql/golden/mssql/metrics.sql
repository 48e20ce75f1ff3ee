SELECT runs.run_id, runs.id, runs.stage
FROM runs
WHERE EXISTS (SELECT *
FROM openjson(CAST(@P1 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = runs.run_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(runs.run_id)))
GO
INSERT INTO [metric_segments] ([run], [key], [level], [count], [first_step], [last_step], [first_time], [last_time], [encoding], [data]) SELECT [run], [key], [level], [count], [first_step], [last_step], [first_time], [last_time], [encoding], CONVERT(VARBINARY(MAX), [data], 2) AS [data] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [key] BIGINT '$[1]', [level] BIGINT '$[2]', [count] BIGINT '$[3]', [first_step] BIGINT '$[4]', [last_step] BIGINT '$[5]', [first_time] BIGINT '$[6]', [last_time] BIGINT '$[7]', [encoding] BIGINT '$[8]', [data] VARCHAR(MAX) '$[9]')
GO
MERGE INTO [latest_metrics] WITH (HOLDLOCK) AS [old] USING (SELECT [run], [key], [step], [timestamp], [value], [nan], [least], [least_step], [greatest], [greatest_step] FROM OPENJSON(CAST(@P1 AS NVARCHAR(MAX))) WITH ([run] BIGINT '$[0]', [key] BIGINT '$[1]', [step] BIGINT '$[2]', [timestamp] BIGINT '$[3]', [value] FLOAT(53) '$[4]', [nan] BIGINT '$[5]', [least] FLOAT(53) '$[6]', [least_step] BIGINT '$[7]', [greatest] FLOAT(53) '$[8]', [greatest_step] BIGINT '$[9]')) AS [new] ON [old].[run] = [new].[run] AND [old].[key] = [new].[key] WHEN MATCHED AND (([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) OR ([old].[least_step] IS NOT NULL AND ([old].[least] IS NULL OR [new].[least] < [old].[least] OR ([new].[least] = [old].[least] AND [new].[least_step] < [old].[least_step]))) OR ([old].[greatest_step] IS NOT NULL AND ([old].[greatest] IS NULL OR [new].[greatest] > [old].[greatest] OR ([new].[greatest] = [old].[greatest] AND [new].[greatest_step] < [old].[greatest_step])))) THEN UPDATE SET [old].[step] = CASE WHEN ([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) THEN [new].[step] ELSE [old].[step] END, [old].[timestamp] = CASE WHEN ([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) THEN [new].[timestamp] ELSE [old].[timestamp] END, [old].[value] = CASE WHEN ([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) THEN [new].[value] ELSE [old].[value] END, [old].[nan] = CASE WHEN ([new].[step] > [old].[step] OR ([new].[step] = [old].[step] AND ([new].[timestamp] > [old].[timestamp] OR ([new].[timestamp] = [old].[timestamp] AND [new].[value] > [old].[value])))) THEN [new].[nan] ELSE [old].[nan] END, [old].[least] = CASE WHEN ([old].[least_step] IS NOT NULL AND ([old].[least] IS NULL OR [new].[least] < [old].[least] OR ([new].[least] = [old].[least] AND [new].[least_step] < [old].[least_step]))) THEN [new].[least] ELSE [old].[least] END, [old].[least_step] = CASE WHEN ([old].[least_step] IS NOT NULL AND ([old].[least] IS NULL OR [new].[least] < [old].[least] OR ([new].[least] = [old].[least] AND [new].[least_step] < [old].[least_step]))) THEN [new].[least_step] ELSE [old].[least_step] END, [old].[greatest] = CASE WHEN ([old].[greatest_step] IS NOT NULL AND ([old].[greatest] IS NULL OR [new].[greatest] > [old].[greatest] OR ([new].[greatest] = [old].[greatest] AND [new].[greatest_step] < [old].[greatest_step]))) THEN [new].[greatest] ELSE [old].[greatest] END, [old].[greatest_step] = CASE WHEN ([old].[greatest_step] IS NOT NULL AND ([old].[greatest] IS NULL OR [new].[greatest] > [old].[greatest] OR ([new].[greatest] = [old].[greatest] AND [new].[greatest_step] < [old].[greatest_step]))) THEN [new].[greatest_step] ELSE [old].[greatest_step] END WHEN NOT MATCHED THEN INSERT ([run], [key], [step], [timestamp], [value], [nan], [least], [least_step], [greatest], [greatest_step]) VALUES ([new].[run], [new].[key], [new].[step], [new].[timestamp], [new].[value], [new].[nan], [new].[least], [new].[least_step], [new].[greatest], [new].[greatest_step]);
GO
SELECT runs.run_id, metric_segments.id, metric_segments.[key], metric_segments.count, metric_segments.first_step, metric_segments.last_step, metric_segments.first_time, metric_segments.last_time
FROM runs JOIN metric_segments ON metric_segments.run = runs.id
WHERE (metric_segments.[key] = @P1 OR metric_segments.[key] = @P2) AND metric_segments.last_step >= @P3 AND metric_segments.first_step <= @P4 AND (runs.run_id = @P5 AND DATALENGTH(runs.run_id) = DATALENGTH(@P6)) ORDER BY metric_segments.first_time, metric_segments.id
GO
SELECT metric_segments.id, metric_segments.[key], metric_segments.encoding, metric_segments.data
FROM metric_segments
WHERE metric_segments.id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max))))
GO
SELECT metric_segments.run, count(*) AS count_1
FROM metric_segments
WHERE metric_segments.[key] = @P1 AND metric_segments.level = @P2 GROUP BY metric_segments.run
HAVING count(*) > @P3
GO
SELECT max(metric_segments.id) AS max_1
FROM metric_segments
GO
SELECT runs.id
FROM runs
WHERE runs.id = @P1 AND runs.status IN (@P2, @P3, @P4)
GO
SELECT runs.id
FROM runs WITH (UPDLOCK, ROWLOCK, READPAST, READCOMMITTEDLOCK)
WHERE runs.id = @P1
GO
SELECT TOP 4096 metric_segments.id, metric_segments.count
FROM metric_segments
WHERE metric_segments.run = @P1 AND metric_segments.[key] = @P2 AND metric_segments.level = @P3 ORDER BY metric_segments.id
GO
SELECT metric_segments.[key], metric_segments.encoding, metric_segments.data
FROM metric_segments
WHERE metric_segments.id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max))))
GO
SELECT metric_segments.id, metric_segments.[key], metric_segments.level, metric_segments.count, metric_segments.first_time, metric_segments.last_time
FROM metric_segments
WHERE metric_segments.run = @P1 AND metric_segments.level = @P2 AND metric_segments.[key] = @P3
GO
SELECT metric_segments.id, metric_segments.[key], metric_segments.level, metric_segments.count, metric_segments.first_time, metric_segments.last_time
FROM metric_segments
WHERE metric_segments.run = @P1 AND metric_segments.[key] IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P2 AS NVARCHAR(max)))) AND (metric_segments.level = @P3 OR metric_segments.level = @P4 AND metric_segments.first_time < @P5 AND metric_segments.last_time > @P6)
GO
DELETE FROM metric_segments WHERE metric_segments.run = @P1 AND metric_segments.id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P2 AS NVARCHAR(max))))
GO
SELECT metric_segments.id, metric_segments.[key], metric_segments.level, metric_segments.count, metric_segments.first_time, metric_segments.last_time
FROM metric_segments
WHERE metric_segments.run = @P1 AND metric_segments.level = @P2 AND metric_segments.[key] != @P3
GO
SELECT metric_segments.run
FROM metric_segments
WHERE metric_segments.level != @P1 GROUP BY metric_segments.run
HAVING min(metric_segments.level) = @P2 OR count(*) > count(DISTINCT metric_segments.[key]) ORDER BY metric_segments.run
GO
SELECT metric_segments.id, metric_segments.[key], metric_segments.level, metric_segments.count, metric_segments.first_time, metric_segments.last_time
FROM metric_segments
WHERE metric_segments.run = @P1 AND metric_segments.[key] = @P2 AND (metric_segments.level = @P3 OR metric_segments.level = @P4 AND metric_segments.first_time < @P5 AND metric_segments.last_time > @P6)
GO
SELECT metric_segments.[key], metric_segments.encoding, metric_segments.data
FROM metric_segments
WHERE metric_segments.id = @P1
GO
DELETE FROM metric_segments WHERE metric_segments.run = @P1 AND metric_segments.id = @P2
GO
SELECT metric_segments.run + 0 AS anon_1, count(*) AS count_1, sum(metric_segments.count) AS sum_1, max(metric_segments.id) AS max_1
FROM metric_segments
WHERE metric_segments.id > @P1 AND metric_segments.level = @P2 GROUP BY metric_segments.run + 0
GO
SELECT metric_segments.id, metric_segments.[key], metric_segments.encoding, metric_segments.data
FROM metric_segments
WHERE metric_segments.id = @P1
GO
SELECT runs.run_id, metric_segments.id, metric_segments.[key], metric_segments.count, metric_segments.first_step, metric_segments.last_step, metric_segments.first_time, metric_segments.last_time
FROM runs JOIN metric_segments ON metric_segments.run = runs.id
WHERE (metric_segments.[key] = @P1 OR metric_segments.[key] = @P2) AND metric_segments.last_step >= @P3 AND metric_segments.first_step <= @P4 AND (EXISTS (SELECT *
FROM openjson(CAST(@P5 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = runs.run_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(runs.run_id)))) ORDER BY metric_segments.first_time, metric_segments.id
GO
SELECT runs.run_id, runs.start_time, metric_segments.id, metric_segments.[key], metric_segments.count, metric_segments.first_time, metric_segments.last_time
FROM runs JOIN metric_segments ON metric_segments.run = runs.id
WHERE (EXISTS (SELECT *
FROM openjson(CAST(@P1 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = runs.run_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(runs.run_id)))) AND metric_segments.[key] IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P2 AS NVARCHAR(max))))
GO
SELECT runs.run_id, runs.start_time, metric_segments.id, metric_segments.[key], metric_segments.count, metric_segments.first_step, metric_segments.last_step
FROM runs JOIN metric_segments ON metric_segments.run = runs.id
WHERE (runs.run_id = @P1 AND DATALENGTH(runs.run_id) = DATALENGTH(@P2)) AND metric_segments.[key] IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P3 AS NVARCHAR(max)))) AND metric_segments.last_step >= @P4 AND metric_segments.first_step <= @P5
GO
SELECT runs.run_id, runs.start_time, metric_segments.id, metric_segments.[key], metric_segments.count, metric_segments.first_step, metric_segments.last_step
FROM runs JOIN metric_segments ON metric_segments.run = runs.id
WHERE (EXISTS (SELECT *
FROM openjson(CAST(@P1 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = runs.run_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(runs.run_id)))) AND metric_segments.[key] IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P2 AS NVARCHAR(max)))) AND metric_segments.last_step >= @P3 AND metric_segments.first_step <= @P4
GO
