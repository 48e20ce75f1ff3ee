"""Measurements of single parts, to choose between ways of doing one thing."""
