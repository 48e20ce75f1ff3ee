SELECT experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated
FROM experiments WITH (REPEATABLEREAD, ROWLOCK)
WHERE experiments.id = @P1
GO
SELECT saved_views.slug
FROM saved_views
WHERE saved_views.experiment_id = @P1 AND (saved_views.name = @P2 AND DATALENGTH(saved_views.name) = DATALENGTH(@P3))
GO
SELECT count(*) AS count_1
FROM saved_views
WHERE saved_views.experiment_id = @P1
GO
INSERT INTO saved_views (slug, experiment_id, name, owner, query, created, updated) OUTPUT inserted.id VALUES (@P1, @P2, @P3, @P4, @P5, @P6, @P7)
GO
SELECT shared_views.slug, shared_views.path, shared_views.query, shared_views.created
FROM shared_views
WHERE (shared_views.slug = @P1 AND DATALENGTH(shared_views.slug) = DATALENGTH(@P2))
GO
INSERT INTO shared_views (slug, path, query, created) VALUES (@P1, @P2, @P3, @P4)
GO
SELECT saved_views.id, saved_views.slug, saved_views.experiment_id, saved_views.name, saved_views.owner, saved_views.query, saved_views.created, saved_views.updated
FROM saved_views
WHERE (saved_views.slug = @P1 AND DATALENGTH(saved_views.slug) = DATALENGTH(@P2))
GO
UPDATE saved_views SET name=@P1, updated=@P2 WHERE (saved_views.slug = @P3 AND DATALENGTH(saved_views.slug) = DATALENGTH(@P4))
GO
MERGE INTO [default_views] WITH (HOLDLOCK) AS [old] USING (SELECT CAST(@P1 AS BIGINT) AS [experiment_id], CAST(@P2 AS NVARCHAR(4000)) AS [slug]) AS [new] ON [old].[experiment_id] = [new].[experiment_id] WHEN MATCHED THEN UPDATE SET [old].[slug] = [new].[slug] WHEN NOT MATCHED THEN INSERT ([experiment_id], [slug]) VALUES ([new].[experiment_id], [new].[slug]);
GO
SELECT TOP 1000 saved_views.id, saved_views.slug, saved_views.experiment_id, saved_views.name, saved_views.owner, saved_views.query, saved_views.created, saved_views.updated
FROM saved_views ORDER BY saved_views.updated DESC, saved_views.slug, datalength(saved_views.slug)
GO
SELECT default_views.experiment_id, default_views.slug
FROM default_views
WHERE default_views.experiment_id IN (@P1)
GO
SELECT experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated
FROM experiments
WHERE experiments.id = @P1
GO
SELECT saved_views.id, saved_views.slug, saved_views.experiment_id, saved_views.name, saved_views.owner, saved_views.query, saved_views.created, saved_views.updated
FROM saved_views
WHERE saved_views.experiment_id = @P1 ORDER BY saved_views.name, datalength(saved_views.name)
GO
SELECT default_views.experiment_id, default_views.slug
FROM default_views
WHERE default_views.experiment_id IN (@P1, @P2)
GO
SELECT TOP 1 saved_views.id, saved_views.slug, saved_views.experiment_id, saved_views.name, saved_views.owner, saved_views.query, saved_views.created, saved_views.updated
FROM saved_views JOIN default_views ON (default_views.slug = saved_views.slug AND DATALENGTH(default_views.slug) = DATALENGTH(saved_views.slug))
WHERE default_views.experiment_id IN (@P1, @P2) ORDER BY default_views.experiment_id DESC
GO
DELETE FROM default_views WHERE default_views.experiment_id = @P1
GO
DELETE FROM default_views WHERE (default_views.slug = @P1 AND DATALENGTH(default_views.slug) = DATALENGTH(@P2))
GO
DELETE FROM saved_views WHERE (saved_views.slug = @P1 AND DATALENGTH(saved_views.slug) = DATALENGTH(@P2))
GO
