"""Which lifecycle stages a list shows."""

import click

from sagwan.entities import ViewType

VIEW = click.option(
    "--view",
    "-v",
    type=click.Choice([view.name.lower() for view in ViewType], case_sensitive=False),
    default="active_only",
    help="Whether to list what is active, what is deleted, or both. Default: active_only.",
)


def view_type(name: str) -> ViewType:
    """The view of one of the option's values."""
    return ViewType[name.upper()]
