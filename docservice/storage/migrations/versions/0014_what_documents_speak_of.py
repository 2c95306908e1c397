"""What a document speaks of, so that one whose facts have moved is found; and why an event of a case was corrected

Revision ID: 0014
Revises: 0013

What documents of before speak of is read from their casefiles when somebody looks at their case.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document", sa.Column("speaks_of", sa.JSON(), nullable=True))
    op.add_column("case_events", sa.Column("reason", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("case_events", "reason")
    op.drop_column("document", "speaks_of")
