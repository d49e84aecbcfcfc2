"""The model card, section by section. It holds no run times, ids or URLs, because the bundle's digest covers it."""

from collections.abc import Callable

from delay_core.model_card import evaluation, intended_use, training
from delay_core.model_card.markdown import escape
from delay_core.model_names import describe_model
from delay_core.reports import TrainingResult

SECTIONS: dict[str, Callable[[TrainingResult], str]] = {
    "Test results": evaluation.write_test,
    "Importance of columns": training.write_importances,
    "Decisions": evaluation.write_savings,
    "Label sets": evaluation.write_label_sets,
    "Slices": evaluation.write_slices,
    "Calibration": evaluation.write_calibration,
    "Calendar features": training.write_calendar,
    "Search": training.write_search,
    "Data": intended_use.write_data,
    "Limits": intended_use.write_limits,
    "Reproducibility": training.write_reproducibility,
}


def model_card(result: TrainingResult) -> str:
    """The card as Markdown. Names and values from the table are escaped; the result holds no personal data."""
    family, schema = describe_model(result.winner.family).capitalize(), escape(result.schema.name)
    title = f"# Will a shipment be late? {family} for {schema}"
    sections = [f"## {heading}\n\n{write(result)}" for heading, write in SECTIONS.items()]
    return "\n\n".join([title, intended_use.write_purpose(result), *sections]) + "\n"
