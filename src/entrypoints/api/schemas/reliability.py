"""GET /reliability: of what was predicted with a probability, the share that came late."""

from typing import Annotated

from pydantic import Field

from entrypoints.api.schemas.base import ApiModel, Probability, UtcTime


class ProbabilityBand(ApiModel):
    """Predictions whose probability lies in a band, and the share that came late with its 95 % interval."""

    low: Probability
    high: Probability
    predictions: Annotated[int, Field(ge=0, description="With a known outcome.")]
    mean_probability: Probability
    late_share: Probability
    late_share_low: Probability
    late_share_high: Probability


class ReliabilityWeek(ApiModel):
    """A week (Monday to Sunday, UTC) of predictions; `bands` leave out shipments that somebody acted on."""

    week_start: UtcTime
    predictions: Annotated[int, Field(ge=0, description="All of the week.")]
    known_outcomes: Annotated[int, Field(ge=0, description="Predictions in the bands.")]
    sampled: Annotated[int, Field(ge=0, description="Predictions that were read; of a large week, a sample.")] = 0
    acted_on: Annotated[int, Field(ge=0, description="Those that somebody acted on; they are in no band.")] = 0
    bands: list[ProbabilityBand]


class Reliability(ApiModel):
    """The newest weeks first, and all of them together."""

    model_name: str
    weeks: list[ReliabilityWeek]
    bands: Annotated[list[ProbabilityBand], Field(description="Without shipments that somebody acted on.")]
