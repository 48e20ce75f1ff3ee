"""The tables of webhooks.

A delivery is written with the change that it tells of, and stays as a log of what became of it.
While it is pending, `due` is when it is attempted next, or when the claim of whoever attempts it
just now ends.
"""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, SmallInteger

from sagwan.storage.sql.making import clustered, table
from sagwan.storage.sql.types import BigId, exact_text

webhooks = table(
    "webhooks",
    Column("id", BigId, primary_key=True),
    Column("webhook_id", exact_text(64), nullable=False, unique=True),
    Column("name", exact_text(64), nullable=False),
    Column("description", exact_text()),
    Column("url", exact_text(), nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("secret", exact_text()),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
)

webhook_events = clustered(
    "webhook_events",
    Column("webhook", BigId, ForeignKey("webhooks.id"), primary_key=True),
    Column("entity", SmallInteger, primary_key=True, autoincrement=False),
    Column("action", SmallInteger, primary_key=True, autoincrement=False),
)

webhook_deliveries = table(
    "webhook_deliveries",
    Column("id", BigId, primary_key=True),
    Column("delivery_id", exact_text(64), nullable=False, unique=True),
    Column("webhook", BigId, ForeignKey("webhooks.id"), nullable=False),
    Column("entity", SmallInteger, nullable=False),
    Column("action", SmallInteger, nullable=False),
    Column("body", exact_text(), nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("attempted", BigInteger),
    Column("response_status", BigInteger),
    Column("error", exact_text()),
    Index("ix_webhook_deliveries_due", "state", "due"),
    Index("ix_webhook_deliveries_webhook", "webhook", "id"),
)
