"""Side-by-side benchmarks of Sagwan and MLflow; `python -m benchmarks --help` tells how to run."""
