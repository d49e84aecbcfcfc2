"""Tables from files, in chunks of bounded memory, looked at without a schema, and as Parquet bytes for the store."""

from adapters.shared.optional_dependencies import require_extra

with require_extra("serve"):
    from adapters.tabular.codec import TableCodec
    from adapters.tabular.sampler import TableSampler
    from adapters.tabular.source import ShipmentSource

__all__ = ["ShipmentSource", "TableCodec", "TableSampler"]
