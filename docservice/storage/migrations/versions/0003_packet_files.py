"""The files of a packet, its certificate, and what it is a copy of or adds to

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Packets of before have one file, which their sha256 names, and no certificate.
    with op.batch_alter_table("packet") as table:
        table.add_column(sa.Column("certificate_sha256", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("copy", sa.String(length=20), nullable=False, server_default="full"))
        table.add_column(sa.Column("profile", sa.String(length=60), nullable=False, server_default="default"))
        table.add_column(sa.Column("supplements", sa.String(length=36), nullable=True))
        table.add_column(sa.Column("files", sa.JSON(), nullable=False, server_default="[]"))
        table.create_foreign_key("fk_packet_certificate", "blob", ["certificate_sha256"], ["sha256"])


def downgrade() -> None:
    raise NotImplementedError("a later release's records are not thrown away")
