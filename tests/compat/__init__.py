"""The real `mlflow` clients of PyPI against Sagwan, compared with a real MLflow server."""
