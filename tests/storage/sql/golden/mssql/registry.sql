SELECT (SELECT registered_models.prompt
FROM registered_models
WHERE (registered_models.name = @P1 AND DATALENGTH(registered_models.name) = DATALENGTH(@P2))) AS taken, (SELECT min(webhooks.id) AS min_1
FROM webhooks
WHERE webhooks.status = @P3) AS listener
GO
INSERT INTO registered_models (name, description, created, updated, prompt, last_version) OUTPUT inserted.id VALUES (@P1, @P2, @P3, @P4, @P5, @P6)
GO
INSERT INTO registered_model_tags (model, [key], value) VALUES (@P1, @P2, @P3)
GO
SELECT registered_models.id, registered_models.name, registered_models.description, registered_models.created, registered_models.updated, registered_models.prompt, registered_models.last_version
FROM registered_models
WHERE (registered_models.name = @P1 AND DATALENGTH(registered_models.name) = DATALENGTH(@P2))
GO
SELECT registered_model_tags.model, registered_model_tags.[key], registered_model_tags.value
FROM registered_model_tags
WHERE registered_model_tags.model = @P1 ORDER BY registered_model_tags.[key], datalength(registered_model_tags.[key])
GO
SELECT registered_model_aliases.model, registered_model_aliases.alias, registered_model_aliases.version
FROM registered_model_aliases
WHERE registered_model_aliases.model = @P1 ORDER BY registered_model_aliases.alias, datalength(registered_model_aliases.alias)
GO
SELECT model_versions.id, model_versions.model, model_versions.name, model_versions.version, model_versions.stage, model_versions.prompt, model_versions.created, model_versions.updated, model_versions.description, model_versions.source, model_versions.storage_location, model_versions.run_id, model_versions.run_link, model_versions.model_id
FROM registered_models JOIN model_versions ON model_versions.model = registered_models.id AND model_versions.stage = @P1 AND model_versions.version = (SELECT max(model_versions_1.version) AS max_1
FROM model_versions AS model_versions_1
WHERE model_versions_1.model = registered_models.id AND model_versions_1.stage = @P2)
WHERE registered_models.id = @P3 UNION ALL SELECT model_versions.id, model_versions.model, model_versions.name, model_versions.version, model_versions.stage, model_versions.prompt, model_versions.created, model_versions.updated, model_versions.description, model_versions.source, model_versions.storage_location, model_versions.run_id, model_versions.run_link, model_versions.model_id
FROM registered_models JOIN model_versions ON model_versions.model = registered_models.id AND model_versions.stage = @P4 AND model_versions.version = (SELECT max(model_versions_2.version) AS max_2
FROM model_versions AS model_versions_2
WHERE model_versions_2.model = registered_models.id AND model_versions_2.stage = @P5)
WHERE registered_models.id = @P6 UNION ALL SELECT model_versions.id, model_versions.model, model_versions.name, model_versions.version, model_versions.stage, model_versions.prompt, model_versions.created, model_versions.updated, model_versions.description, model_versions.source, model_versions.storage_location, model_versions.run_id, model_versions.run_link, model_versions.model_id
FROM registered_models JOIN model_versions ON model_versions.model = registered_models.id AND model_versions.stage = @P7 AND model_versions.version = (SELECT max(model_versions_3.version) AS max_3
FROM model_versions AS model_versions_3
WHERE model_versions_3.model = registered_models.id AND model_versions_3.stage = @P8)
WHERE registered_models.id = @P9 UNION ALL SELECT model_versions.id, model_versions.model, model_versions.name, model_versions.version, model_versions.stage, model_versions.prompt, model_versions.created, model_versions.updated, model_versions.description, model_versions.source, model_versions.storage_location, model_versions.run_id, model_versions.run_link, model_versions.model_id
FROM registered_models JOIN model_versions ON model_versions.model = registered_models.id AND model_versions.stage = @P10 AND model_versions.version = (SELECT max(model_versions_4.version) AS max_4
FROM model_versions AS model_versions_4
WHERE model_versions_4.model = registered_models.id AND model_versions_4.stage = @P11)
WHERE registered_models.id = @P12
GO
SELECT experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated
FROM experiments WITH (REPEATABLEREAD, ROWLOCK)
WHERE experiments.id = @P1
GO
INSERT INTO logged_models (model_id, experiment_id, name, status, model_type, source_run_id, artifact_uri, created, updated, stage) OUTPUT inserted.id VALUES (@P1, @P2, @P3, @P4, @P5, @P6, @P7, @P8, @P9, @P10)
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
SELECT registered_models.id, registered_models.name, registered_models.description, registered_models.created, registered_models.updated, registered_models.prompt, registered_models.last_version, (SELECT min(webhooks.id) AS min_1
FROM webhooks
WHERE webhooks.status = @P1) AS listener
FROM registered_models WITH (UPDLOCK, ROWLOCK)
WHERE (registered_models.name = @P2 AND DATALENGTH(registered_models.name) = DATALENGTH(@P3))
GO
UPDATE registered_models SET updated=@P1, last_version=@P2 WHERE registered_models.id = @P3
GO
INSERT INTO model_versions (model, name, version, stage, prompt, created, updated, description, source, storage_location, run_id, run_link, model_id) OUTPUT inserted.id VALUES (@P1, @P2, @P3, @P4, @P5, @P6, @P7, @P8, @P9, @P10, @P11, @P12, @P13)
GO
INSERT INTO model_version_tags (version, [key], value) VALUES (@P1, @P2, @P3)
GO
SELECT logged_models.id
FROM logged_models WITH (UPDLOCK, ROWLOCK)
WHERE (logged_models.model_id = @P1 AND DATALENGTH(logged_models.model_id) = DATALENGTH(@P2))
GO
SELECT logged_model_tags.value
FROM logged_model_tags
WHERE logged_model_tags.model = @P1 AND (logged_model_tags.[key] = @P2 AND DATALENGTH(logged_model_tags.[key]) = DATALENGTH(@P3))
GO
MERGE INTO [logged_model_tags] WITH (HOLDLOCK) AS [old] USING (SELECT CAST(@P1 AS BIGINT) AS [model], CAST(@P2 AS NVARCHAR(4000)) AS [key], CAST(@P3 AS NVARCHAR(MAX)) AS [value]) AS [new] ON [old].[model] = [new].[model] AND ([old].[key] = [new].[key] COLLATE Latin1_General_100_BIN2 AND DATALENGTH([old].[key]) = DATALENGTH([new].[key] COLLATE Latin1_General_100_BIN2)) WHEN MATCHED THEN UPDATE SET [old].[value] = [new].[value] WHEN NOT MATCHED THEN INSERT ([model], [key], [value]) VALUES ([new].[model], [new].[key], [new].[value]);
GO
SELECT model_versions.id, model_versions.model, model_versions.name, model_versions.version, model_versions.stage, model_versions.prompt, model_versions.created, model_versions.updated, model_versions.description, model_versions.source, model_versions.storage_location, model_versions.run_id, model_versions.run_link, model_versions.model_id
FROM model_versions
WHERE (model_versions.name = @P1 AND DATALENGTH(model_versions.name) = DATALENGTH(@P2)) AND model_versions.version = @P3
GO
SELECT model_version_tags.version, model_version_tags.[key], model_version_tags.value
FROM model_version_tags
WHERE model_version_tags.version = @P1 ORDER BY model_version_tags.[key], datalength(model_version_tags.[key])
GO
MERGE INTO [registered_model_tags] WITH (HOLDLOCK) AS [old] USING (SELECT CAST(@P1 AS BIGINT) AS [model], CAST(@P2 AS NVARCHAR(4000)) AS [key], CAST(@P3 AS NVARCHAR(MAX)) AS [value]) AS [new] ON [old].[model] = [new].[model] AND ([old].[key] = [new].[key] COLLATE Latin1_General_100_BIN2 AND DATALENGTH([old].[key]) = DATALENGTH([new].[key] COLLATE Latin1_General_100_BIN2)) WHEN MATCHED THEN UPDATE SET [old].[value] = [new].[value] WHEN NOT MATCHED THEN INSERT ([model], [key], [value]) VALUES ([new].[model], [new].[key], [new].[value]);
GO
UPDATE registered_models SET prompt=@P1 WHERE registered_models.id = @P2
GO
DELETE FROM registered_model_tags WHERE registered_model_tags.model = @P1 AND (registered_model_tags.[key] = @P2 AND DATALENGTH(registered_model_tags.[key]) = DATALENGTH(@P3))
GO
MERGE INTO [model_version_tags] WITH (HOLDLOCK) AS [old] USING (SELECT CAST(@P1 AS BIGINT) AS [version], CAST(@P2 AS NVARCHAR(4000)) AS [key], CAST(@P3 AS NVARCHAR(MAX)) AS [value]) AS [new] ON [old].[version] = [new].[version] AND ([old].[key] = [new].[key] COLLATE Latin1_General_100_BIN2 AND DATALENGTH([old].[key]) = DATALENGTH([new].[key] COLLATE Latin1_General_100_BIN2)) WHEN MATCHED THEN UPDATE SET [old].[value] = [new].[value] WHEN NOT MATCHED THEN INSERT ([version], [key], [value]) VALUES ([new].[version], [new].[key], [new].[value]);
GO
UPDATE model_versions SET prompt=@P1 WHERE model_versions.id = @P2
GO
DELETE FROM model_version_tags WHERE model_version_tags.version = @P1 AND (model_version_tags.[key] = @P2 AND DATALENGTH(model_version_tags.[key]) = DATALENGTH(@P3))
GO
MERGE INTO [registered_model_aliases] WITH (HOLDLOCK) AS [old] USING (SELECT CAST(@P1 AS BIGINT) AS [model], CAST(@P2 AS NVARCHAR(4000)) AS [alias], CAST(@P3 AS BIGINT) AS [version]) AS [new] ON [old].[model] = [new].[model] AND ([old].[alias] = [new].[alias] COLLATE Latin1_General_100_BIN2 AND DATALENGTH([old].[alias]) = DATALENGTH([new].[alias] COLLATE Latin1_General_100_BIN2)) WHEN MATCHED THEN UPDATE SET [old].[version] = [new].[version] WHEN NOT MATCHED THEN INSERT ([model], [alias], [version]) VALUES ([new].[model], [new].[alias], [new].[version]);
GO
DELETE FROM registered_model_aliases WHERE registered_model_aliases.model = @P1 AND (registered_model_aliases.alias = @P2 AND DATALENGTH(registered_model_aliases.alias) = DATALENGTH(@P3))
GO
SELECT registered_model_aliases.version
FROM registered_model_aliases
WHERE registered_model_aliases.model = @P1 AND (registered_model_aliases.alias = @P2 AND DATALENGTH(registered_model_aliases.alias) = DATALENGTH(@P3))
GO
SELECT TOP 1 model_versions.version
FROM model_versions
WHERE (model_versions.name = @P1 AND DATALENGTH(model_versions.name) = DATALENGTH(@P2)) ORDER BY model_versions.version DESC
GO
UPDATE registered_models SET updated=@P1 WHERE registered_models.id = @P2
GO
UPDATE model_versions SET updated=@P1, description=@P2 WHERE model_versions.id = @P3
GO
UPDATE model_versions SET stage=@P1, updated=@P2 WHERE model_versions.model = @P3 AND model_versions.stage = @P4 AND model_versions.version != @P5
GO
UPDATE model_versions SET stage=@P1, updated=@P2 WHERE model_versions.id = @P3
GO
SELECT model_versions.id, model_versions.model, model_versions.name, model_versions.version, model_versions.stage, model_versions.prompt, model_versions.created, model_versions.updated, model_versions.description, model_versions.source, model_versions.storage_location, model_versions.run_id, model_versions.run_link, model_versions.model_id
FROM registered_models JOIN model_versions ON model_versions.model = registered_models.id AND model_versions.stage = @P1 AND model_versions.version = (SELECT max(model_versions_1.version) AS max_1
FROM model_versions AS model_versions_1
WHERE model_versions_1.model = registered_models.id AND model_versions_1.stage = @P2)
WHERE registered_models.id = @P3
GO
UPDATE registered_models SET name=@P1, updated=@P2 WHERE registered_models.id = @P3
GO
UPDATE model_versions SET name=@P1, updated=@P2 WHERE model_versions.model = @P3
GO
SELECT model_version_tags.version, model_version_tags.[key], model_version_tags.value
FROM model_version_tags
WHERE model_version_tags.version IN (SELECT CAST(value AS BIGINT) AS value
FROM openjson(CAST(@P1 AS NVARCHAR(max)))) ORDER BY model_version_tags.[key], datalength(model_version_tags.[key])
GO
UPDATE registered_models SET description=@P1, updated=@P2 WHERE registered_models.id = @P3
GO
SELECT TOP 6 registered_models.id, registered_models.name, registered_models.description, registered_models.created, registered_models.updated, registered_models.prompt, registered_models.last_version, registered_models.name AS order_value_0
FROM registered_models
WHERE (EXISTS (SELECT *
FROM openjson(CAST(@P1 AS NVARCHAR(max)))
WHERE ((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2) = registered_models.name AND DATALENGTH((CAST(value AS NVARCHAR(4000)) COLLATE Latin1_General_100_BIN2)) = DATALENGTH(registered_models.name)))) AND (EXISTS (SELECT *
FROM registered_model_tags
WHERE registered_model_tags.model = registered_models.id AND (registered_model_tags.[key] = @P2 AND DATALENGTH(registered_model_tags.[key]) = DATALENGTH(@P3)) AND registered_model_tags.value LIKE @P4)) ORDER BY registered_models.name, datalength(registered_models.name)
GO
SELECT TOP 6 registered_models.id, registered_models.name, registered_models.description, registered_models.created, registered_models.updated, registered_models.prompt, registered_models.last_version, registered_models.name AS order_value_0
FROM registered_models
WHERE registered_models.name LIKE @P1 AND (EXISTS (SELECT *
FROM registered_model_tags
WHERE registered_model_tags.model = registered_models.id AND (registered_model_tags.[key] = @P2 AND DATALENGTH(registered_model_tags.[key]) = DATALENGTH(@P3)) AND (registered_model_tags.value <> @P4 OR DATALENGTH(registered_model_tags.value) <> DATALENGTH(@P5)))) ORDER BY registered_models.name, datalength(registered_models.name)
GO
SELECT TOP 6 registered_models.id, registered_models.name, registered_models.description, registered_models.created, registered_models.updated, registered_models.prompt, registered_models.last_version, registered_models.name AS order_value_0
FROM registered_models
WHERE registered_models.prompt = @P1 ORDER BY registered_models.name, datalength(registered_models.name)
GO
SELECT TOP 6 registered_models.id, registered_models.name, registered_models.description, registered_models.created, registered_models.updated, registered_models.prompt, registered_models.last_version, registered_models.name AS order_value_0
FROM registered_models
WHERE 0 = 1 ORDER BY registered_models.name, datalength(registered_models.name)
GO
SELECT TOP 6 model_versions.id, model_versions.model, model_versions.name, model_versions.version, model_versions.stage, model_versions.prompt, model_versions.created, model_versions.updated, model_versions.description, model_versions.source, model_versions.storage_location, model_versions.run_id, model_versions.run_link, model_versions.model_id, model_versions.updated AS order_value_0, model_versions.name AS order_value_1, model_versions.version AS order_value_2
FROM model_versions
WHERE (model_versions.name = @P1 AND DATALENGTH(model_versions.name) = DATALENGTH(@P2)) AND model_versions.version > @P3 AND model_versions.source LIKE @P4 ORDER BY model_versions.updated DESC, model_versions.name, datalength(model_versions.name), model_versions.version DESC
GO
SELECT TOP 6 model_versions.id, model_versions.model, model_versions.name, model_versions.version, model_versions.stage, model_versions.prompt, model_versions.created, model_versions.updated, model_versions.description, model_versions.source, model_versions.storage_location, model_versions.run_id, model_versions.run_link, model_versions.model_id, model_versions.updated AS order_value_0, model_versions.name AS order_value_1, model_versions.version AS order_value_2
FROM model_versions
WHERE (model_versions.run_id <> @P1 OR DATALENGTH(model_versions.run_id) <> DATALENGTH(@P2)) AND (EXISTS (SELECT *
FROM model_version_tags
WHERE model_version_tags.version = model_versions.id AND (model_version_tags.[key] = @P3 AND DATALENGTH(model_version_tags.[key]) = DATALENGTH(@P4)) AND (model_version_tags.value = @P5 AND DATALENGTH(model_version_tags.value) = DATALENGTH(@P6)))) ORDER BY model_versions.updated DESC, model_versions.name, datalength(model_versions.name), model_versions.version DESC
GO
SELECT TOP 2 registered_models.id, registered_models.name, registered_models.description, registered_models.created, registered_models.updated, registered_models.prompt, registered_models.last_version, registered_models.name AS order_value_0
FROM registered_models ORDER BY registered_models.name DESC, datalength(registered_models.name) DESC
GO
SELECT TOP 2 registered_models.id, registered_models.name, registered_models.description, registered_models.created, registered_models.updated, registered_models.prompt, registered_models.last_version, registered_models.name AS order_value_0
FROM registered_models
WHERE (registered_models.name < @P1 OR (registered_models.name = @P2 AND DATALENGTH(registered_models.name) <= DATALENGTH(@P3))) AND ((registered_models.name < @P4 OR (registered_models.name = @P5 AND DATALENGTH(registered_models.name) < DATALENGTH(@P6))) OR 0 = 1) ORDER BY registered_models.name DESC, datalength(registered_models.name) DESC
GO
SELECT TOP 2 registered_models.id, registered_models.name, registered_models.description, registered_models.created, registered_models.updated, registered_models.prompt, registered_models.last_version, registered_models.updated AS order_value_0, registered_models.name AS order_value_1
FROM registered_models ORDER BY registered_models.updated, registered_models.name DESC, datalength(registered_models.name) DESC
GO
SELECT TOP 2 registered_models.id, registered_models.name, registered_models.description, registered_models.created, registered_models.updated, registered_models.prompt, registered_models.last_version, registered_models.updated AS order_value_0, registered_models.name AS order_value_1
FROM registered_models
WHERE registered_models.updated >= @P1 AND (registered_models.updated > @P2 OR registered_models.updated = @P3 AND ((registered_models.name < @P4 OR (registered_models.name = @P5 AND DATALENGTH(registered_models.name) < DATALENGTH(@P6))) OR 0 = 1)) ORDER BY registered_models.updated, registered_models.name DESC, datalength(registered_models.name) DESC
GO
SELECT TOP 2 model_versions.id, model_versions.model, model_versions.name, model_versions.version, model_versions.stage, model_versions.prompt, model_versions.created, model_versions.updated, model_versions.description, model_versions.source, model_versions.storage_location, model_versions.run_id, model_versions.run_link, model_versions.model_id, model_versions.updated AS order_value_0, model_versions.name AS order_value_1, model_versions.version AS order_value_2
FROM model_versions ORDER BY model_versions.updated DESC, model_versions.name, datalength(model_versions.name), model_versions.version DESC
GO
SELECT TOP 2 model_versions.id, model_versions.model, model_versions.name, model_versions.version, model_versions.stage, model_versions.prompt, model_versions.created, model_versions.updated, model_versions.description, model_versions.source, model_versions.storage_location, model_versions.run_id, model_versions.run_link, model_versions.model_id, model_versions.updated AS order_value_0, model_versions.name AS order_value_1, model_versions.version AS order_value_2
FROM model_versions
WHERE model_versions.updated <= @P1 AND (model_versions.updated < @P2 OR model_versions.updated = @P3 AND ((model_versions.name > @P4 OR (model_versions.name = @P5 AND DATALENGTH(model_versions.name) > DATALENGTH(@P6))) OR (model_versions.name = @P7 AND DATALENGTH(model_versions.name) = DATALENGTH(@P8)) AND (model_versions.version < @P9 OR 0 = 1))) ORDER BY model_versions.updated DESC, model_versions.name, datalength(model_versions.name), model_versions.version DESC
GO
SELECT TOP 2 model_versions.id, model_versions.model, model_versions.name, model_versions.version, model_versions.stage, model_versions.prompt, model_versions.created, model_versions.updated, model_versions.description, model_versions.source, model_versions.storage_location, model_versions.run_id, model_versions.run_link, model_versions.model_id, model_versions.version AS order_value_0, model_versions.created AS order_value_1, model_versions.name AS order_value_2
FROM model_versions ORDER BY model_versions.version, model_versions.created DESC, model_versions.name, datalength(model_versions.name)
GO
SELECT TOP 2 model_versions.id, model_versions.model, model_versions.name, model_versions.version, model_versions.stage, model_versions.prompt, model_versions.created, model_versions.updated, model_versions.description, model_versions.source, model_versions.storage_location, model_versions.run_id, model_versions.run_link, model_versions.model_id, model_versions.version AS order_value_0, model_versions.created AS order_value_1, model_versions.name AS order_value_2
FROM model_versions
WHERE model_versions.version >= @P1 AND (model_versions.version > @P2 OR model_versions.version = @P3 AND (model_versions.created < @P4 OR model_versions.created = @P5 AND ((model_versions.name > @P6 OR (model_versions.name = @P7 AND DATALENGTH(model_versions.name) > DATALENGTH(@P8))) OR 0 = 1))) ORDER BY model_versions.version, model_versions.created DESC, model_versions.name, datalength(model_versions.name)
GO
DELETE FROM model_version_tags WHERE model_version_tags.version = @P1
GO
DELETE FROM registered_model_aliases WHERE registered_model_aliases.model = @P1 AND registered_model_aliases.version = @P2
GO
DELETE FROM model_versions WHERE model_versions.id = @P1
GO
DELETE FROM model_version_tags WHERE model_version_tags.version IN (SELECT model_versions.id
FROM model_versions
WHERE model_versions.model = @P1)
GO
DELETE FROM model_versions WHERE model_versions.model = @P1
GO
DELETE FROM registered_model_aliases WHERE registered_model_aliases.model = @P1
GO
DELETE FROM registered_model_tags WHERE registered_model_tags.model = @P1
GO
DELETE FROM registered_models WHERE registered_models.id = @P1
GO
