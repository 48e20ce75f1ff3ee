INSERT INTO webhooks (webhook_id, name, description, url, status, secret, created, updated) OUTPUT inserted.id VALUES (@P1, @P2, @P3, @P4, @P5, @P6, @P7, @P8)
GO
INSERT INTO webhook_events (webhook, entity, action) VALUES (@P1, @P2, @P3), (@P4, @P5, @P6), (@P7, @P8, @P9), (@P10, @P11, @P12), (@P13, @P14, @P15), (@P16, @P17, @P18)
GO
SELECT webhooks.id, webhooks.webhook_id, webhooks.name, webhooks.description, webhooks.url, webhooks.status, webhooks.secret, webhooks.created, webhooks.updated
FROM webhooks
WHERE (webhooks.webhook_id = @P1 AND DATALENGTH(webhooks.webhook_id) = DATALENGTH(@P2))
GO
SELECT webhook_events.webhook, webhook_events.entity, webhook_events.action
FROM webhook_events
WHERE webhook_events.webhook IN (@P1) ORDER BY webhook_events.entity, webhook_events.action
GO
SELECT (SELECT registered_models.prompt
FROM registered_models
WHERE (registered_models.name = @P1 AND DATALENGTH(registered_models.name) = DATALENGTH(@P2))) AS taken, (SELECT min(webhooks.id) AS min_1
FROM webhooks
WHERE webhooks.status = @P3) AS listener
GO
INSERT INTO registered_models (name, description, created, updated, prompt, last_version) OUTPUT inserted.id VALUES (@P1, @P2, @P3, @P4, @P5, @P6)
GO
SELECT webhooks.id, webhooks.webhook_id
FROM webhooks JOIN webhook_events ON webhook_events.webhook = webhooks.id
WHERE webhook_events.entity = @P1 AND webhook_events.action = @P2 AND webhooks.status = @P3 ORDER BY webhooks.id
GO
INSERT INTO webhook_deliveries (delivery_id, webhook, entity, action, body, state, created, due, attempts) VALUES (@P1, @P2, @P3, @P4, @P5, @P6, @P7, @P8, @P9), (@P10, @P11, @P12, @P13, @P14, @P15, @P16, @P17, @P18)
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
SELECT model_versions.id, model_versions.model, model_versions.name, model_versions.version, model_versions.stage, model_versions.prompt, model_versions.created, model_versions.updated, model_versions.description, model_versions.source, model_versions.storage_location, model_versions.run_id, model_versions.run_link, model_versions.model_id
FROM model_versions
WHERE (model_versions.name = @P1 AND DATALENGTH(model_versions.name) = DATALENGTH(@P2)) AND model_versions.version = @P3
GO
SELECT model_version_tags.version, model_version_tags.[key], model_version_tags.value
FROM model_version_tags
WHERE model_version_tags.version = @P1 ORDER BY model_version_tags.[key], datalength(model_version_tags.[key])
GO
MERGE INTO [model_version_tags] WITH (HOLDLOCK) AS [old] USING (SELECT CAST(@P1 AS BIGINT) AS [version], CAST(@P2 AS NVARCHAR(4000)) AS [key], CAST(@P3 AS NVARCHAR(MAX)) AS [value]) AS [new] ON [old].[version] = [new].[version] AND ([old].[key] = [new].[key] COLLATE Latin1_General_100_BIN2 AND DATALENGTH([old].[key]) = DATALENGTH([new].[key] COLLATE Latin1_General_100_BIN2)) WHEN MATCHED THEN UPDATE SET [old].[value] = [new].[value] WHEN NOT MATCHED THEN INSERT ([version], [key], [value]) VALUES ([new].[version], [new].[key], [new].[value]);
GO
DELETE FROM model_version_tags WHERE model_version_tags.version = @P1 AND (model_version_tags.[key] = @P2 AND DATALENGTH(model_version_tags.[key]) = DATALENGTH(@P3))
GO
MERGE INTO [registered_model_aliases] WITH (HOLDLOCK) AS [old] USING (SELECT CAST(@P1 AS BIGINT) AS [model], CAST(@P2 AS NVARCHAR(4000)) AS [alias], CAST(@P3 AS BIGINT) AS [version]) AS [new] ON [old].[model] = [new].[model] AND ([old].[alias] = [new].[alias] COLLATE Latin1_General_100_BIN2 AND DATALENGTH([old].[alias]) = DATALENGTH([new].[alias] COLLATE Latin1_General_100_BIN2)) WHEN MATCHED THEN UPDATE SET [old].[version] = [new].[version] WHEN NOT MATCHED THEN INSERT ([model], [alias], [version]) VALUES ([new].[model], [new].[alias], [new].[version]);
GO
DELETE FROM registered_model_aliases WHERE registered_model_aliases.model = @P1 AND (registered_model_aliases.alias = @P2 AND DATALENGTH(registered_model_aliases.alias) = DATALENGTH(@P3))
GO
MERGE INTO [registered_model_tags] WITH (HOLDLOCK) AS [old] USING (SELECT CAST(@P1 AS BIGINT) AS [model], CAST(@P2 AS NVARCHAR(4000)) AS [key], CAST(@P3 AS NVARCHAR(MAX)) AS [value]) AS [new] ON [old].[model] = [new].[model] AND ([old].[key] = [new].[key] COLLATE Latin1_General_100_BIN2 AND DATALENGTH([old].[key]) = DATALENGTH([new].[key] COLLATE Latin1_General_100_BIN2)) WHEN MATCHED THEN UPDATE SET [old].[value] = [new].[value] WHEN NOT MATCHED THEN INSERT ([model], [key], [value]) VALUES ([new].[model], [new].[key], [new].[value]);
GO
DELETE FROM registered_model_tags WHERE registered_model_tags.model = @P1 AND (registered_model_tags.[key] = @P2 AND DATALENGTH(registered_model_tags.[key]) = DATALENGTH(@P3))
GO
SELECT TOP 2 webhook_deliveries.id, webhook_deliveries.delivery_id, webhook_deliveries.webhook, webhook_deliveries.entity, webhook_deliveries.action, webhook_deliveries.body, webhook_deliveries.state, webhook_deliveries.created, webhook_deliveries.due, webhook_deliveries.attempts, webhook_deliveries.attempted, webhook_deliveries.response_status, webhook_deliveries.error
FROM webhook_deliveries WITH (UPDLOCK, ROWLOCK, READPAST, READCOMMITTEDLOCK)
WHERE webhook_deliveries.state = @P1 AND webhook_deliveries.due <= @P2 ORDER BY webhook_deliveries.due, webhook_deliveries.id
GO
UPDATE webhook_deliveries SET due=@P1, attempts=(webhook_deliveries.attempts + @P2) WHERE webhook_deliveries.id IN (@P3, @P4)
GO
SELECT webhooks.id, webhooks.webhook_id, webhooks.name, webhooks.description, webhooks.url, webhooks.status, webhooks.secret, webhooks.created, webhooks.updated
FROM webhooks
WHERE webhooks.id IN (@P1, @P2)
GO
SELECT min(webhook_deliveries.due) AS min_1
FROM webhook_deliveries
WHERE webhook_deliveries.state = @P1
GO
SELECT webhooks.id
FROM webhooks
WHERE webhooks.webhook_id IN (@P1, @P2)
GO
SELECT TOP 2 webhook_deliveries.id, webhook_deliveries.delivery_id, webhook_deliveries.webhook, webhook_deliveries.entity, webhook_deliveries.action, webhook_deliveries.body, webhook_deliveries.state, webhook_deliveries.created, webhook_deliveries.due, webhook_deliveries.attempts, webhook_deliveries.attempted, webhook_deliveries.response_status, webhook_deliveries.error
FROM webhook_deliveries WITH (UPDLOCK, ROWLOCK, READPAST, READCOMMITTEDLOCK)
WHERE webhook_deliveries.state = @P1 AND webhook_deliveries.due <= @P2 AND (webhook_deliveries.webhook NOT IN (@P3, @P4)) ORDER BY webhook_deliveries.due, webhook_deliveries.id
GO
UPDATE webhook_deliveries SET state=@P1, attempted=@P2, response_status=@P3, error=@P4 WHERE (webhook_deliveries.delivery_id = @P5 AND DATALENGTH(webhook_deliveries.delivery_id) = DATALENGTH(@P6)) AND webhook_deliveries.state = @P7 AND webhook_deliveries.attempts = @P8
GO
UPDATE webhook_deliveries SET state=@P1, due=@P2, attempted=@P3, response_status=@P4, error=@P5 WHERE (webhook_deliveries.delivery_id = @P6 AND DATALENGTH(webhook_deliveries.delivery_id) = DATALENGTH(@P7)) AND webhook_deliveries.state = @P8 AND webhook_deliveries.attempts = @P9
GO
SELECT TOP 2 webhook_deliveries.id, webhook_deliveries.delivery_id, webhook_deliveries.webhook, webhook_deliveries.entity, webhook_deliveries.action, webhook_deliveries.body, webhook_deliveries.state, webhook_deliveries.created, webhook_deliveries.due, webhook_deliveries.attempts, webhook_deliveries.attempted, webhook_deliveries.response_status, webhook_deliveries.error, webhooks.webhook_id
FROM webhook_deliveries JOIN webhooks ON webhooks.id = webhook_deliveries.webhook
WHERE webhook_deliveries.webhook = @P1 ORDER BY webhook_deliveries.id DESC
GO
SELECT TOP 2 webhook_deliveries.id, webhook_deliveries.delivery_id, webhook_deliveries.webhook, webhook_deliveries.entity, webhook_deliveries.action, webhook_deliveries.body, webhook_deliveries.state, webhook_deliveries.created, webhook_deliveries.due, webhook_deliveries.attempts, webhook_deliveries.attempted, webhook_deliveries.response_status, webhook_deliveries.error, webhooks.webhook_id
FROM webhook_deliveries JOIN webhooks ON webhooks.id = webhook_deliveries.webhook
WHERE webhook_deliveries.id < @P1 AND webhook_deliveries.webhook = @P2 ORDER BY webhook_deliveries.id DESC
GO
SELECT TOP 101 webhook_deliveries.id, webhook_deliveries.delivery_id, webhook_deliveries.webhook, webhook_deliveries.entity, webhook_deliveries.action, webhook_deliveries.body, webhook_deliveries.state, webhook_deliveries.created, webhook_deliveries.due, webhook_deliveries.attempts, webhook_deliveries.attempted, webhook_deliveries.response_status, webhook_deliveries.error, webhooks.webhook_id
FROM webhook_deliveries JOIN webhooks ON webhooks.id = webhook_deliveries.webhook ORDER BY webhook_deliveries.id DESC
GO
SELECT webhooks.id
FROM webhooks
GO
SELECT webhook_deliveries.id
FROM webhook_deliveries
WHERE webhook_deliveries.webhook = @P1 ORDER BY webhook_deliveries.id DESC
 OFFSET @P2 ROWS
 FETCH FIRST @P3 ROWS ONLY
GO
DELETE FROM webhook_deliveries WHERE webhook_deliveries.webhook = @P1 AND webhook_deliveries.state != @P2 AND (webhook_deliveries.created < @P3 OR webhook_deliveries.id < @P4)
GO
SELECT webhooks.id, webhooks.webhook_id, webhooks.name, webhooks.description, webhooks.url, webhooks.status, webhooks.secret, webhooks.created, webhooks.updated
FROM webhooks WITH (UPDLOCK, ROWLOCK)
WHERE (webhooks.webhook_id = @P1 AND DATALENGTH(webhooks.webhook_id) = DATALENGTH(@P2))
GO
UPDATE webhooks SET name=@P1, description=@P2, url=@P3, status=@P4, secret=@P5, updated=@P6 WHERE webhooks.id = @P7
GO
DELETE FROM webhook_events WHERE webhook_events.webhook = @P1
GO
INSERT INTO webhook_events (webhook, entity, action) VALUES (@P1, @P2, @P3)
GO
UPDATE webhook_deliveries SET state=@P1, error=@P2 WHERE webhook_deliveries.webhook = @P3 AND webhook_deliveries.state = @P4
GO
SELECT TOP 2 webhooks.id, webhooks.webhook_id, webhooks.name, webhooks.description, webhooks.url, webhooks.status, webhooks.secret, webhooks.created, webhooks.updated
FROM webhooks ORDER BY webhooks.id DESC
GO
SELECT TOP 2 webhooks.id, webhooks.webhook_id, webhooks.name, webhooks.description, webhooks.url, webhooks.status, webhooks.secret, webhooks.created, webhooks.updated
FROM webhooks
WHERE webhooks.id < @P1 ORDER BY webhooks.id DESC
GO
DELETE FROM webhook_deliveries WHERE webhook_deliveries.webhook = @P1
GO
DELETE FROM webhooks WHERE webhooks.id = @P1
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
