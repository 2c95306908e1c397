"""What people decided about translations, string by string

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "translation_entry",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("catalog", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("message", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("plural", sa.Text(), nullable=True),
        sa.Column("was", sa.Text(), nullable=True),
        sa.Column("forms", sa.JSON(), nullable=False),
        sa.Column("template", sa.String(length=100), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('saved', 'approved', 'reopened')", name="translation_entry_kind"),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_index("ix_translation_entry", "translation_entry", ["language", "catalog", "position"])


def downgrade() -> None:
    op.drop_index("ix_translation_entry", "translation_entry")
    op.drop_table("translation_entry")
