"""A simulator URL as settings: everything that a simulated table depends on."""

from datetime import date
from typing import Annotated, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from adapters.simulator.drift import Drift, Finite
from delay_core import digest
from delay_core.errors import SourceError

SCHEME = "simulator"
SCHEMA = "smart_logistics"
VERSION = 1
"""Part of every digest: has to be increased when the same settings generate other rows."""

DAY = 86_400  # seconds


def _normalize(drifts: tuple[Drift, ...]) -> tuple[Drift, ...]:
    """Sort the drifts and drop those of size 0: their sum is then bit-identical for every order in the URL."""
    return tuple(sorted((drift for drift in drifts if drift.size != 0), key=Drift.model_dump_json))


def _iso_date(value: object) -> object:
    """Accept text only as an ISO date: pydantic would also read a number as seconds since 1970."""
    return date.fromisoformat(value) if isinstance(value, str) else value


class SimulatorSettings(BaseModel):
    """The settings of a simulated table; a field's description has its allowed values."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int = Field(20_000, ge=1, le=10**9, description="a whole number from 1 to 1000000000")
    seed: int = Field(7, ge=0, description="a whole number, at least 0")
    start: Annotated[date, BeforeValidator(_iso_date)] = Field(
        date(2024, 1, 1),
        ge=date(1970, 1, 1),
        le=date(2200, 1, 1),
        description="a date YYYY-MM-DD, 1970-01-01 to 2200-01-01",
    )
    days: int = Field(365, ge=1, le=36_525, description="the time span, a whole number of days from 1 to 36525")
    dirt: Finite = Field(0.005, ge=0, le=1, description="the share of rows made unusable or doubtful, from 0 to 1")
    known_after_days: Finite = Field(3.0, ge=0, description="days after which the label is known, at least 0")
    drift: Annotated[tuple[Drift, ...], AfterValidator(_normalize)] = Field(
        (), description="KIND:start=…,ramp=…,size=…,column=…"
    )

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Parse `simulator://smart_logistics?rows=…`. Raises SourceError that names key, value and allowed values."""
        values: dict[str, object] = dict(_query(url))
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            problem = error.errors(include_url=False)[0]
            key = str(problem["loc"][0])
            allowed = cls.model_fields[key].description
            raise SourceError(f"{url}: {key}={values[key]} cannot be used; allowed is {allowed}") from error

    @property
    def digest(self) -> str:
        content = self.model_dump(mode="json")
        return digest.json_digest({"simulator": SCHEMA, "version": VERSION, "settings": content})

    @property
    def first_second(self) -> int:
        """The start of the table, in seconds since 1970, UTC."""
        return (self.start - date(1970, 1, 1)).days * DAY

    @property
    def seconds(self) -> int:
        """The length of the table's time span."""
        return self.days * DAY


def is_simulated(url: str) -> bool:
    """Whether this is a simulator URL, valid or not."""
    return url.lower().startswith(f"{SCHEME}:")


def _query(url: str) -> dict[str, str | tuple[Drift, ...]]:
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError as error:
        raise SourceError(f"{url} cannot be read ({error}); expected {SCHEME}://{SCHEMA}?rows=20000&seed=7") from error
    if parts.scheme != SCHEME or parts.netloc != SCHEMA or parts.path not in ("", "/") or parts.fragment:
        raise SourceError(
            f"{url}: no such simulator; the only one is {SCHEME}://{SCHEMA}, with settings after a question mark"
        )
    values: dict[str, str | tuple[Drift, ...]] = {}
    drifts: list[Drift] = []
    for key, value in pairs:
        if key not in SimulatorSettings.model_fields:
            raise SourceError(
                f"{url}: unknown key {key}={value}; allowed are {', '.join(SimulatorSettings.model_fields)}"
            )
        if key == "drift":
            drifts.append(_drift(url, value))
        elif key in values:
            raise SourceError(f"{url}: {key} is given twice; only drift may be")
        else:
            values[key] = value
    return {**values, "drift": tuple(drifts)}


def _drift(url: str, value: str) -> Drift:
    try:
        return Drift.parse(value)
    except ValueError as error:
        raise SourceError(f"{url}: drift={value} cannot be used: {error}") from error
