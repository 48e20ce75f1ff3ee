SELECT TOP 6 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, runs.start_time AS order_value_0, runs.run_id AS order_value_1
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage IN (@P2) AND (EXISTS (SELECT *
FROM latest_metrics
WHERE latest_metrics.run = runs.id AND latest_metrics.[key] = @P3 AND latest_metrics.nan = @P4 AND latest_metrics.value = @P5)) AND (EXISTS (SELECT *
FROM params
WHERE params.run = runs.id AND params.[key] = @P6 AND (params.value = @P7 AND DATALENGTH(params.value) = DATALENGTH(@P8)))) AND (EXISTS (SELECT *
FROM latest_metrics
WHERE latest_metrics.run = runs.id AND latest_metrics.[key] = @P9 AND latest_metrics.nan = @P10 AND latest_metrics.value > @P11)) AND (EXISTS (SELECT *
FROM latest_metrics
WHERE latest_metrics.run = runs.id AND latest_metrics.[key] = @P12 AND latest_metrics.nan = @P13)) AND (EXISTS (SELECT *
FROM latest_metrics
WHERE latest_metrics.run = runs.id AND latest_metrics.[key] = @P14 AND (latest_metrics.nan = @P15 OR latest_metrics.value != @P16))) AND (EXISTS (SELECT *
FROM latest_metrics
WHERE latest_metrics.run = runs.id AND latest_metrics.[key] = @P17)) AND (EXISTS (SELECT *
FROM params
WHERE params.run = runs.id AND params.[key] = @P18 AND (params.value <> @P19 OR DATALENGTH(params.value) <> DATALENGTH(@P20)))) ORDER BY runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT keys.name, keys.id
FROM keys
WHERE (keys.name = @P1 AND DATALENGTH(keys.name) = DATALENGTH(@P2))
GO
SELECT TOP 6 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, runs.start_time AS order_value_0, runs.run_id AS order_value_1
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage IN (@P2) AND (EXISTS (SELECT *
FROM tags
WHERE tags.run = runs.id AND tags.[key] = @P3 AND (tags.value = @P4 AND DATALENGTH(tags.value) = DATALENGTH(@P5)))) AND (EXISTS (SELECT *
FROM params
WHERE params.run = runs.id AND params.[key] = @P6 AND params.value LIKE @P7)) AND (EXISTS (SELECT *
FROM params
WHERE params.run = runs.id AND params.[key] = @P8 AND params.value LIKE @P9)) AND NOT (EXISTS (SELECT *
FROM params
WHERE params.run = runs.id AND params.[key] = @P10)) AND (EXISTS (SELECT *
FROM tags
WHERE tags.run = runs.id AND tags.[key] = @P11)) ORDER BY runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT TOP 6 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, runs.start_time AS order_value_0, runs.run_id AS order_value_1
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage IN (@P2) AND (EXISTS (SELECT *
FROM openjson(CAST(@P3 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = runs.run_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(runs.run_id)))) AND (runs.run_id = @P4 AND DATALENGTH(runs.run_id) = DATALENGTH(@P5)) AND runs.user_id LIKE @P6 AND NOT (EXISTS (SELECT *
FROM openjson(CAST(@P7 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = runs.run_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(runs.run_id)))) AND (EXISTS (SELECT *
FROM tags
WHERE tags.run = runs.id AND tags.[key] = @P8 AND (tags.value = @P9 AND DATALENGTH(tags.value) = DATALENGTH(@P10)))) AND (EXISTS (SELECT *
FROM tags
WHERE tags.run = runs.id AND tags.[key] = @P11 AND tags.value LIKE @P12)) ORDER BY runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT TOP 6 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, runs.start_time AS order_value_0, runs.run_id AS order_value_1
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage IN (@P2) AND runs.status IN (@P3) AND runs.artifact_uri LIKE @P4 AND runs.start_time >= @P5 AND runs.start_time IS NOT NULL AND (runs.user_id <> @P6 OR DATALENGTH(runs.user_id) <> DATALENGTH(@P7)) AND runs.end_time IS NOT NULL AND runs.end_time != @P8 AND (EXISTS (SELECT *
FROM dataset_inputs, datasets
WHERE dataset_inputs.run = runs.id AND datasets.id = dataset_inputs.dataset AND (datasets.name = @P9 AND DATALENGTH(datasets.name) = DATALENGTH(@P10)))) ORDER BY runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT TOP 6 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, runs.start_time AS order_value_0, runs.run_id AS order_value_1
FROM runs
WHERE runs.experiment_id = @P1 AND runs.stage IN (@P2) AND (EXISTS (SELECT *
FROM dataset_inputs, datasets
WHERE dataset_inputs.run = runs.id AND datasets.id = dataset_inputs.dataset AND (EXISTS (SELECT *
FROM openjson(CAST(@P3 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = datasets.name AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(datasets.name)))))) AND (EXISTS (SELECT *
FROM dataset_inputs, dataset_input_tags
WHERE dataset_inputs.run = runs.id AND dataset_input_tags.input = dataset_inputs.id AND (dataset_input_tags.[key] = @P4 AND DATALENGTH(dataset_input_tags.[key]) = DATALENGTH(@P5)) AND (dataset_input_tags.value = @P6 AND DATALENGTH(dataset_input_tags.value) = DATALENGTH(@P7)))) AND (EXISTS (SELECT *
FROM dataset_inputs, dataset_input_tags
WHERE dataset_inputs.run = runs.id AND dataset_input_tags.input = dataset_inputs.id AND (dataset_input_tags.[key] = @P8 AND DATALENGTH(dataset_input_tags.[key]) = DATALENGTH(@P9)) AND (EXISTS (SELECT *
FROM openjson(CAST(@P10 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = dataset_input_tags.value AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(dataset_input_tags.value)))))) AND (EXISTS (SELECT *
FROM dataset_inputs, datasets
WHERE dataset_inputs.run = runs.id AND datasets.id = dataset_inputs.dataset AND datasets.digest LIKE @P11)) AND (EXISTS (SELECT *
FROM dataset_inputs, datasets
WHERE dataset_inputs.run = runs.id AND datasets.id = dataset_inputs.dataset AND NOT (EXISTS (SELECT *
FROM openjson(CAST(@P12 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = datasets.digest AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(datasets.digest)))))) ORDER BY runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT TOP 6 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, runs.start_time AS order_value_0, runs.run_id AS order_value_1
FROM runs
WHERE 0 = 1 ORDER BY runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT TOP 2 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, runs.start_time AS order_value_0, runs.run_id AS order_value_1
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND runs.stage IN (@P2, @P3) ORDER BY runs.start_time DESC, runs.run_id, datalength(runs.run_id)
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
SELECT TOP 2 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, runs.start_time AS order_value_0, runs.run_id AS order_value_1
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND runs.stage IN (@P2, @P3) AND runs.start_time <= @P4 AND (runs.start_time < @P5 OR runs.start_time = @P6 AND ((runs.run_id > @P7 OR (runs.run_id = @P8 AND DATALENGTH(runs.run_id) > DATALENGTH(@P9))) OR 0 = 1)) ORDER BY runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT TOP 2 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, runs.start_time AS order_value_0, runs.name AS order_value_1, runs.run_id AS order_value_2
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND runs.stage IN (@P2, @P3) ORDER BY runs.start_time, runs.name DESC, datalength(runs.name) DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT dataset_input_tags.input, dataset_input_tags.[key], dataset_input_tags.value
FROM dataset_input_tags
WHERE dataset_input_tags.input = @P1 ORDER BY dataset_input_tags.[key], datalength(dataset_input_tags.[key])
GO
SELECT TOP 2 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, runs.start_time AS order_value_0, runs.name AS order_value_1, runs.run_id AS order_value_2
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND runs.stage IN (@P2, @P3) AND runs.start_time >= @P4 AND (runs.start_time > @P5 OR runs.start_time = @P6 AND ((runs.name < @P7 OR (runs.name = @P8 AND DATALENGTH(runs.name) < DATALENGTH(@P9))) OR (runs.name = @P10 AND DATALENGTH(runs.name) = DATALENGTH(@P11)) AND ((runs.run_id > @P12 OR (runs.run_id = @P13 AND DATALENGTH(runs.run_id) > DATALENGTH(@P14))) OR 0 = 1))) ORDER BY runs.start_time, runs.name DESC, datalength(runs.name) DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT TOP 2 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, coalesce(latest_metrics_1.nan, @P1) AS order_rank_0, latest_metrics_1.value AS order_value_0, runs.start_time AS order_value_1, runs.run_id AS order_value_2
FROM runs LEFT OUTER JOIN latest_metrics AS latest_metrics_1 ON latest_metrics_1.run = runs.id AND latest_metrics_1.[key] = @P2
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P3 AS NVARCHAR(max)))) AND runs.stage IN (@P4, @P5) ORDER BY coalesce(latest_metrics_1.nan, @P6), latest_metrics_1.value DESC, runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT TOP 2 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, coalesce(latest_metrics_1.nan, @P1) AS order_rank_0, latest_metrics_1.value AS order_value_0, runs.start_time AS order_value_1, runs.run_id AS order_value_2
FROM runs LEFT OUTER JOIN latest_metrics AS latest_metrics_1 ON latest_metrics_1.run = runs.id AND latest_metrics_1.[key] = @P2
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P3 AS NVARCHAR(max)))) AND runs.stage IN (@P4, @P5) AND (coalesce(latest_metrics_1.nan, @P6) > @P7 OR latest_metrics_1.value < @P8 OR coalesce(latest_metrics_1.nan, @P9) = @P10 AND latest_metrics_1.value = @P11 AND (runs.start_time < @P12 OR runs.start_time = @P13 AND ((runs.run_id > @P14 OR (runs.run_id = @P15 AND DATALENGTH(runs.run_id) > DATALENGTH(@P16))) OR 0 = 1))) ORDER BY coalesce(latest_metrics_1.nan, @P17), latest_metrics_1.value DESC, runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT TOP 2 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, CASE WHEN (params_1.run IS NULL) THEN @P1 ELSE @P2 END AS order_rank_0, params_1.value AS order_value_0, CASE WHEN (tags_1.run IS NULL) THEN @P3 ELSE @P4 END AS order_rank_1, tags_1.value AS order_value_1, runs.start_time AS order_value_2, runs.run_id AS order_value_3
FROM runs LEFT OUTER JOIN params AS params_1 ON params_1.run = runs.id AND params_1.[key] = @P5 LEFT OUTER JOIN tags AS tags_1 ON tags_1.run = runs.id AND tags_1.[key] = @P6
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P7 AS NVARCHAR(max)))) AND runs.stage IN (@P8, @P9) ORDER BY CASE WHEN (params_1.run IS NULL) THEN @P10 ELSE @P11 END, params_1.value, datalength(params_1.value), CASE WHEN (tags_1.run IS NULL) THEN @P12 ELSE @P13 END, tags_1.value DESC, datalength(tags_1.value) DESC, runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT TOP 2 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, CASE WHEN (params_1.run IS NULL) THEN @P1 ELSE @P2 END AS order_rank_0, params_1.value AS order_value_0, CASE WHEN (tags_1.run IS NULL) THEN @P3 ELSE @P4 END AS order_rank_1, tags_1.value AS order_value_1, runs.start_time AS order_value_2, runs.run_id AS order_value_3
FROM runs LEFT OUTER JOIN params AS params_1 ON params_1.run = runs.id AND params_1.[key] = @P5 LEFT OUTER JOIN tags AS tags_1 ON tags_1.run = runs.id AND tags_1.[key] = @P6
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P7 AS NVARCHAR(max)))) AND runs.stage IN (@P8, @P9) AND (CASE WHEN (params_1.run IS NULL) THEN @P10 ELSE @P11 END > @P12 OR (params_1.value > @P13 OR (params_1.value = @P14 AND DATALENGTH(params_1.value) > DATALENGTH(@P15))) OR CASE WHEN (params_1.run IS NULL) THEN @P16 ELSE @P17 END = @P18 AND (params_1.value = @P19 AND DATALENGTH(params_1.value) = DATALENGTH(@P20)) AND (CASE WHEN (tags_1.run IS NULL) THEN @P21 ELSE @P22 END > @P23 OR (tags_1.value < @P24 OR (tags_1.value = @P25 AND DATALENGTH(tags_1.value) < DATALENGTH(@P26))) OR CASE WHEN (tags_1.run IS NULL) THEN @P27 ELSE @P28 END = @P29 AND (tags_1.value = @P30 AND DATALENGTH(tags_1.value) = DATALENGTH(@P31)) AND (runs.start_time < @P32 OR runs.start_time = @P33 AND ((runs.run_id > @P34 OR (runs.run_id = @P35 AND DATALENGTH(runs.run_id) > DATALENGTH(@P36))) OR 0 = 1)))) ORDER BY CASE WHEN (params_1.run IS NULL) THEN @P37 ELSE @P38 END, params_1.value, datalength(params_1.value), CASE WHEN (tags_1.run IS NULL) THEN @P39 ELSE @P40 END, tags_1.value DESC, datalength(tags_1.value) DESC, runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT TOP 2 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, CASE runs.status WHEN @P1 THEN @P2 WHEN @P3 THEN @P4 WHEN @P5 THEN @P6 WHEN @P7 THEN @P8 WHEN @P9 THEN @P10 END AS order_value_0, CASE WHEN (runs.end_time IS NULL) THEN @P11 ELSE @P12 END AS order_rank_1, runs.end_time AS order_value_1, runs.start_time AS order_value_2, runs.run_id AS order_value_3
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P13 AS NVARCHAR(max)))) AND runs.stage IN (@P14, @P15) ORDER BY CASE runs.status WHEN @P16 THEN @P17 WHEN @P18 THEN @P19 WHEN @P20 THEN @P21 WHEN @P22 THEN @P23 WHEN @P24 THEN @P25 END, CASE WHEN (runs.end_time IS NULL) THEN @P26 ELSE @P27 END, runs.end_time DESC, runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT TOP 2 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, CASE runs.status WHEN @P1 THEN @P2 WHEN @P3 THEN @P4 WHEN @P5 THEN @P6 WHEN @P7 THEN @P8 WHEN @P9 THEN @P10 END AS order_value_0, CASE WHEN (runs.end_time IS NULL) THEN @P11 ELSE @P12 END AS order_rank_1, runs.end_time AS order_value_1, runs.start_time AS order_value_2, runs.run_id AS order_value_3
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P13 AS NVARCHAR(max)))) AND runs.stage IN (@P14, @P15) AND CASE runs.status WHEN @P16 THEN @P17 WHEN @P18 THEN @P19 WHEN @P20 THEN @P21 WHEN @P22 THEN @P23 WHEN @P24 THEN @P25 END >= @P26 AND (CASE runs.status WHEN @P27 THEN @P28 WHEN @P29 THEN @P30 WHEN @P31 THEN @P32 WHEN @P33 THEN @P34 WHEN @P35 THEN @P36 END > @P37 OR CASE runs.status WHEN @P38 THEN @P39 WHEN @P40 THEN @P41 WHEN @P42 THEN @P43 WHEN @P44 THEN @P45 WHEN @P46 THEN @P47 END = @P48 AND (CASE WHEN (runs.end_time IS NULL) THEN @P49 ELSE @P50 END > @P51 OR runs.end_time < @P52 OR CASE WHEN (runs.end_time IS NULL) THEN @P53 ELSE @P54 END = @P55 AND runs.end_time = @P56 AND (runs.start_time < @P57 OR runs.start_time = @P58 AND ((runs.run_id > @P59 OR (runs.run_id = @P60 AND DATALENGTH(runs.run_id) > DATALENGTH(@P61))) OR 0 = 1)))) ORDER BY CASE runs.status WHEN @P62 THEN @P63 WHEN @P64 THEN @P65 WHEN @P66 THEN @P67 WHEN @P68 THEN @P69 WHEN @P70 THEN @P71 END, CASE WHEN (runs.end_time IS NULL) THEN @P72 ELSE @P73 END, runs.end_time DESC, runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT TOP 2 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, runs.user_id AS order_value_0, runs.artifact_uri AS order_value_1, runs.start_time AS order_value_3, runs.run_id AS order_value_4
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND runs.stage IN (@P2, @P3) ORDER BY runs.user_id, datalength(runs.user_id), runs.artifact_uri, datalength(runs.artifact_uri), runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT TOP 2 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, runs.user_id AS order_value_0, runs.artifact_uri AS order_value_1, runs.start_time AS order_value_3, runs.run_id AS order_value_4
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND runs.stage IN (@P2, @P3) AND (runs.user_id > @P4 OR (runs.user_id = @P5 AND DATALENGTH(runs.user_id) >= DATALENGTH(@P6))) AND ((runs.user_id > @P7 OR (runs.user_id = @P8 AND DATALENGTH(runs.user_id) > DATALENGTH(@P9))) OR (runs.user_id = @P10 AND DATALENGTH(runs.user_id) = DATALENGTH(@P11)) AND ((runs.artifact_uri > @P12 OR (runs.artifact_uri = @P13 AND DATALENGTH(runs.artifact_uri) > DATALENGTH(@P14))) OR (runs.artifact_uri = @P15 AND DATALENGTH(runs.artifact_uri) = DATALENGTH(@P16)) AND (runs.start_time < @P17 OR runs.start_time = @P18 AND ((runs.run_id > @P19 OR (runs.run_id = @P20 AND DATALENGTH(runs.run_id) > DATALENGTH(@P21))) OR 0 = 1)))) ORDER BY runs.user_id, datalength(runs.user_id), runs.artifact_uri, datalength(runs.artifact_uri), runs.start_time DESC, runs.run_id, datalength(runs.run_id)
GO
SELECT TOP 2 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, runs.run_id AS order_value_0
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND runs.stage IN (@P2, @P3) ORDER BY runs.run_id DESC, datalength(runs.run_id) DESC
GO
SELECT TOP 2 runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri, runs.run_id AS order_value_0
FROM runs
WHERE runs.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND runs.stage IN (@P2, @P3) AND (runs.run_id < @P4 OR (runs.run_id = @P5 AND DATALENGTH(runs.run_id) <= DATALENGTH(@P6))) AND ((runs.run_id < @P7 OR (runs.run_id = @P8 AND DATALENGTH(runs.run_id) < DATALENGTH(@P9))) OR 0 = 1) ORDER BY runs.run_id DESC, datalength(runs.run_id) DESC
GO
