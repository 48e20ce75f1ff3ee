"""Conversations of real clients with a real MLflow server: recorded, kept, and held with Sagwan."""
