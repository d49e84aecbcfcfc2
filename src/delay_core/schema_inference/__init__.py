"""Schema inference: a first schema for a table, inferred from its first rows, for a person to review."""

from delay_core.schema_inference.infer import infer_schema

__all__ = ["infer_schema"]
