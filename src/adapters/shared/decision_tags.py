"""Decisions about versions in the tags of MLflow's runs, as MLflow's client and its REST interface have them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count, takewhile

from pydantic import ValidationError

from delay_core.errors import StoreError
from delay_core.ports.promotion_log import RecordedDecision
from delay_core.promotion import Decision

NUMBER_TAG = "delay.number"
DECISION_TAG = "delay.decision"


def decisions_experiment(name: str) -> str:
    """The experiment with the decisions about a model."""
    return f"{name} promotions"


def read_record(run_id: str, started: int, tags: Mapping[str, str]) -> RecordedDecision:
    """The decision in the tags of a run, which hold its parts, recorded when the run started. Raises StoreError.

    `started` is in milliseconds since 1970.
    """
    keys = takewhile(tags.__contains__, (f"{DECISION_TAG}.{index}" for index in count()))
    try:
        decision = Decision.model_validate_json("".join(tags[key] for key in keys))
    except ValidationError as error:
        where = f"the tags {DECISION_TAG}.* of the MLflow run {run_id}"
        raise StoreError(f"{where} are not a valid decision; the run's file decision.json has the original") from error
    return RecordedDecision(decision, datetime.fromtimestamp(started / 1000, UTC))
