"""Secret settings from files, as container platforms mount them: `DELAY_SERVING_DB_FILE` for `DELAY_SERVING_DB`."""

import os
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

from delay_core.errors import SchemaError

_SUFFIX = "_FILE"


class SecretFiles(PydanticBaseSettingsSource):
    """The first line of the file that a variable names. Raises SchemaError."""

    def __call__(self) -> dict[str, Any]:
        values = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        if SecretStr not in (field.annotation, *getattr(field.annotation, "__args__", ())):
            return None, field_name, False
        variable = str(field.validation_alias or f"{self.config['env_prefix']}{field_name}".upper())
        path = os.environ.get(f"{variable}{_SUFFIX}")
        if not path:
            return None, field_name, False
        if os.environ.get(variable):
            raise SchemaError(f"environment: both {variable} and {variable}{_SUFFIX} are set; remove one of them")
        return _read_first_line(variable, path), field_name, False


def _read_first_line(variable: str, path: str) -> str:
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise SchemaError(f"environment: {variable}{_SUFFIX}={path}: cannot read the file: {reason}") from None
    if not lines or not lines[0].strip():
        raise SchemaError(f"environment: {variable}{_SUFFIX}={path}: the first line is empty; write the URL there")
    return lines[0].strip()
