"""Cases on record: their revisions and events; and documents found by their case however its number is typed

Revision ID: 0013
Revises: 0012
"""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["cases.key"]),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"]),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("position"),
    )
    op.create_index("ix_cases_owner", "cases", ["created_by", "position"])
    op.create_table(
        "case_revisions",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["cases.key"]),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"]),
        sa.PrimaryKeyConstraint("key", "revision"),
        sa.UniqueConstraint("position"),
    )
    op.create_table(
        "case_events",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("corrects", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["corrects"], ["case_events.position"]),
        sa.ForeignKeyConstraint(["key"], ["cases.key"]),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("ix_case_events_key", "case_events", ["key", "position"])
    op.add_column("document", sa.Column("case_key", sa.Text(), nullable=False, server_default=""))
    op.add_column("document", sa.Column("case_revision", sa.Integer(), nullable=True))
    op.add_column("document", sa.Column("status_at", sa.DateTime(), nullable=True))
    op.create_index("ix_document_case_key", "document", ["case_key"])
    op.add_column("idempotency", sa.Column("case_event", sa.Integer(), nullable=True))
    _find_by_case()
    _date_statuses()


def downgrade() -> None:
    op.drop_column("idempotency", "case_event")
    op.drop_index("ix_document_case_key", "document")
    op.drop_column("document", "status_at")
    op.drop_column("document", "case_revision")
    op.drop_column("document", "case_key")
    op.drop_table("case_events")
    op.drop_table("case_revisions")
    op.drop_table("cases")


def _find_by_case() -> None:
    held = sa.table("document", sa.column("case_number"), sa.column("case_key"))
    connection = op.get_bind()
    for (number,) in connection.execute(sa.select(held.c.case_number).distinct()).fetchall():
        change = held.update().where(held.c.case_number == number).values(case_key=_key(number))
        connection.execute(change)


def _key(number: str) -> str:
    """``casefile.record.case_key``, as it was in this release."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", number).translate(_DASHES).casefold())
    return re.sub(r"\s+", "", plain)


def _date_statuses() -> None:
    """When a document was voided or superseded: only the audit trail knew."""
    audit = sa.table("audit", sa.column("at", sa.DateTime()), sa.column("action"), sa.column("subject"))
    held = sa.table("document", sa.column("id"), sa.column("status_at", sa.DateTime()))
    connection = op.get_bind()
    said = sa.select(audit.c.subject, audit.c.at).where(audit.c.action.in_(("document.voided", "document.superseded")))
    for subject, at in connection.execute(said).fetchall():
        connection.execute(held.update().where(held.c.id == subject).values(status_at=at))
