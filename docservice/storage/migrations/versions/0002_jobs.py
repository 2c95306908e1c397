"""Jobs, and idempotency keys for packets and jobs

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("case_number", sa.String(length=100), nullable=True),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=200), nullable=True),
        sa.Column("claimable_at", sa.DateTime(), nullable=False),
        sa.Column("heartbeat_at", sa.DateTime(), nullable=True),
        sa.Column("cancel_asked_at", sa.DateTime(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'canceled')", name="job_state"),
        sa.ForeignKeyConstraint(["request_sha256"], ["blob.sha256"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("position"),
    )
    op.create_index("ix_job_state", "job", ["state", "claimable_at"])
    with op.batch_alter_table("idempotency") as batch:
        batch.alter_column("document_id", existing_type=sa.String(length=36), nullable=True)
        batch.add_column(sa.Column("packet_id", sa.String(length=36), nullable=True))
        batch.add_column(sa.Column("job_id", sa.String(length=36), nullable=True))
        batch.create_foreign_key("idempotency_packet_id_fkey", "packet", ["packet_id"], ["id"])
        batch.create_foreign_key("idempotency_job_id_fkey", "job", ["job_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("idempotency") as batch:
        batch.drop_constraint("idempotency_job_id_fkey", type_="foreignkey")
        batch.drop_constraint("idempotency_packet_id_fkey", type_="foreignkey")
        batch.drop_column("job_id")
        batch.drop_column("packet_id")
        batch.alter_column("document_id", existing_type=sa.String(length=36), nullable=False)
    op.drop_table("job")
