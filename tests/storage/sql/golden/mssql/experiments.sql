SELECT experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated
FROM experiments
WHERE (experiments.name = @P1 AND DATALENGTH(experiments.name) = DATALENGTH(@P2))
GO
INSERT INTO experiments (name, artifact_location, stage, created, updated) OUTPUT inserted.id VALUES (@P1, @P2, @P3, @P4, @P5)
GO
INSERT INTO experiment_tags (experiment_id, [key], value) VALUES (@P1, @P2, @P3)
GO
UPDATE experiments SET artifact_location=@P1 WHERE experiments.id = @P2
GO
SELECT experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated
FROM experiments
WHERE experiments.id = @P1
GO
SELECT experiment_tags.experiment_id, experiment_tags.[key], experiment_tags.value
FROM experiment_tags
WHERE experiment_tags.experiment_id = @P1 ORDER BY experiment_tags.[key], datalength(experiment_tags.[key])
GO
UPDATE experiments SET name=@P1, updated=@P2 WHERE experiments.id = @P3
GO
MERGE INTO [experiment_tags] WITH (HOLDLOCK) AS [old] USING (SELECT CAST(@P1 AS BIGINT) AS [experiment_id], CAST(@P2 AS NVARCHAR(4000)) AS [key], CAST(@P3 AS NVARCHAR(MAX)) AS [value]) AS [new] ON [old].[experiment_id] = [new].[experiment_id] AND ([old].[key] = [new].[key] COLLATE Latin1_General_100_BIN2 AND DATALENGTH([old].[key]) = DATALENGTH([new].[key] COLLATE Latin1_General_100_BIN2)) WHEN MATCHED THEN UPDATE SET [old].[value] = [new].[value] WHEN NOT MATCHED THEN INSERT ([experiment_id], [key], [value]) VALUES ([new].[experiment_id], [new].[key], [new].[value]);
GO
SELECT experiment_tags.[key]
FROM experiment_tags
WHERE experiment_tags.experiment_id = @P1
GO
DELETE FROM experiment_tags WHERE experiment_tags.experiment_id = @P1 AND (experiment_tags.[key] = @P2 AND DATALENGTH(experiment_tags.[key]) = DATALENGTH(@P3))
GO
UPDATE experiments SET stage=@P1, updated=@P2 WHERE experiments.id = @P3 AND experiments.stage = @P4
GO
UPDATE runs SET stage=@P1, deleted=@P2 WHERE runs.experiment_id = @P3 AND runs.stage = @P4
GO
UPDATE runs SET stage=@P1, deleted=@P2 WHERE runs.experiment_id = @P3
GO
SELECT TOP 6 experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated, experiments.created AS order_value_0, experiments.id AS order_value_1
FROM experiments
WHERE experiments.stage IN (@P1, @P2) AND (experiments.name = @P3 AND DATALENGTH(experiments.name) = DATALENGTH(@P4)) AND experiments.id = @P5 AND experiments.id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P6 AS NVARCHAR(max)))) AND experiments.name LIKE @P7 AND experiments.name LIKE @P8 AND (experiments.name <> @P9 OR DATALENGTH(experiments.name) <> DATALENGTH(@P10)) ORDER BY experiments.created DESC, experiments.id
GO
SELECT experiment_tags.experiment_id, experiment_tags.[key], experiment_tags.value
FROM experiment_tags
WHERE experiment_tags.experiment_id IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) ORDER BY experiment_tags.[key], datalength(experiment_tags.[key])
GO
SELECT TOP 6 experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated, experiments.created AS order_value_0, experiments.id AS order_value_1
FROM experiments
WHERE experiments.stage IN (@P1, @P2) AND experiments.created > @P3 AND experiments.updated <= @P4 AND experiments.id IS NOT NULL AND (experiments.id NOT IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P5 AS NVARCHAR(max))))) AND (EXISTS (SELECT *
FROM experiment_tags
WHERE experiment_tags.experiment_id = experiments.id AND (experiment_tags.[key] = @P6 AND DATALENGTH(experiment_tags.[key]) = DATALENGTH(@P7)) AND (experiment_tags.value = @P8 AND DATALENGTH(experiment_tags.value) = DATALENGTH(@P9)))) AND (EXISTS (SELECT *
FROM experiment_tags
WHERE experiment_tags.experiment_id = experiments.id AND (experiment_tags.[key] = @P10 AND DATALENGTH(experiment_tags.[key]) = DATALENGTH(@P11)) AND experiment_tags.value LIKE @P12)) AND (EXISTS (SELECT *
FROM experiment_tags
WHERE experiment_tags.experiment_id = experiments.id AND (experiment_tags.[key] = @P13 AND DATALENGTH(experiment_tags.[key]) = DATALENGTH(@P14)) AND experiment_tags.value LIKE @P15)) AND (EXISTS (SELECT *
FROM experiment_tags
WHERE experiment_tags.experiment_id = experiments.id AND (experiment_tags.[key] = @P16 AND DATALENGTH(experiment_tags.[key]) = DATALENGTH(@P17)) AND (experiment_tags.value <> @P18 OR DATALENGTH(experiment_tags.value) <> DATALENGTH(@P19)))) ORDER BY experiments.created DESC, experiments.id
GO
SELECT TOP 6 experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated, experiments.created AS order_value_0, experiments.id AS order_value_1
FROM experiments
WHERE experiments.stage IN (@P1, @P2) AND NOT (EXISTS (SELECT *
FROM experiment_tags
WHERE experiment_tags.experiment_id = experiments.id AND (experiment_tags.[key] = @P3 AND DATALENGTH(experiment_tags.[key]) = DATALENGTH(@P4)))) AND (EXISTS (SELECT *
FROM experiment_tags
WHERE experiment_tags.experiment_id = experiments.id AND (experiment_tags.[key] = @P5 AND DATALENGTH(experiment_tags.[key]) = DATALENGTH(@P6)))) ORDER BY experiments.created DESC, experiments.id
GO
SELECT TOP 2 experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated, experiments.created AS order_value_0, experiments.id AS order_value_1
FROM experiments
WHERE experiments.stage IN (@P1) ORDER BY experiments.created DESC, experiments.id
GO
SELECT TOP 2 experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated, experiments.created AS order_value_0, experiments.id AS order_value_1
FROM experiments
WHERE experiments.stage IN (@P1) AND experiments.created <= @P2 AND (experiments.created < @P3 OR experiments.created = @P4 AND (experiments.id > @P5 OR 0 = 1)) ORDER BY experiments.created DESC, experiments.id
GO
SELECT TOP 2 experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated, experiments.name AS order_value_0, experiments.id AS order_value_1
FROM experiments
WHERE experiments.stage IN (@P1) ORDER BY experiments.name DESC, datalength(experiments.name) DESC, experiments.id DESC
GO
SELECT TOP 2 experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated, experiments.name AS order_value_0, experiments.id AS order_value_1
FROM experiments
WHERE experiments.stage IN (@P1) AND (experiments.name < @P2 OR (experiments.name = @P3 AND DATALENGTH(experiments.name) <= DATALENGTH(@P4))) AND ((experiments.name < @P5 OR (experiments.name = @P6 AND DATALENGTH(experiments.name) < DATALENGTH(@P7))) OR (experiments.name = @P8 AND DATALENGTH(experiments.name) = DATALENGTH(@P9)) AND (experiments.id < @P10 OR 0 = 1)) ORDER BY experiments.name DESC, datalength(experiments.name) DESC, experiments.id DESC
GO
SELECT TOP 2 experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated, experiments.name AS order_value_0, experiments.created AS order_value_1, experiments.id AS order_value_2
FROM experiments
WHERE experiments.stage IN (@P1) ORDER BY experiments.name, datalength(experiments.name), experiments.created DESC, experiments.id DESC
GO
SELECT TOP 2 experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated, experiments.name AS order_value_0, experiments.created AS order_value_1, experiments.id AS order_value_2
FROM experiments
WHERE experiments.stage IN (@P1) AND (experiments.name > @P2 OR (experiments.name = @P3 AND DATALENGTH(experiments.name) >= DATALENGTH(@P4))) AND ((experiments.name > @P5 OR (experiments.name = @P6 AND DATALENGTH(experiments.name) > DATALENGTH(@P7))) OR (experiments.name = @P8 AND DATALENGTH(experiments.name) = DATALENGTH(@P9)) AND (experiments.created < @P10 OR experiments.created = @P11 AND (experiments.id < @P12 OR 0 = 1))) ORDER BY experiments.name, datalength(experiments.name), experiments.created DESC, experiments.id DESC
GO
SELECT TOP 2 experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated, experiments.updated AS order_value_0, experiments.id AS order_value_1
FROM experiments
WHERE experiments.stage IN (@P1) ORDER BY experiments.updated, experiments.id DESC
GO
SELECT TOP 2 experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated, experiments.updated AS order_value_0, experiments.id AS order_value_1
FROM experiments
WHERE experiments.stage IN (@P1) AND experiments.updated >= @P2 AND (experiments.updated > @P3 OR experiments.updated = @P4 AND (experiments.id < @P5 OR 0 = 1)) ORDER BY experiments.updated, experiments.id DESC
GO
