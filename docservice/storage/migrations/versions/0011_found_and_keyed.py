"""What documents are found by, and API keys that end

Revision ID: 0011
Revises: 0019

Until now every key that might issue might void what other systems issued. Those that might read it too get the scope
that this takes now; a key that could only issue keeps to what it issued itself.
"""

import json

import sqlalchemy as sa
from alembic import op

from docservice.storage.folding import fold

revision = "0011"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_key", sa.Column("expires_at", sa.DateTime(), nullable=True))
    op.add_column("api_key", sa.Column("last_used_at", sa.DateTime(), nullable=True))
    _change_scopes(lambda scopes: [*scopes, "records"] if {"issue", "read"} <= {*scopes} else scopes)
    op.create_table(
        "document_index",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["position"], ["document.position"]),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("ix_document_index_whole", "document_index", ["whole"])
    op.create_index("ix_document_created_by", "document", ["created_by", "position"])
    op.create_index("ix_document_issued_on", "document", ["issued_on", "position"])
    op.add_column("document", sa.Column("dates", sa.JSON(), nullable=True))
    _fill()


def downgrade() -> None:
    op.drop_column("document", "dates")
    op.drop_index("ix_document_issued_on", "document")
    op.drop_index("ix_document_created_by", "document")
    op.drop_index("ix_document_index_whole", "document_index")
    op.drop_table("document_index")
    _change_scopes(lambda scopes: [scope for scope in scopes if scope != "records"])
    op.drop_column("api_key", "last_used_at")
    op.drop_column("api_key", "expires_at")


def _fill() -> None:
    """What a document is found by, as far as its row says: addresses are in casefiles, and come later."""
    held = sa.table("document", *map(sa.column, ("position", "number", "case_number", "recipient_name", "verify_code")))
    made = sa.table("document_index", *map(sa.column, ("position", "name", "words", "whole")))
    connection = op.get_bind()
    last = -1
    while rows := connection.execute(
        sa.select(held).where(held.c.position > last).order_by(held.c.position).limit(1000)
    ).fetchall():  # fmt: skip
        connection.execute(
            made.insert(),
            [
                {"position": row[0], "name": fold(row[3]), "words": "\n".join(map(fold, row[1:])), "whole": False}
                for row in rows
            ],
        )
        last = rows[-1][0]


def _change_scopes(change) -> None:  # type: ignore[no-untyped-def]
    keys = sa.table("api_key", sa.column("id", sa.String()), sa.column("scopes", sa.JSON()))
    connection = op.get_bind()
    for id, held in connection.execute(sa.select(keys.c.id, keys.c.scopes)).fetchall():
        scopes = json.loads(held) if isinstance(held, str) else held
        changed = change(scopes)
        if changed != scopes:
            connection.execute(keys.update().where(keys.c.id == id).values(scopes=changed))
