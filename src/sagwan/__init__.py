"""Sagwan: an experiment-tracking server that speaks MLflow's protocol."""

__version__ = "0.1.0"
