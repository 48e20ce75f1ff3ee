SELECT runs.id, runs.start_time
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND runs.stage IN (@P2) ORDER BY runs.start_time, runs.run_id, datalength(runs.run_id)
GO
SELECT runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, run_activity.active
FROM runs LEFT OUTER JOIN run_activity ON run_activity.run = runs.id
WHERE runs.id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max))))
GO
SELECT keys.name, keys.id
FROM keys
WHERE EXISTS (SELECT *
FROM openjson(CAST(@P1 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = keys.name AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(keys.name)))
GO
SELECT latest_metrics.run, latest_metrics.[key], latest_metrics.value, latest_metrics.nan, latest_metrics.least, latest_metrics.greatest
FROM latest_metrics
WHERE latest_metrics.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND latest_metrics.[key] = @P2
GO
SELECT params.run, params.[key], params.value
FROM params
WHERE params.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND params.[key] = @P2
GO
SELECT tags.run, tags.[key], tags.value
FROM tags
WHERE tags.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND tags.[key] = @P2
GO
SELECT runs.id, runs.start_time
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND runs.stage IN (@P2) AND ((EXISTS (SELECT *
FROM latest_metrics
WHERE latest_metrics.run = runs.id AND latest_metrics.[key] = @P3 AND latest_metrics.nan = @P4 AND (latest_metrics.value = @P5 OR latest_metrics.value = @P6))) OR (EXISTS (SELECT *
FROM params
WHERE params.run = runs.id AND params.[key] = @P7 AND (EXISTS (SELECT *
FROM openjson(CAST(@P8 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(max)) COLLATE Latin1_General_100_BIN2) = params.value AND DATALENGTH((CAST(value AS NVARCHAR(max)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(params.value))))))) ORDER BY runs.start_time, runs.run_id, datalength(runs.run_id)
GO
SELECT runs.id, runs.start_time
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND runs.stage IN (@P2) AND (runs.status IN (@P3) OR NOT (EXISTS (SELECT *
FROM tags
WHERE tags.run = runs.id AND tags.[key] = @P4 AND tags.value LIKE @P5))) AND (runs.end_time IS NULL OR runs.end_time <= @P6 OR NOT (EXISTS (SELECT *
FROM latest_metrics
WHERE latest_metrics.run = runs.id AND latest_metrics.[key] = @P7 AND (latest_metrics.nan = @P8 OR latest_metrics.value != @P9)))) ORDER BY runs.start_time, runs.run_id, datalength(runs.run_id)
GO
SELECT runs.id, runs.start_time
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND runs.stage IN (@P2) AND ((EXISTS (SELECT *
FROM tags
WHERE tags.run = runs.id AND tags.[key] = @P3 AND (tags.value = @P4 AND DATALENGTH(tags.value) = DATALENGTH(@P5)))) OR (runs.user_id <> @P6 OR DATALENGTH(runs.user_id) <> DATALENGTH(@P7)) AND (EXISTS (SELECT *
FROM latest_metrics
WHERE latest_metrics.run = runs.id AND latest_metrics.[key] = @P8 AND latest_metrics.nan = @P9 AND latest_metrics.value >= @P10)) AND (EXISTS (SELECT *
FROM latest_metrics
WHERE latest_metrics.run = runs.id AND latest_metrics.[key] = @P11 AND latest_metrics.nan = @P12 AND latest_metrics.value <= @P13))) ORDER BY runs.start_time, runs.run_id, datalength(runs.run_id)
GO
SELECT runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, run_activity.active
FROM runs LEFT OUTER JOIN run_activity ON run_activity.run = runs.id
WHERE runs.id = @P1
GO
SELECT latest_metrics.run, latest_metrics.[key], latest_metrics.value, latest_metrics.nan, latest_metrics.least, latest_metrics.greatest
FROM latest_metrics
WHERE latest_metrics.run = @P1 AND latest_metrics.[key] = @P2
GO
SELECT params.run, params.[key], params.value
FROM params
WHERE params.run = @P1 AND params.[key] = @P2
GO
SELECT tags.run, tags.[key], tags.value
FROM tags
WHERE tags.run = @P1 AND tags.[key] = @P2
GO
SELECT keys.name, keys.id
FROM keys
WHERE (keys.name = @P1 AND DATALENGTH(keys.name) = DATALENGTH(@P2))
GO
SELECT runs.id, runs.start_time
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND runs.stage IN (@P2) AND NOT (NOT (EXISTS (SELECT *
FROM latest_metrics
WHERE latest_metrics.run = runs.id AND latest_metrics.[key] = @P3))) AND NOT (EXISTS (SELECT *
FROM dataset_inputs, datasets
WHERE dataset_inputs.run = runs.id AND datasets.id = dataset_inputs.dataset AND (datasets.name = @P4 AND DATALENGTH(datasets.name) = DATALENGTH(@P5)))) ORDER BY runs.start_time, runs.run_id, datalength(runs.run_id)
GO
SELECT runs.id, runs.start_time
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage IN (@P2, @P3) ORDER BY runs.start_time, runs.run_id, datalength(runs.run_id)
GO
SELECT runs.id
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage IN (@P2, @P3) ORDER BY runs.start_time, runs.name DESC, datalength(runs.name) DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT runs.id
FROM runs LEFT OUTER JOIN latest_metrics AS latest_metrics_1 ON latest_metrics_1.run = runs.id AND latest_metrics_1.[key] = @P1
WHERE runs.experiment_id = @P2 AND runs.stage IN (@P3, @P4) ORDER BY coalesce(latest_metrics_1.nan, @P5), latest_metrics_1.value DESC, runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT runs.id
FROM runs LEFT OUTER JOIN params AS params_1 ON params_1.run = runs.id AND params_1.[key] = @P1 LEFT OUTER JOIN tags AS tags_1 ON tags_1.run = runs.id AND tags_1.[key] = @P2
WHERE runs.experiment_id = @P3 AND runs.stage IN (@P4, @P5) ORDER BY CASE WHEN (params_1.run IS NULL) THEN @P6 ELSE @P7 END, params_1.value, datalength(params_1.value), CASE WHEN (tags_1.run IS NULL) THEN @P8 ELSE @P9 END, tags_1.value DESC, datalength(tags_1.value) DESC, runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT runs.id
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage IN (@P2, @P3) ORDER BY CASE runs.status WHEN @P4 THEN @P5 WHEN @P6 THEN @P7 WHEN @P8 THEN @P9 WHEN @P10 THEN @P11 WHEN @P12 THEN @P13 END, CASE WHEN (runs.end_time IS NULL) THEN @P14 ELSE @P15 END, runs.end_time DESC, runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT runs.id
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage IN (@P2, @P3) ORDER BY runs.user_id, datalength(runs.user_id), runs.artifact_uri, datalength(runs.artifact_uri), runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT runs.id
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage IN (@P2, @P3) ORDER BY runs.run_id DESC, datalength(runs.run_id) DESC
GO
SELECT count(*) AS count_1, min(runs.id) AS min_1, max(runs.id) AS max_1
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND runs.stage = @P2
GO
SELECT TOP 1 runs.id
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND runs.stage = @P2 ORDER BY runs.start_time DESC, runs.run_id, datalength(runs.run_id)
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
WHERE latest_metrics.[key] = keys.id AND latest_metrics.run BETWEEN @P1 AND @P2) AND runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P3 AS NVARCHAR(max)))) AND runs.stage = @P4)) THEN @P5 ELSE @P6 END AS anon_1
FROM keys
WHERE (SELECT TOP 1 latest_metrics.run
FROM latest_metrics
WHERE latest_metrics.[key] = keys.id AND latest_metrics.run BETWEEN @P7 AND @P8) IS NOT NULL
GO
SELECT keys.id, keys.name, CASE WHEN (EXISTS (SELECT *
FROM runs
WHERE runs.id = (SELECT TOP 1 params.run
FROM params
WHERE params.[key] = keys.id AND params.run BETWEEN @P1 AND @P2) AND runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P3 AS NVARCHAR(max)))) AND runs.stage = @P4)) THEN @P5 ELSE @P6 END AS anon_1
FROM keys
WHERE (SELECT TOP 1 params.run
FROM params
WHERE params.[key] = keys.id AND params.run BETWEEN @P7 AND @P8) IS NOT NULL
GO
SELECT keys.id, keys.name, CASE WHEN (EXISTS (SELECT *
FROM runs
WHERE runs.id = (SELECT TOP 1 tags.run
FROM tags
WHERE tags.[key] = keys.id AND tags.run BETWEEN @P1 AND @P2) AND runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P3 AS NVARCHAR(max)))) AND runs.stage = @P4)) THEN @P5 ELSE @P6 END AS anon_1
FROM keys
WHERE (SELECT TOP 1 tags.run
FROM tags
WHERE tags.[key] = keys.id AND tags.run BETWEEN @P7 AND @P8) IS NOT NULL
GO
SELECT TOP 9 runs.id
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND runs.stage = @P2 ORDER BY runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT latest_metrics.[key], count(*) AS count_1, count(CASE WHEN (latest_metrics.nan = @P1) THEN latest_metrics.value END) AS count_2, min(CASE WHEN (latest_metrics.nan = @P2) THEN latest_metrics.value END) AS min_1, max(CASE WHEN (latest_metrics.nan = @P3) THEN latest_metrics.value END) AS max_1
FROM latest_metrics
WHERE latest_metrics.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P4 AS NVARCHAR(max)))) GROUP BY latest_metrics.[key]
GO
SELECT DISTINCT metric_segments.[key]
FROM metric_segments
WHERE metric_segments.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND metric_segments.[key] != @P2 AND metric_segments.count > @P3
GO
SELECT metric_segments.run, metric_segments.encoding, metric_segments.data
FROM metric_segments
WHERE metric_segments.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND metric_segments.[key] = @P2
GO
SELECT params.[key], params.value, count(*) AS count_1
FROM params
WHERE params.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) GROUP BY params.[key], params.value
GO
SELECT tags.[key], tags.value, count(*) AS count_1
FROM tags
WHERE tags.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) GROUP BY tags.[key], tags.value
GO
SELECT latest_metrics_1.value, latest_metrics_1.nan
FROM runs LEFT OUTER JOIN latest_metrics AS latest_metrics_1 ON latest_metrics_1.run = runs.id AND latest_metrics_1.[key] = @P1
WHERE runs.experiment_id = @P2 AND runs.stage IN (@P3)
GO
SELECT TOP 21 anon_1.value, anon_1.runs, count(anon_1.value) OVER () AS anon_2, sum(anon_1.runs) OVER () AS anon_3
FROM (SELECT params_1.value AS value, count(*) AS runs
FROM runs LEFT OUTER JOIN params AS params_1 ON params_1.run = runs.id AND params_1.[key] = @P1
WHERE runs.experiment_id = @P2 AND runs.stage IN (@P3) GROUP BY params_1.value) AS anon_1 ORDER BY CASE WHEN (anon_1.value IS NULL) THEN @P4 ELSE @P5 END, anon_1.runs DESC, anon_1.value, datalength(anon_1.value)
GO
SELECT TOP 21 anon_1.value, anon_1.runs, count(anon_1.value) OVER () AS anon_2, sum(anon_1.runs) OVER () AS anon_3
FROM (SELECT tags_1.value AS value, count(*) AS runs
FROM runs LEFT OUTER JOIN tags AS tags_1 ON tags_1.run = runs.id AND tags_1.[key] = @P1
WHERE runs.experiment_id = @P2 AND runs.stage IN (@P3) GROUP BY tags_1.value) AS anon_1 ORDER BY CASE WHEN (anon_1.value IS NULL) THEN @P4 ELSE @P5 END, anon_1.runs DESC, anon_1.value, datalength(anon_1.value)
GO
SELECT TOP 21 anon_1.value, anon_1.runs, count(anon_1.value) OVER () AS anon_2, sum(anon_1.runs) OVER () AS anon_3
FROM (SELECT runs.status AS value, count(*) AS runs
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage IN (@P2) GROUP BY runs.status) AS anon_1 ORDER BY CASE WHEN (anon_1.value IS NULL) THEN @P3 ELSE @P4 END, anon_1.runs DESC, anon_1.value
GO
SELECT runs.end_time, @P1 AS anon_1
FROM runs
WHERE runs.experiment_id = @P2 AND runs.stage IN (@P3)
GO
SELECT TOP 21 anon_1.value, anon_1.runs, count(anon_1.value) OVER () AS anon_2, sum(anon_1.runs) OVER () AS anon_3
FROM (SELECT runs.name AS value, count(*) AS runs
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage IN (@P2) GROUP BY runs.name) AS anon_1 ORDER BY CASE WHEN (anon_1.value IS NULL) THEN @P3 ELSE @P4 END, anon_1.runs DESC, anon_1.value, datalength(anon_1.value)
GO
SELECT count(*) AS count_1
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage IN (@P2)
GO
SELECT latest_metrics.run, latest_metrics.[key], latest_metrics.value, latest_metrics.nan
FROM latest_metrics
WHERE latest_metrics.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND latest_metrics.[key] = @P2
GO
SELECT runs.id, runs.run_id, runs.name
FROM runs
WHERE runs.id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max))))
GO
SELECT params.[key], count(*) AS count_1, min(params.value) AS min_1, max(params.value) AS max_1
FROM params
WHERE params.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) GROUP BY params.[key]
GO
SELECT params.run, params.[key], params.value
FROM params
WHERE params.run IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND params.[key] IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P2 AS NVARCHAR(max))))
GO
