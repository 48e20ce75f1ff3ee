SELECT metric_dictionaries.experiment_id, metric_dictionaries.version, metric_dictionaries.entries
FROM metric_dictionaries WITH (UPDLOCK, ROWLOCK)
WHERE metric_dictionaries.experiment_id = @P1
GO
INSERT INTO metric_dictionaries (experiment_id, version, entries) VALUES (@P1, @P2, @P3)
GO
UPDATE metric_dictionaries SET experiment_id=@P1, version=@P2, entries=@P3 WHERE metric_dictionaries.experiment_id = @P4
GO
SELECT metric_dictionaries.experiment_id, metric_dictionaries.version, metric_dictionaries.entries
FROM metric_dictionaries
WHERE metric_dictionaries.experiment_id = @P1
GO
SELECT experiments.id, experiments.name, experiments.artifact_location, experiments.stage, experiments.created, experiments.updated
FROM experiments WITH (REPEATABLEREAD, ROWLOCK)
WHERE experiments.id = @P1
GO
