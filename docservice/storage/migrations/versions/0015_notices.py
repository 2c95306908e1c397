"""Notices, copies and printings: one number for a notice, whoever gets a copy of it

Revision ID: 0015
Revises: 0014

Every document of before is a notice with one copy in its first printing: what is printed on it finds it as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_STATUS = sa.CheckConstraint("status IN ('issued', 'superseded', 'void')", name="document_status")
# SQLite names no constraint by itself; PostgreSQL names this one so.
_ONE_OF_A_NUMBER = "document_series_year_sequence_language_key"
_NAMES = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}


def upgrade() -> None:
    with op.batch_alter_table("document", table_args=(_STATUS,), naming_convention=_NAMES) as batch:
        batch.drop_constraint(_ONE_OF_A_NUMBER, type_="unique")
        batch.add_column(sa.Column("notice_number", sa.String(length=60), nullable=False, server_default=""))
        batch.add_column(sa.Column("copy", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("printing", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("correction", sa.String(length=20), nullable=True))
        batch.add_column(sa.Column("body_sha256", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("mail_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("mailing", sa.String(length=36), nullable=True))
        batch.create_unique_constraint(
            "document_printing", ["series", "year", "sequence", "copy", "printing", "language"]
        )  # fmt: skip
    op.execute(
        "UPDATE document SET notice_number = COALESCE("
        "(SELECT english.number FROM document AS english WHERE english.id = document.original), number)"
    )
    op.create_index("ix_document_notice", "document", ["notice_number"])
    op.create_index("ix_document_mailing", "document", ["mailing"])


def downgrade() -> None:
    op.drop_index("ix_document_mailing", "document")
    op.drop_index("ix_document_notice", "document")
    with op.batch_alter_table("document", table_args=(_STATUS,), naming_convention=_NAMES) as batch:
        batch.drop_constraint("document_printing", type_="unique")
        for name in ("mailing", "mail_on", "body_sha256", "correction", "printing", "copy", "notice_number"):
            batch.drop_column(name)
        batch.create_unique_constraint(_ONE_OF_A_NUMBER, ["series", "year", "sequence", "language"])
