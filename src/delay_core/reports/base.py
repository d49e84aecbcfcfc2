"""The base of every report."""

from pydantic import BaseModel, ConfigDict


class Report(BaseModel):
    """Frozen; unknown keys are refused. A field with an alias has the alias as its key in JSON."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )
