"""`python -m sagwan` is the `sagwan` command."""

from sagwan.cli.main import main

if __name__ == "__main__":
    main(prog_name="sagwan")
