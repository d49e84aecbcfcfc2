"""Reading tables in chunks of bounded size, sampling them without a schema, and encoding them as Parquet."""

from adapters.shared.optional_dependencies import require_extra

with require_extra("serve"):
    from adapters.tabular.codec import TableCodec
    from adapters.tabular.sampler import TableSampler
    from adapters.tabular.source import ShipmentSource

__all__ = ["ShipmentSource", "TableCodec", "TableSampler"]
