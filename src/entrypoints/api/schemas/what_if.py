"""POST /what-if: the probability of a logged shipment if some of its fields were other ones. Nothing is logged."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from entrypoints.api.schemas.base import ApiModel, Probability
from entrypoints.api.schemas.predictions import LabelSet, Reason


class WhatIfRequest(ApiModel):
    """A logged prediction, and new values of actionable fields; without any, only the present state is computed."""

    prediction_id: UUID
    changes: Annotated[dict[str, Any], Field(max_length=100)] = Field(default_factory=dict)


class WhatIfState(ApiModel):
    """What the serving model says about one state of the shipment; costs in `currency`."""

    probability: Probability
    base_probability: Annotated[Probability, Field(description="The probability that the reasons start from.")]
    label_set: LabelSet
    prediction: Annotated[int, Field(json_schema_extra={"enum": [0, 1]})]
    cost_of_acting: float
    cost_of_waiting: float
    reasons: Annotated[list[Reason], Field(description="All of them: base and points add up to the probability.")]


class WhatIf(ApiModel):
    """The shipment as it was sent, and as changed."""

    model_name: str
    model_version: int
    currency: str | None
    act_above: Probability
    current: WhatIfState
    changed: Annotated[WhatIfState | None, Field(description="null without changes.")]
