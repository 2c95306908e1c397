"""What the desk's list of cases is by: who is in charge, the site, its street, the topics

Revision ID: 0024
Revises: 0023

Cases of before say no officer: theirs are read from their facts when a list is first asked for.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("officer", sa.String(64), nullable=True))
    for name in ("site", "street", "topics"):
        op.add_column("cases", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_cases_officer", "cases", ["officer"])
    op.create_index("ix_cases_street", "cases", ["street"])


def downgrade() -> None:
    op.drop_index("ix_cases_street", "cases")
    op.drop_index("ix_cases_officer", "cases")
    for name in ("topics", "street", "site", "officer"):
        op.drop_column("cases", name)
