SELECT traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview
FROM traces WITH (UPDLOCK, ROWLOCK)
WHERE EXISTS (SELECT *
FROM openjson(CAST(@P1 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = traces.trace_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(traces.trace_id))) ORDER BY traces.trace_id, datalength(traces.trace_id)
GO
SELECT experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated
FROM experiments WITH (REPEATABLEREAD, ROWLOCK)
WHERE experiments.id = @P1
GO
INSERT INTO traces (trace_id, experiment_id, time, duration, state, final, pieces, client_request_id, request_preview, response_preview) VALUES (@P1, @P2, @P3, @P4, @P5, @P6, @P7, @P8, @P9, @P10), (@P11, @P12, @P13, @P14, @P15, @P16, @P17, @P18, @P19, @P20)
GO
SELECT traces.trace_id, traces.id
FROM traces
WHERE EXISTS (SELECT *
FROM openjson(CAST(@P1 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = traces.trace_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(traces.trace_id)))
GO
INSERT INTO trace_spans (trace, data) VALUES (@P1, @P2), (@P3, @P4)
GO
MERGE INTO [trace_tags] WITH (HOLDLOCK) AS [old] USING (SELECT CAST(@P1 AS BIGINT) AS [trace], CAST(@P2 AS NVARCHAR(4000)) AS [key], CAST(@P3 AS NVARCHAR(MAX)) AS [value]) AS [new] ON [old].[trace] = [new].[trace] AND ([old].[key] = [new].[key] COLLATE Latin1_General_100_BIN2 AND DATALENGTH([old].[key]) = DATALENGTH([new].[key] COLLATE Latin1_General_100_BIN2)) WHEN MATCHED THEN UPDATE SET [old].[value] = [new].[value] WHEN NOT MATCHED THEN INSERT ([trace], [key], [value]) VALUES ([new].[trace], [new].[key], [new].[value]);
GO
INSERT INTO trace_tags (trace, [key], value) SELECT CAST(@P1 AS BIGINT) AS trace, CAST(@P2 AS NVARCHAR(4000)) AS [key], CAST(@P3 AS NVARCHAR(max)) AS value
WHERE NOT (EXISTS (SELECT there.trace
FROM trace_tags AS there WITH (UPDLOCK, HOLDLOCK)
WHERE there.trace = CAST(@P4 AS BIGINT) AND (there.[key] = CAST(@P5 AS NVARCHAR(4000)) AND DATALENGTH(there.[key]) = DATALENGTH(CAST(@P6 AS NVARCHAR(4000))))))
GO
INSERT INTO trace_metadata (trace, [key], value) SELECT CAST(@P1 AS BIGINT) AS trace, CAST(@P2 AS NVARCHAR(4000)) AS [key], CAST(@P3 AS NVARCHAR(max)) AS value
WHERE NOT (EXISTS (SELECT there.trace
FROM trace_metadata AS there WITH (UPDLOCK, HOLDLOCK)
WHERE there.trace = CAST(@P4 AS BIGINT) AND (there.[key] = CAST(@P5 AS NVARCHAR(4000)) AND DATALENGTH(there.[key]) = DATALENGTH(CAST(@P6 AS NVARCHAR(4000))))))
GO
INSERT INTO traces (trace_id, experiment_id, time, duration, state, final, pieces, client_request_id, request_preview, response_preview) OUTPUT inserted.id VALUES (@P1, @P2, @P3, @P4, @P5, @P6, @P7, @P8, @P9, @P10)
GO
SELECT traces.trace_id, traces.id
FROM traces
WHERE (traces.trace_id = @P1 AND DATALENGTH(traces.trace_id) = DATALENGTH(@P2))
GO
UPDATE traces SET time=@P1, duration=@P2, state=@P3, pieces=@P4, request_preview=@P5, response_preview=@P6 WHERE traces.id = @P7
GO
SELECT traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview
FROM traces WITH (UPDLOCK, ROWLOCK)
WHERE (traces.trace_id = @P1 AND DATALENGTH(traces.trace_id) = DATALENGTH(@P2)) ORDER BY traces.trace_id, datalength(traces.trace_id)
GO
UPDATE traces SET experiment_id=@P1, time=@P2, duration=@P3, state=@P4, final=@P5, client_request_id=@P6, request_preview=@P7, response_preview=@P8 WHERE traces.id = @P9
GO
SELECT trace_spans.trace, trace_spans.data
FROM trace_spans
WHERE trace_spans.trace = @P1 ORDER BY trace_spans.id
GO
DELETE FROM trace_spans WHERE trace_spans.trace = @P1
GO
INSERT INTO trace_spans (trace, data) OUTPUT inserted.id VALUES (@P1, @P2)
GO
UPDATE traces SET pieces=@P1 WHERE traces.id = @P2
GO
MERGE INTO [trace_metadata] WITH (HOLDLOCK) AS [old] USING (SELECT CAST(@P1 AS BIGINT) AS [trace], CAST(@P2 AS NVARCHAR(4000)) AS [key], CAST(@P3 AS NVARCHAR(MAX)) AS [value]) AS [new] ON [old].[trace] = [new].[trace] AND ([old].[key] = [new].[key] COLLATE Latin1_General_100_BIN2 AND DATALENGTH([old].[key]) = DATALENGTH([new].[key] COLLATE Latin1_General_100_BIN2)) WHEN MATCHED THEN UPDATE SET [old].[value] = [new].[value] WHEN NOT MATCHED THEN INSERT ([trace], [key], [value]) VALUES ([new].[trace], [new].[key], [new].[value]);
GO
SELECT traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview
FROM traces
WHERE (traces.trace_id = @P1 AND DATALENGTH(traces.trace_id) = DATALENGTH(@P2))
GO
SELECT trace_tags.trace, trace_tags.[key], trace_tags.value
FROM trace_tags
WHERE trace_tags.trace = @P1 ORDER BY trace_tags.trace, trace_tags.[key], datalength(trace_tags.[key])
GO
SELECT trace_metadata.trace, trace_metadata.[key], trace_metadata.value
FROM trace_metadata
WHERE trace_metadata.trace = @P1 ORDER BY trace_metadata.trace, trace_metadata.[key], datalength(trace_metadata.[key])
GO
UPDATE traces SET duration=@P1, state=@P2 WHERE traces.id = @P3
GO
SELECT traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview
FROM traces
WHERE (EXISTS (SELECT *
FROM openjson(CAST(@P1 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = traces.trace_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(traces.trace_id)))) AND traces.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P2 AS NVARCHAR(max))))
GO
SELECT trace_tags.trace, trace_tags.[key], trace_tags.value
FROM trace_tags
WHERE trace_tags.trace IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) ORDER BY trace_tags.trace, trace_tags.[key], datalength(trace_tags.[key])
GO
SELECT trace_metadata.trace, trace_metadata.[key], trace_metadata.value
FROM trace_metadata
WHERE trace_metadata.trace IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) ORDER BY trace_metadata.trace, trace_metadata.[key], datalength(trace_metadata.[key])
GO
SELECT trace_spans.trace, trace_spans.data
FROM trace_spans
WHERE trace_spans.trace IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) ORDER BY trace_spans.id
GO
DELETE FROM trace_tags WHERE trace_tags.trace = @P1 AND (trace_tags.[key] = @P2 AND DATALENGTH(trace_tags.[key]) = DATALENGTH(@P3))
GO
SELECT runs.id, runs.run_id, runs.experiment_id, runs.name, runs.user_id, runs.status, runs.start_time, runs.end_time, runs.stage, runs.deleted, runs.artifact_uri
FROM runs
WHERE (runs.run_id = @P1 AND DATALENGTH(runs.run_id) = DATALENGTH(@P2))
GO
INSERT INTO trace_runs (trace, run_id) SELECT CAST(@P1 AS BIGINT) AS trace, CAST(@P2 AS NVARCHAR(4000)) AS run_id
WHERE NOT (EXISTS (SELECT there.trace
FROM trace_runs AS there WITH (UPDLOCK, HOLDLOCK)
WHERE there.trace = CAST(@P3 AS BIGINT) AND (there.run_id = CAST(@P4 AS NVARCHAR(4000)) AND DATALENGTH(there.run_id) = DATALENGTH(CAST(@P5 AS NVARCHAR(4000))))))
GO
SELECT TOP 101 traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview, traces.time AS order_value_0, traces.trace_id AS order_value_1
FROM traces
WHERE traces.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND traces.state IN (@P2) AND traces.time >= @P3 AND traces.duration < @P4 AND traces.time + traces.duration != @P5 ORDER BY traces.time DESC, traces.trace_id, datalength(traces.trace_id)
GO
SELECT TOP 101 traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview, traces.time AS order_value_0, traces.trace_id AS order_value_1
FROM traces
WHERE traces.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND (EXISTS (SELECT *
FROM openjson(CAST(@P2 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = traces.trace_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(traces.trace_id)))) AND traces.client_request_id LIKE @P3 ORDER BY traces.time DESC, traces.trace_id, datalength(traces.trace_id)
GO
SELECT TOP 101 traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview, traces.time AS order_value_0, traces.trace_id AS order_value_1
FROM traces
WHERE traces.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND (EXISTS (SELECT *
FROM trace_tags
WHERE trace_tags.trace = traces.id AND (trace_tags.[key] = @P2 AND DATALENGTH(trace_tags.[key]) = DATALENGTH(@P3)) AND trace_tags.value LIKE @P4)) AND ((EXISTS (SELECT *
FROM trace_metadata
WHERE trace_metadata.trace = traces.id AND (trace_metadata.[key] = @P5 AND DATALENGTH(trace_metadata.[key]) = DATALENGTH(@P6)) AND (trace_metadata.value = @P7 AND DATALENGTH(trace_metadata.value) = DATALENGTH(@P8)))) OR (EXISTS (SELECT *
FROM trace_runs
WHERE trace_runs.trace = traces.id AND (trace_runs.run_id = @P9 AND DATALENGTH(trace_runs.run_id) = DATALENGTH(@P10))))) ORDER BY traces.time DESC, traces.trace_id, datalength(traces.trace_id)
GO
SELECT TOP 101 traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview, traces.time AS order_value_0, traces.trace_id AS order_value_1
FROM traces
WHERE traces.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) AND (EXISTS (SELECT *
FROM trace_tags
WHERE trace_tags.trace = traces.id AND (trace_tags.[key] = @P2 AND DATALENGTH(trace_tags.[key]) = DATALENGTH(@P3)) AND (trace_tags.value = @P4 AND DATALENGTH(trace_tags.value) = DATALENGTH(@P5)))) AND NOT (EXISTS (SELECT *
FROM trace_metadata
WHERE trace_metadata.trace = traces.id AND (trace_metadata.[key] = @P6 AND DATALENGTH(trace_metadata.[key]) = DATALENGTH(@P7)))) AND (EXISTS (SELECT *
FROM trace_metadata
WHERE trace_metadata.trace = traces.id AND (trace_metadata.[key] = @P8 AND DATALENGTH(trace_metadata.[key]) = DATALENGTH(@P9)))) ORDER BY traces.time DESC, traces.trace_id, datalength(traces.trace_id)
GO
SELECT TOP 101 traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview, traces.time AS order_value_0, traces.trace_id AS order_value_1
FROM traces
WHERE 0 = 1 ORDER BY traces.time DESC, traces.trace_id, datalength(traces.trace_id)
GO
SELECT TOP 2 traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview, traces.time AS order_value_0, traces.trace_id AS order_value_1
FROM traces
WHERE traces.experiment_id = @P1 ORDER BY traces.time DESC, traces.trace_id, datalength(traces.trace_id)
GO
SELECT TOP 2 traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview, traces.time AS order_value_0, traces.trace_id AS order_value_1
FROM traces
WHERE traces.experiment_id = @P1 AND traces.time <= @P2 AND (traces.time < @P3 OR traces.time = @P4 AND ((traces.trace_id > @P5 OR (traces.trace_id = @P6 AND DATALENGTH(traces.trace_id) > DATALENGTH(@P7))) OR 0 = 1)) ORDER BY traces.time DESC, traces.trace_id, datalength(traces.trace_id)
GO
SELECT TOP 2 traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview, CASE traces.state WHEN @P1 THEN @P2 WHEN @P3 THEN @P4 WHEN @P5 THEN @P6 WHEN @P7 THEN @P8 END AS order_value_0, traces.trace_id AS order_value_1
FROM traces
WHERE traces.experiment_id = @P9 ORDER BY CASE traces.state WHEN @P10 THEN @P11 WHEN @P12 THEN @P13 WHEN @P14 THEN @P15 WHEN @P16 THEN @P17 END, traces.trace_id DESC, datalength(traces.trace_id) DESC
GO
SELECT TOP 2 traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview, CASE traces.state WHEN @P1 THEN @P2 WHEN @P3 THEN @P4 WHEN @P5 THEN @P6 WHEN @P7 THEN @P8 END AS order_value_0, traces.trace_id AS order_value_1
FROM traces
WHERE traces.experiment_id = @P9 AND CASE traces.state WHEN @P10 THEN @P11 WHEN @P12 THEN @P13 WHEN @P14 THEN @P15 WHEN @P16 THEN @P17 END >= @P18 AND (CASE traces.state WHEN @P19 THEN @P20 WHEN @P21 THEN @P22 WHEN @P23 THEN @P24 WHEN @P25 THEN @P26 END > @P27 OR CASE traces.state WHEN @P28 THEN @P29 WHEN @P30 THEN @P31 WHEN @P32 THEN @P33 WHEN @P34 THEN @P35 END = @P36 AND ((traces.trace_id < @P37 OR (traces.trace_id = @P38 AND DATALENGTH(traces.trace_id) < DATALENGTH(@P39))) OR 0 = 1)) ORDER BY CASE traces.state WHEN @P40 THEN @P41 WHEN @P42 THEN @P43 WHEN @P44 THEN @P45 WHEN @P46 THEN @P47 END, traces.trace_id DESC, datalength(traces.trace_id) DESC
GO
SELECT TOP 2 traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview, CASE WHEN (traces.duration IS NULL) THEN @P1 ELSE @P2 END AS order_rank_0, traces.duration AS order_value_0, traces.trace_id AS order_value_1
FROM traces
WHERE traces.experiment_id = @P3 ORDER BY CASE WHEN (traces.duration IS NULL) THEN @P4 ELSE @P5 END, traces.duration DESC, traces.trace_id, datalength(traces.trace_id)
GO
SELECT TOP 2 traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview, CASE WHEN (traces.duration IS NULL) THEN @P1 ELSE @P2 END AS order_rank_0, traces.duration AS order_value_0, traces.trace_id AS order_value_1
FROM traces
WHERE traces.experiment_id = @P3 AND (CASE WHEN (traces.duration IS NULL) THEN @P4 ELSE @P5 END > @P6 OR traces.duration < @P7 OR CASE WHEN (traces.duration IS NULL) THEN @P8 ELSE @P9 END = @P10 AND traces.duration = @P11 AND ((traces.trace_id > @P12 OR (traces.trace_id = @P13 AND DATALENGTH(traces.trace_id) > DATALENGTH(@P14))) OR 0 = 1)) ORDER BY CASE WHEN (traces.duration IS NULL) THEN @P15 ELSE @P16 END, traces.duration DESC, traces.trace_id, datalength(traces.trace_id)
GO
SELECT TOP 2 traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview, CASE WHEN (trace_tags_1.trace IS NULL) THEN @P1 ELSE @P2 END AS order_rank_0, trace_tags_1.value AS order_value_0, CASE WHEN (trace_tags_2.trace IS NULL) THEN @P3 ELSE @P4 END AS order_rank_1, trace_tags_2.value AS order_value_1, traces.time AS order_value_2, traces.trace_id AS order_value_3
FROM traces LEFT OUTER JOIN trace_tags AS trace_tags_1 ON trace_tags_1.trace = traces.id AND (trace_tags_1.[key] = @P5 AND DATALENGTH(trace_tags_1.[key]) = DATALENGTH(@P6)) LEFT OUTER JOIN trace_tags AS trace_tags_2 ON trace_tags_2.trace = traces.id AND (trace_tags_2.[key] = @P7 AND DATALENGTH(trace_tags_2.[key]) = DATALENGTH(@P8))
WHERE traces.experiment_id = @P9 ORDER BY CASE WHEN (trace_tags_1.trace IS NULL) THEN @P10 ELSE @P11 END, trace_tags_1.value, datalength(trace_tags_1.value), traces.time DESC, traces.trace_id, datalength(traces.trace_id)
GO
SELECT TOP 2 traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview, CASE WHEN (trace_tags_1.trace IS NULL) THEN @P1 ELSE @P2 END AS order_rank_0, trace_tags_1.value AS order_value_0, CASE WHEN (trace_tags_2.trace IS NULL) THEN @P3 ELSE @P4 END AS order_rank_1, trace_tags_2.value AS order_value_1, traces.time AS order_value_2, traces.trace_id AS order_value_3
FROM traces LEFT OUTER JOIN trace_tags AS trace_tags_1 ON trace_tags_1.trace = traces.id AND (trace_tags_1.[key] = @P5 AND DATALENGTH(trace_tags_1.[key]) = DATALENGTH(@P6)) LEFT OUTER JOIN trace_tags AS trace_tags_2 ON trace_tags_2.trace = traces.id AND (trace_tags_2.[key] = @P7 AND DATALENGTH(trace_tags_2.[key]) = DATALENGTH(@P8))
WHERE traces.experiment_id = @P9 AND (CASE WHEN (trace_tags_1.trace IS NULL) THEN @P10 ELSE @P11 END > @P12 OR (trace_tags_1.value > @P13 OR (trace_tags_1.value = @P14 AND DATALENGTH(trace_tags_1.value) > DATALENGTH(@P15))) OR CASE WHEN (trace_tags_1.trace IS NULL) THEN @P16 ELSE @P17 END = @P18 AND (trace_tags_1.value = @P19 AND DATALENGTH(trace_tags_1.value) = DATALENGTH(@P20)) AND (CASE WHEN (trace_tags_2.trace IS NULL) THEN @P21 ELSE @P22 END > @P23 OR (trace_tags_2.value < @P24 OR (trace_tags_2.value = @P25 AND DATALENGTH(trace_tags_2.value) < DATALENGTH(@P26))) OR CASE WHEN (trace_tags_2.trace IS NULL) THEN @P27 ELSE @P28 END = @P29 AND (trace_tags_2.value = @P30 AND DATALENGTH(trace_tags_2.value) = DATALENGTH(@P31)) AND (traces.time < @P32 OR traces.time = @P33 AND ((traces.trace_id > @P34 OR (traces.trace_id = @P35 AND DATALENGTH(traces.trace_id) > DATALENGTH(@P36))) OR 0 = 1)))) ORDER BY CASE WHEN (trace_tags_1.trace IS NULL) THEN @P37 ELSE @P38 END, trace_tags_1.value, datalength(trace_tags_1.value), traces.time DESC, traces.trace_id, datalength(traces.trace_id)
GO
SELECT TOP 2 traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview, CASE WHEN (trace_metadata_1.trace IS NULL) THEN @P1 ELSE @P2 END AS order_rank_0, trace_metadata_1.value AS order_value_0, CASE WHEN (traces.time + traces.duration IS NULL) THEN @P3 ELSE @P4 END AS order_rank_1, traces.time + traces.duration AS order_value_1, traces.experiment_id AS order_value_2, traces.time AS order_value_3, traces.trace_id AS order_value_4
FROM traces LEFT OUTER JOIN trace_metadata AS trace_metadata_1 ON trace_metadata_1.trace = traces.id AND (trace_metadata_1.[key] = @P5 AND DATALENGTH(trace_metadata_1.[key]) = DATALENGTH(@P6))
WHERE traces.experiment_id = @P7 ORDER BY CASE WHEN (trace_metadata_1.trace IS NULL) THEN @P8 ELSE @P9 END, trace_metadata_1.value, datalength(trace_metadata_1.value), CASE WHEN (traces.time + traces.duration IS NULL) THEN @P10 ELSE @P11 END, traces.time + traces.duration, traces.experiment_id DESC, traces.time DESC, traces.trace_id, datalength(traces.trace_id)
GO
SELECT TOP 2 traces.id, traces.trace_id, traces.experiment_id, traces.time, traces.duration, traces.state, traces.final, traces.pieces, traces.client_request_id, traces.request_preview, traces.response_preview, CASE WHEN (trace_metadata_1.trace IS NULL) THEN @P1 ELSE @P2 END AS order_rank_0, trace_metadata_1.value AS order_value_0, CASE WHEN (traces.time + traces.duration IS NULL) THEN @P3 ELSE @P4 END AS order_rank_1, traces.time + traces.duration AS order_value_1, traces.experiment_id AS order_value_2, traces.time AS order_value_3, traces.trace_id AS order_value_4
FROM traces LEFT OUTER JOIN trace_metadata AS trace_metadata_1 ON trace_metadata_1.trace = traces.id AND (trace_metadata_1.[key] = @P5 AND DATALENGTH(trace_metadata_1.[key]) = DATALENGTH(@P6))
WHERE traces.experiment_id = @P7 AND (CASE WHEN (trace_metadata_1.trace IS NULL) THEN @P8 ELSE @P9 END > @P10 OR CASE WHEN (trace_metadata_1.trace IS NULL) THEN @P11 ELSE @P12 END = @P13 AND (CASE WHEN (traces.time + traces.duration IS NULL) THEN @P14 ELSE @P15 END > @P16 OR traces.time + traces.duration > @P17 OR CASE WHEN (traces.time + traces.duration IS NULL) THEN @P18 ELSE @P19 END = @P20 AND traces.time + traces.duration = @P21 AND (traces.experiment_id < @P22 OR traces.experiment_id = @P23 AND (traces.time < @P24 OR traces.time = @P25 AND ((traces.trace_id > @P26 OR (traces.trace_id = @P27 AND DATALENGTH(traces.trace_id) > DATALENGTH(@P28))) OR 0 = 1))))) ORDER BY CASE WHEN (trace_metadata_1.trace IS NULL) THEN @P29 ELSE @P30 END, trace_metadata_1.value, datalength(trace_metadata_1.value), CASE WHEN (traces.time + traces.duration IS NULL) THEN @P31 ELSE @P32 END, traces.time + traces.duration, traces.experiment_id DESC, traces.time DESC, traces.trace_id, datalength(traces.trace_id)
GO
SELECT traces.id
FROM traces WITH (UPDLOCK, ROWLOCK)
WHERE (EXISTS (SELECT *
FROM openjson(CAST(@P1 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = traces.trace_id AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(traces.trace_id)))) AND traces.experiment_id = @P2
GO
DELETE FROM trace_tags WHERE trace_tags.trace IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max))))
GO
DELETE FROM trace_metadata WHERE trace_metadata.trace IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max))))
GO
DELETE FROM trace_runs WHERE trace_runs.trace IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max))))
GO
DELETE FROM trace_spans WHERE trace_spans.trace IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max))))
GO
DELETE FROM traces WHERE traces.id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max))))
GO
SELECT TOP 1 traces.id
FROM traces WITH (UPDLOCK, ROWLOCK)
WHERE traces.experiment_id = @P1 AND traces.time <= @P2 ORDER BY traces.time, traces.trace_id, datalength(traces.trace_id)
GO
DELETE FROM trace_tags WHERE trace_tags.trace = @P1
GO
DELETE FROM trace_metadata WHERE trace_metadata.trace = @P1
GO
DELETE FROM trace_runs WHERE trace_runs.trace = @P1
GO
DELETE FROM traces WHERE traces.id = @P1
GO
