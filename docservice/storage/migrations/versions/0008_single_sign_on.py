"""Single sign-on: who an account is at the identity provider, and sign-ins under way

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("issuer", sa.String(length=500), nullable=True))
    op.add_column("account", sa.Column("subject", sa.String(length=255), nullable=True))
    op.add_column("account", sa.Column("linked_at", sa.DateTime(), nullable=True))
    op.create_index("ix_account_identity", "account", ["issuer", "subject"], unique=True)
    op.create_table(
        "sign_in",
        sa.Column("state_sha256", sa.String(length=64), nullable=False),
        sa.Column("next", sa.String(length=2000), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("state_sha256"),
    )
    op.create_index("ix_sign_in_started_at", "sign_in", ["started_at"])


def downgrade() -> None:
    op.drop_index("ix_sign_in_started_at", "sign_in")
    op.drop_table("sign_in")
    op.drop_index("ix_account_identity", "account")
    op.drop_column("account", "linked_at")
    op.drop_column("account", "subject")
    op.drop_column("account", "issuer")
