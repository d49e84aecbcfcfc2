"""Secret settings from files, as container platforms mount them: `DELAY_SERVING_DB_FILE` for `DELAY_SERVING_DB`."""

import os
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from delay_core.errors import SchemaError

_SUFFIX = "_FILE"


def read_secret_files(fields: Mapping[str, FieldInfo], prefix: str) -> dict[str, str]:
    """The first line of each file that a variable names, by the field's name. Raises SchemaError."""
    secrets = {}
    for name, field in fields.items():
        variable = str(field.validation_alias or f"{prefix}{name}".upper())
        path = os.environ.get(f"{variable}{_SUFFIX}")
        if not path or SecretStr not in (field.annotation, *getattr(field.annotation, "__args__", ())):
            continue
        if os.environ.get(variable):
            raise SchemaError(f"environment: both {variable} and {variable}{_SUFFIX} are set; remove one of them")
        secrets[name] = _read_first_line(variable, path)
    return secrets


def _read_first_line(variable: str, path: str) -> str:
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SchemaError(f"environment: {variable}{_SUFFIX}={path}: cannot read the file: {reason}") from None
    if not lines or not lines[0].strip():
        raise SchemaError(f"environment: {variable}{_SUFFIX}={path}: the first line is empty; write the value there")
    return lines[0].strip()
