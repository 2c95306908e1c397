"""Alembic's entry: runs in the transaction that ``storage.migrate`` opened."""

from alembic import context

from docservice.storage.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
