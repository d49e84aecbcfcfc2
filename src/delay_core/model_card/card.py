"""The model card, section by section. It holds no run times, ids or URLs, because the bundle's digest covers it."""

from collections.abc import Callable

from delay_core.model_card import evaluation, intended_use, training
from delay_core.model_card.inputs import ModelCardInputs
from delay_core.model_card.markdown import escape, humanize

SECTIONS: dict[str, Callable[[ModelCardInputs], str]] = {
    "Test: looked at once": evaluation.write_test,
    "What moves it": training.write_importances,
    "Decisions": evaluation.write_savings,
    "Label sets": evaluation.write_label_sets,
    "Slices": evaluation.write_slices,
    "Calibration": evaluation.write_calibration,
    "Search": training.write_search,
    "Data": intended_use.write_data,
    "Limits": intended_use.write_limits,
    "How to reproduce it": training.reproduce,
}


def model_card(inputs: ModelCardInputs) -> str:
    """The card as Markdown. Names and values from the table are escaped; the inputs hold no personal data."""
    family, schema = humanize(inputs.winner.family).capitalize(), escape(inputs.schema.name)
    title = f"# Will a shipment be late? {family} for {schema}"
    sections = [f"## {title}\n\n{write(inputs)}" for title, write in SECTIONS.items()]
    return "\n\n".join([title, intended_use.write_purpose(inputs), *sections]) + "\n"
