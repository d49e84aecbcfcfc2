"""Tables from files, in chunks of bounded memory, and as Parquet bytes for the store."""

from adapters.extras import extra

with extra("serve"):
    from adapters.tables.codec import TableCodec
    from adapters.tables.source import ShipmentSource

__all__ = ["ShipmentSource", "TableCodec"]
