"""The base of every report."""

from pydantic import BaseModel, ConfigDict


class Report(BaseModel):
    """Frozen; unknown keys are refused. A field that was renamed keeps its old name in JSON, as its alias."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )
