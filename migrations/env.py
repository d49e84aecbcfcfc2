"""How Alembic runs a change here: on a connection that is handed in, inside the transaction that is open on it."""

from alembic import context

given = context.config.attributes
context.configure(
    connection=given["connection"],
    target_metadata=None,
    version_table=given["version_table"],
    transactional_ddl=True,  # SQLite can; Alembic does not trust it to
)
with context.begin_transaction():
    context.run_migrations()
