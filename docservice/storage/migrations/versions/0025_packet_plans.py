"""Packets that are being put together

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "packet_plan",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case_number", sa.String(length=100), nullable=False),
        sa.Column("case_key", sa.String(length=200), nullable=False),
        sa.Column("sheet", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("jobs", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("changed_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_packet_plan_case_key", "packet_plan", ["case_key"])
    op.create_index("ix_packet_plan_changed_at", "packet_plan", ["changed_at"])


def downgrade() -> None:
    op.drop_index("ix_packet_plan_changed_at", "packet_plan")
    op.drop_index("ix_packet_plan_case_key", "packet_plan")
    op.drop_table("packet_plan")
