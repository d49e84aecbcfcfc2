"""Tables and queries of PostgreSQL and SQLite databases as sources of shipments: read only, in chunks."""

from adapters.shared.optional_dependencies import require_extra

with require_extra("serve"):
    from adapters.database_tables.sampler import TableSampler
    from adapters.database_tables.source import ShipmentSource

__all__ = ["ShipmentSource", "TableSampler"]
