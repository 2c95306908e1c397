"""Translations that count: the rule by which their forms are ordered

Until here it was Babel 2.18's, which is written into the rows that have plural forms; from here it is CLDR's.

Revision ID: 0019
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0008"
branch_labels = None
depends_on = None

# Babel 2.18, babel/messages/plurals.py. Languages that are not named here it counted by "(n != 1)".
_RULES = {
    "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=0 && n%100<=2 ? 4 : 5)": "ar",
    "(n==1 ? 0 : n%10==1 && n%100!=11 && n%100!=71 && n%100!=91 ? 1 : n%10==2 && n%100!=12 && n%100!=72 && n%100!=92 "
    "? 2 : (n%10==3 || n%10==4 || n%10==9) && n%100!=13 && n%100!=14 && n%100!=19 && n%100!=73 && n%100!=74 && "
    "n%100!=79 && n%100!=93 && n%100!=94 && n%100!=99 ? 3 : n%1000000==0 ? 4 : 5)": "br",
    "0": "cv fa hu hy ja ka km ko lo th tr vi zh bo dz",
    "(n%10==1 && n%100!=11 ? 0 : 1)": "is",
    "(n==1 ? 1 : n==2 ? 2 : n==3 ? 3 : n==6 ? 4 : 0)": "cy",
    "(n > 1)": "fr fur pt-BR",
    "(n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2)": "lv",
    "(n==1 ? 0 : n==0 || ( n%100>=1 && n%100<=10) ? 1 : (n%100>10 && n%100<20 ) ? 2 : 3)": "mt",
}
_ONE_OR_MORE = "(n != 1)"
# By the same rule before and after.
_SAME = frozenset(("be", "bs", "cs", "ga", "hr", "lt", "pl", "ro", "ru", "sk", "sl", "sr", "uk"))


def upgrade() -> None:
    op.add_column("translation_entry", sa.Column("counted", sa.Text(), nullable=True))
    rows = sa.table("translation_entry", sa.column("language"), sa.column("plural"), sa.column("counted"))
    rule = {language: rule for rule, languages in _RULES.items() for language in languages.split()}
    bind = op.get_bind()
    for (language,) in bind.execute(sa.select(rows.c.language).where(rows.c.plural.is_not(None)).distinct()).all():
        first = language.partition("-")[0]
        if first not in _SAME:
            told = rule.get(language) or rule.get(first, _ONE_OR_MORE)
            mine = sa.and_(rows.c.language == language, rows.c.plural.is_not(None))
            bind.execute(rows.update().where(mine).values(counted=told))


def downgrade() -> None:
    op.drop_column("translation_entry", "counted")
