"""Reading a schema from a YAML file."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

from delay_core import ShipmentSchema, parse_schema
from delay_core.errors import SchemaError
from delay_core.file_urls import InvalidFileUrl, path_of


def read_schema(path: str | Path) -> ShipmentSchema:
    """The schema that a YAML file describes. Raises SchemaError that names file, key, problem and remedy."""
    try:
        content = path_of(str(path)).read_bytes()
        text = content.decode("utf-16" if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8")
    except OSError as error:
        raise SchemaError(f"{path}: {error.strerror}; name a built-in schema or a YAML file") from error
    except InvalidFileUrl as error:
        raise SchemaError(str(error)) from error
    except UnicodeDecodeError as error:
        raise SchemaError(f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from error
    return parse_schema(text, str(path))
