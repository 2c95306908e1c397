"""API keys that bring the decisions of officers: whose

Revision ID: 0018
Revises: 0017

A key of before brings nobody's: make another that says whose (docs/api.md).
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("api_key", sa.Column("officers", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("api_key") as batch:
        batch.drop_column("officers")
