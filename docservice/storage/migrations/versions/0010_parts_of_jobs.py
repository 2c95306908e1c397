"""Parts of jobs: what is claimed, by whom, and what came of it

A job that is open gets its parts as a new one does: a packet one, a mailing one for every 25 letters.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_LETTERS = 25


def upgrade() -> None:
    op.create_table(
        "job_part",
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=200), nullable=True),
        sa.Column("claimable_at", sa.DateTime(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.CheckConstraint("state IN ('queued', 'running', 'done')", name="job_part_state"),
        sa.CheckConstraint("stage IN ('whole', 'check', 'issue')", name="job_part_stage"),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"]),
        sa.PrimaryKeyConstraint("job_id", "n"),
    )
    op.create_index("ix_job_part_state", "job_part", ["state", "claimable_at"])
    # No batch: it makes the table anew, and other rows point at those of this one.
    op.add_column("job", sa.Column("checked", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("job", sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
    _divide(op.get_bind())
    op.drop_index("ix_job_state", table_name="job")
    op.drop_column("job", "claimable_at")
    op.create_index("ix_job_state", "job", ["state"])


def _divide(connection: sa.Connection) -> None:
    part = sa.table(
        "job_part",
        *(sa.column(name) for name in ("job_id", "n", "stage", "state", "first", "last", "attempts", "worker")),
        sa.column("claimable_at", sa.DateTime()),
        sa.column("outcomes", sa.JSON()),
    )
    job = sa.table(
        "job",
        *(sa.column(name) for name in ("id", "kind", "state", "total", "attempts", "worker")),
        sa.column("claimable_at", sa.DateTime()),
        sa.column("results", sa.JSON()),
    )
    for row in connection.execute(sa.select(job).where(job.c.state.in_(("queued", "running")))).all():
        size = row.total if row.kind == "packet" else _LETTERS
        checks = row.kind == "letters" and row.total > 1 and not row.results
        stage = "whole" if row.kind == "packet" else "check" if checks else "issue"
        for n, first in enumerate(range(0, row.total, size)):
            # A worker of the release before knows no parts: what it held is free when its lease is over.
            values = {
                "job_id": row.id, "n": n, "stage": stage, "state": "queued", "first": first,
                "last": min(first + size, row.total), "attempts": row.attempts, "worker": None,
                "claimable_at": row.claimable_at, "outcomes": [],
            }  # fmt: skip
            connection.execute(sa.insert(part).values(values))


def downgrade() -> None:
    op.drop_index("ix_job_part_state", table_name="job_part")
    op.drop_table("job_part")
    op.drop_index("ix_job_state", table_name="job")
    op.add_column("job", sa.Column("claimable_at", sa.DateTime(), nullable=False, server_default="2026-01-01 00:00:00"))
    op.create_index("ix_job_state", "job", ["state", "claimable_at"])
    op.drop_column("job", "turn")
    op.drop_column("job", "checked")
