"""Which schema a user means."""

from pathlib import Path

from delay_core import ShipmentSchema, built_in_names, load_schema


def schema_of(name_or_path: str) -> ShipmentSchema:
    """A built-in schema by its name, any other by its file's path. Raises SchemaError."""
    is_path = "/" in name_or_path or Path(name_or_path).suffix in (".yaml", ".yml")
    if not is_path or name_or_path in built_in_names():
        return load_schema(name_or_path)
    from adapters.files import read_schema

    return read_schema(name_or_path)
