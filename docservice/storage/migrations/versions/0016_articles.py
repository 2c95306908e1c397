"""Article numbers of certified mail; how a document goes out, and the lines that its window showed

Revision ID: 0016
Revises: 0015

Documents of before say neither: how they went out is not on record, and their window is what the casefile says.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "article",
        sa.Column("number", sa.String(22), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False, unique=True),
        sa.Column("batch", sa.String(100), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("holder", sa.String(36), nullable=True),
        sa.Column("document_id", sa.String(36), sa.ForeignKey("document.id"), nullable=True),
        sa.Column("used_for", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by", sa.String(200), nullable=False),
        sa.Column("state_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("state IN ('free', 'reserved', 'printed', 'mailed', 'spoiled')", name="article_state"),
    )
    op.create_index("ix_article_state", "article", ["state", "position"])
    op.create_index("ix_article_document", "article", ["document_id"])
    op.add_column("document", sa.Column("mail_class", sa.String(60), nullable=True))
    op.add_column("document", sa.Column("window_lines", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("document", "window_lines")
    op.drop_column("document", "mail_class")
    op.drop_table("article")
