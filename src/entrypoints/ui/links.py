"""The state of a page in its URL: a link that is sent shows the same shipments."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from entrypoints.api.schemas import LabelSet, ShipmentState
from entrypoints.ui.queries import UNRESOLVED, QueryValue, to_text


class PageUrl(BaseModel):
    """The parameters of a page's URL. Those with their default value are not in the URL."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @classmethod
    def from_params(cls, params: Mapping[str, QueryValue]) -> Self:
        """The state; a parameter with an invalid value has its default, because anybody can edit a URL."""
        known = {name: cls._parse(name, value) for name, value in params.items() if name in cls.model_fields}
        try:
            return cls.model_validate(known)
        except ValidationError as error:
            invalid = {str(item["loc"][0]) for item in error.errors()}
            return cls.model_validate({name: value for name, value in known.items() if name not in invalid})

    def to_params(self) -> dict[str, QueryValue]:
        """The parameters as texts."""
        values = self.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
        return {name: to_text(value) for name, value in values.items()}

    @classmethod
    def _parse(cls, name: str, value: QueryValue) -> QueryValue:
        """A parameter that is not repeated as one text; of one that may be, all values."""
        if get_origin(cls.model_fields[name].annotation) is tuple:
            return value if isinstance(value, list) else [value]
        return value[-1] if isinstance(value, list) else value


WorklistSort = Literal["saving", "probability", "due", "shipment"]


class WorklistUrl(PageUrl):
    """What the worklist shows."""

    capacity: Annotated[int, Field(ge=1, le=1000)] = 10
    state: tuple[ShipmentState, ...] = UNRESOLVED
    label_set: tuple[LabelSet, ...] = ()
    at_least: Annotated[int, Field(ge=0, le=100)] = 0
    """Percent of probability."""
    shipment_id: str = ""
    """The beginning of the id."""
    sort: WorklistSort = "saving"
    limit: Annotated[int, Field(ge=100, le=1000)] = 100
    """Shipments in the table; the API has them in the order of saving."""
    selected: str | None = None
    map: bool = False
    """Whether the map is open."""


class ShipmentUrl(PageUrl):
    """Which shipment the page shows, and what is entered into its what-if form."""

    shipment_id: str | None = None
    what_if: str = ""
    """As `forms/entries_in_url.py` writes it."""


class ReliabilityUrl(PageUrl):
    """The weeks and the band of probabilities that the page shows; a band is named by its lower end, in percent."""

    weeks: Annotated[int, Field(ge=1, le=52)] = 12
    band: Annotated[int | None, Field(ge=0, le=100)] = None
