"""Documents are found by their case, however its number was typed, and say when they were taken back

Revision ID: 0013
Revises: 0012

When a document of before was voided stays unsaid here; the audit trail knows.
"""

import sqlalchemy as sa
from alembic import op

from docservice.casefile.record import case_key

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document", sa.Column("case_key", sa.Text(), nullable=False, server_default=""))
    op.add_column("document", sa.Column("status_on", sa.Date(), nullable=True))
    held = sa.table("document", sa.column("case_number", sa.String()), sa.column("case_key", sa.Text()))
    connection = op.get_bind()
    for (number,) in connection.execute(sa.select(held.c.case_number).distinct()).fetchall():
        connection.execute(held.update().where(held.c.case_number == number).values(case_key=case_key(number)))
    op.create_index("ix_document_case_key", "document", ["case_key", "position"])


def downgrade() -> None:
    op.drop_index("ix_document_case_key", "document")
    op.drop_column("document", "status_on")
    op.drop_column("document", "case_key")
