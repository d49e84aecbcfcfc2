"""Alembic's environment: migrations run on the caller's connection, in its open transaction."""

from alembic import context

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=None,
    version_table=attributes["version_table"],
    transactional_ddl=True,  # SQLite supports it, too, though Alembic's default says otherwise
)
with context.begin_transaction():
    context.run_migrations()
