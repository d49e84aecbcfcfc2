"""The privileges of each role on each table; roles that the server does not have are skipped.

Only the owner can change or delete an entry of the audit log.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, Table, text

from adapters.sql.serving_tables import serving_logs, superseded_predictions

READ = "SELECT"
INSERT_ONLY = "SELECT, INSERT"
UPSERT = "SELECT, INSERT, UPDATE"
DELETE_ONLY = "SELECT, DELETE"
FULL = "SELECT, INSERT, UPDATE, DELETE"
SHIPMENT_VALUES = "request_data"
"""The column with what a request says about a shipment: dashboards need none of it."""


def _read_without_shipment_values(table: Table) -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.c if column.name != SHIPMENT_VALUES)
    return f"SELECT ({columns})"


MONITORING_TABLES = (
    "monitoring_metrics",
    "monitoring_columns",
    "monitoring_performance",
    "monitoring_figures",
    "monitoring_slices",
    "monitoring_decisions",
    "monitoring_policy",
)

TABLE_PRIVILEGES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "serving": {
        "serving": {
            "serving_logs": INSERT_ONLY,
            "serving_daily": UPSERT,
            "outcomes": INSERT_ONLY,
            "actions": INSERT_ONLY,
            "open_shipments": FULL,
            "projected_days": FULL,
            "idempotency_keys": INSERT_ONLY,
            "superseded_predictions": INSERT_ONLY,
            "erasures": READ,
            "audit_log": INSERT_ONLY,
        },
        "operator": {
            "serving_logs": DELETE_ONLY,
            "serving_daily": FULL,
            "outcomes": DELETE_ONLY,
            "actions": DELETE_ONLY,
            "open_shipments": DELETE_ONLY,
            "projected_days": DELETE_ONLY,
            "idempotency_keys": DELETE_ONLY,
            "superseded_predictions": DELETE_ONLY,
            "erasures": UPSERT,
        },
        "monitoring": {"serving_logs": READ, "outcomes": READ, "actions": READ},
        "recalibration": {"serving_logs": READ, "outcomes": READ, "actions": READ},
        "reader": {
            "serving_logs": _read_without_shipment_values(serving_logs),
            "serving_daily": READ,
            "outcomes": READ,
            "actions": READ,
            "audit_log": READ,
            "superseded_predictions": _read_without_shipment_values(superseded_predictions),
        },
    },
    "monitoring": {
        "monitoring": {
            "monitoring_metrics": UPSERT,
            "monitoring_columns": FULL,
            "monitoring_performance": UPSERT,
            "monitoring_figures": FULL,
            "monitoring_slices": FULL,
            "monitoring_decisions": UPSERT,
            "monitoring_policy": UPSERT,
        },
        "serving": dict.fromkeys(MONITORING_TABLES, READ),
        "reader": dict.fromkeys(MONITORING_TABLES, READ),
    },
}
"""Database → role → table → privileges."""

FUNCTIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "serving": {
        "serving": ("ensure_serving_month",),
        "operator": (
            "ensure_serving_month",
            "detach_serving_month",
            "drop_detached_serving_months",
            "drop_serving_months",  # until a contraction: the version before serving_0004 calls it
        ),
    },
    "monitoring": {},
}
"""Database → role → the functions that it may call, which act with the owner's rights."""


def grant_privileges(connection: Connection, database: str, version_table: str) -> None:
    """Give each existing role exactly these privileges; others that it had on a table of these are revoked."""
    existing_roles = set(connection.scalars(text("SELECT rolname FROM pg_roles")))
    all_tables = {table for tables in TABLE_PRIVILEGES[database].values() for table in tables}
    for role, tables in TABLE_PRIVILEGES[database].items():
        if role not in existing_roles:
            continue
        for table in sorted({*all_tables, version_table}):
            connection.execute(text(f'REVOKE ALL ON "{table}" FROM "{role}"'))
        for table, privileges in {**tables, version_table: READ}.items():
            connection.execute(text(f'GRANT {privileges} ON "{table}" TO "{role}"'))
        for function in FUNCTIONS[database].get(role, ()):
            connection.execute(text(f'GRANT EXECUTE ON FUNCTION {function} TO "{role}"'))
