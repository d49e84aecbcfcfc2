"""What each role may do with each table; roles that a server does not have are passed over.

Nobody but the owner changes or deletes an entry of the audit log.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, text

READ = "SELECT"
ADD = "SELECT, INSERT"
COUNT = "SELECT, INSERT, UPDATE"
CLEAR = "SELECT, INSERT, UPDATE, DELETE"

TABLES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "serving": {
        "serving": {
            "serving_logs": ADD,
            "serving_daily": COUNT,
            "outcomes": ADD,
            "idempotency_keys": ADD,
            "audit_log": ADD,
        },
        "operator": {
            "serving_logs": "SELECT, DELETE",
            "serving_daily": CLEAR,
            "outcomes": "SELECT, DELETE",
            "idempotency_keys": "SELECT, DELETE",
            "audit_log": READ,
        },
        "monitoring": {"serving_logs": READ, "serving_daily": READ, "outcomes": READ},
        "reader": {"serving_logs": READ, "serving_daily": READ, "outcomes": READ, "audit_log": READ},
    },
    "monitoring": {
        "monitoring": {"monitoring_metrics": COUNT},
        "reader": {"monitoring_metrics": READ},
    },
}
"""Database → role → table → rights."""

FUNCTIONS: Mapping[str, Mapping[str, str]] = {
    "serving": {"serving": "ensure_serving_month", "operator": "drop_serving_months"},
    "monitoring": {},
}
"""Database → role → the function that does for it what it may not do itself."""


def grant(connection: Connection, database: str, version_table: str) -> None:
    """Give every role that exists exactly these rights; what it had beyond them on these tables is taken away."""
    there = set(connection.scalars(text("SELECT rolname FROM pg_roles")))
    for role, tables in TABLES[database].items():
        if role not in there:
            continue
        for table, rights in {**tables, version_table: READ}.items():
            connection.execute(text(f'REVOKE ALL ON "{table}" FROM "{role}"'))
            connection.execute(text(f'GRANT {rights} ON "{table}" TO "{role}"'))
        if role in FUNCTIONS[database]:
            connection.execute(text(f'GRANT EXECUTE ON FUNCTION {FUNCTIONS[database][role]} TO "{role}"'))
