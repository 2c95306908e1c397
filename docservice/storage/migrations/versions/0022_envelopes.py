"""The envelope that a document was set for: by how many sheets of paper it has

Revision ID: 0022
Revises: 0021

Documents of before say none: theirs is the envelope of their wording, whatever their length.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("document", sa.Column("envelope", sa.String(60), nullable=True))


def downgrade() -> None:
    op.drop_column("document", "envelope")
