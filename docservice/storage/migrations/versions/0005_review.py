"""Reviews of versions, accounts, and keys that act for an account

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATE = sa.CheckConstraint("state IN ('draft', 'in_review', 'approved', 'withdrawn')", name="template_version_state")
# SQLite names no constraint by itself; PostgreSQL names this one so.
_ONE_NUMBER_PER_TEXT = "template_version_key_sha256_key"
_NAMES = {"uq": "%(table_name)s_%(column_0_N_name)s_key", "fk": "%(table_name)s_%(column_0_name)s_fkey"}


def upgrade() -> None:
    # A text that was withdrawn may be proposed again, under a new number.
    with op.batch_alter_table("template_version", table_args=(_STATE,), naming_convention=_NAMES) as batch:
        batch.drop_constraint(_ONE_NUMBER_PER_TEXT, type_="unique")
        batch.add_column(sa.Column("withdrawn_by", sa.String(length=200), nullable=True))
        batch.add_column(sa.Column("replacement", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("based_on", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("samples_sha256", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("submitted_at", sa.DateTime(), nullable=True))
        batch.add_column(sa.Column("reviewer", sa.String(length=200), nullable=True))
        batch.create_foreign_key("template_version_samples_sha256_fkey", "blob", ["samples_sha256"], ["sha256"])
    with op.batch_alter_table("template_version", table_args=(_STATE,)) as batch:
        batch.alter_column("note", existing_type=sa.Text(), existing_nullable=False, server_default=None)
    op.create_index("ix_template_version_sha256", "template_version", ["key", "sha256"])
    op.create_index("ix_document_template", "document", ["template", "created_by"])
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("password_hash", sa.String(length=300), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("disabled_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
    )
    op.create_table(
        "review_entry",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=36), nullable=True),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('comment', 'reply', 'resolved', 'reopened', 'submitted', 'sent_back')", name="review_entry_kind"
        ),
        sa.ForeignKeyConstraint(["about"], ["review_entry.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("position"),
    )
    op.create_index("ix_review_entry_version", "review_entry", ["key", "number"])
    with op.batch_alter_table("api_key") as batch:
        batch.add_column(sa.Column("account_id", sa.String(length=36), nullable=True))
        batch.create_foreign_key("api_key_account_id_fkey", "account", ["account_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("api_key") as batch:
        batch.drop_constraint("api_key_account_id_fkey", type_="foreignkey")
        batch.drop_column("account_id")
    op.drop_table("review_entry")
    op.drop_table("account")
    op.drop_index("ix_document_template", "document")
    op.drop_index("ix_template_version_sha256", "template_version")
    with op.batch_alter_table("template_version", table_args=(_STATE,)) as batch:
        batch.drop_constraint("template_version_samples_sha256_fkey", type_="foreignkey")
        for name in ("withdrawn_by", "replacement", "note", "based_on", "samples_sha256", "submitted_at", "reviewer"):
            batch.drop_column(name)
        batch.create_unique_constraint(_ONE_NUMBER_PER_TEXT, ["key", "sha256"])
