"""Tables from files, in chunks of bounded memory, looked at without a schema, and as Parquet bytes for the store."""

from adapters.extras import extra

with extra("serve"):
    from adapters.tables.codec import TableCodec
    from adapters.tables.sampler import TableSampler
    from adapters.tables.source import ShipmentSource

__all__ = ["ShipmentSource", "TableCodec", "TableSampler"]
