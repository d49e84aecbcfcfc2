"""The card, section by section. Holds no times of the run, ids or URLs: a bundle's digest covers it."""

from collections.abc import Callable

from delay_core.model_card import learning, purpose, quality
from delay_core.model_card.facts import ModelCardInputs
from delay_core.model_card.markdown import family, text

SECTIONS: dict[str, Callable[[ModelCardInputs], str]] = {
    "Test: looked at once": quality.tested,
    "What moves it": learning.importance,
    "Decisions": learning.decisions,
    "Label sets": quality.label_sets,
    "Slices": quality.sliced,
    "Calibration": quality.calibration,
    "Search": learning.search,
    "Data": purpose.data,
    "Limits": purpose.limits,
    "How to reproduce it": learning.reproduce,
}


def model_card(facts: ModelCardInputs) -> str:
    """Markdown. Names and values from the table are escaped; personal data is in none of the facts."""
    title = f"# Will a shipment be late? {family(facts.winner.family).capitalize()} for {text(facts.schema.name)}"
    sections = [f"## {head}\n\n{write(facts)}" for head, write in SECTIONS.items()]
    return "\n\n".join([title, purpose.purpose(facts), *sections]) + "\n"
