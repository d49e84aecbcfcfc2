"""Indexes that are built while others write: for `after_upgrade` of a migration, in autocommit."""

from sqlalchemy import Connection, text

_INVALID = "SELECT NOT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"
_PARTITIONS = """
SELECT inhrelid::regclass::text, relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
WHERE inhparent = to_regclass(:table) AND NOT inhdetachpending
  AND NOT EXISTS (
    SELECT FROM pg_inherits AS attached JOIN pg_index ON indexrelid = attached.inhrelid
    WHERE attached.inhparent = to_regclass(:index) AND indrelid = pg_inherits.inhrelid
  )
"""


def create_index_concurrently(connection: Connection, name: str, table: str, columns: str) -> None:
    """Build the index if it is missing, or if an earlier attempt was interrupted. `columns` is SQL: `"id, timestamp"`.

    A partitioned table gets an index that covers new partitions at once, and is valid when each partition has its own.
    """
    if connection.dialect.name != "postgresql":
        connection.execute(text(f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({columns})"))
        return
    connection.execute(text("SELECT set_config('lock_timeout', '0', false)"))
    partitioned = connection.scalar(
        text("SELECT relkind = 'p' FROM pg_class WHERE oid = to_regclass(:t)"), {"t": table}
    )
    if not partitioned:
        _create(connection, name, table, columns, schema="")
        return
    connection.execute(text(f"CREATE INDEX IF NOT EXISTS {name} ON ONLY {table} ({columns})"))
    for partition, short_name in connection.execute(text(_PARTITIONS), {"table": table, "index": name}).all():
        schema = f"{partition.rpartition('.')[0]}." if "." in partition else ""
        own = f"{short_name}_{name}"[-63:]
        _create(connection, own, partition, columns, schema)
        connection.execute(text(f"ALTER INDEX {name} ATTACH PARTITION {schema}{own}"))


def _create(connection: Connection, name: str, table: str, columns: str, schema: str) -> None:
    if connection.scalar(text(_INVALID), {"name": f"{schema}{name}"}):
        connection.execute(text(f"DROP INDEX CONCURRENTLY {schema}{name}"))
    connection.execute(text(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} ({columns})"))
