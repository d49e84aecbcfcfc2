"""What a recalibrated version adds to the card of its training."""

import re

from delay_core.model_card.markdown import bullets
from delay_core.recalibration import RecalibrationRecord

HEADING = "## Recalibration"
_SECTION = re.compile(r"^(?=## )", re.MULTILINE)


def add_recalibration(card: str, record: RecalibrationRecord) -> str:
    """The card with a first section about the recalibration, in place of that of an earlier one."""
    title, *sections = _SECTION.split(card)
    others = [section for section in sections if not section.startswith(HEADING)]
    return "".join([title, f"{HEADING}\n\n{write_recalibration(record)}\n\n", *others])


def write_recalibration(record: RecalibrationRecord) -> str:
    """Which outcomes the probabilities and label sets follow, and what the gate measured."""
    acted = (
        f" {record.acted_on:,} further shipments do not count, because somebody acted on them."
        if record.acted_on
        else ""
    )
    return (
        f"This is the model of version {record.base_version}; its {_followers(record)} follow "
        f"{record.outcomes:,} outcomes that became known from {record.known_from:%Y-%m-%d %H:%M} to "
        f"{record.known_until:%Y-%m-%d %H:%M} UTC, above all those since {record.since:%Y-%m-%d %H:%M}.{acted} "
        f"{_write_probabilities(record)}What was measured of it:\n\n"
        f"{bullets(check.message for check in record.checks)}\n\n"
        f"All other figures of this card are those of version {record.base_version}, measured at its training."
    )


def _followers(record: RecalibrationRecord) -> str:
    return "probabilities and label sets" if record.changed_calibrator else "label sets"


def _write_probabilities(record: RecalibrationRecord) -> str:
    """Which outcomes the probabilities follow, where the label sets follow others; empty where they follow the same."""
    span = record.calibrator_outcomes
    if record.changed_calibrator:
        return ""
    if span is None:
        return "Its probabilities are those of its training. "
    return (
        f"Its probabilities follow {span.rows:,} earlier outcomes, known from {span.first_known_at:%Y-%m-%d %H:%M} to "
        f"{span.last_known_at:%Y-%m-%d %H:%M} UTC. "
    )
