"""The parameters of the API's lists."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from entrypoints.api.schemas import ActionKind, LabelSet, ShipmentState

QueryValue = str | list[str]
UNRESOLVED: tuple[ShipmentState, ...] = ("open", "acknowledged", "acting")


class Query(BaseModel):
    """Parameters of a request; those without a value are not sent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def to_params(self) -> dict[str, QueryValue]:
        """The parameters as texts; a parameter with several values is a list."""
        values = self.model_dump(mode="json", exclude_none=True)
        return {name: to_text(value) for name, value in values.items() if value != []}


class WorklistQuery(Query):
    """Which open shipments, and how many can be acted on."""

    capacity: Annotated[int, Field(ge=1)] = 10
    limit: Annotated[int, Field(ge=1)] = 100
    cursor: str | None = None
    state: tuple[ShipmentState, ...] = UNRESOLVED
    label_set: tuple[LabelSet, ...] = ()
    min_probability: Annotated[float | None, Field(ge=0, le=1)] = None
    point_since: datetime | None = None
    point_until: datetime | None = None
    shipment_id: str | None = None
    """The beginning of the id."""
    explain: bool = False


class PredictionQuery(Query):
    """Which logged predictions; times of the prediction."""

    since: datetime | None = None
    until: datetime | None = None
    model_version: int | None = None
    late: bool | None = None
    shipment_id: str | None = None
    acted_on: bool | None = None
    limit: int | None = None
    cursor: str | None = None


class ActionQuery(Query):
    """Which actions."""

    shipment_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    kind: ActionKind | None = None
    limit: int | None = None
    cursor: str | None = None


def to_text(value: object) -> QueryValue:
    """A JSON value as a parameter of a URL."""
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
