"""Numbers with their units, and ranges, as people read them."""

_MAX_ABBREVIATION_LENGTH = 3


def append_unit(number: str, unit: str | None) -> str:
    """`52 min`, `227 (item)`, `1 item`, `-90 to 90 (degree)`: a noun in the singular reads after 1 alone."""
    if not unit:
        return number
    return f"{number} {unit}" if number == "1" or _reads_after_numbers(unit) else f"{number} ({unit})"


def format_range(low: str | None, high: str | None, above: str, below: str) -> str:
    """`low to high`; with one limit, the word `above` or `below` and the limit; without limits, an empty text."""
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"{above} {low}" if low is not None else f"{below} {high}" if high is not None else ""


def _reads_after_numbers(unit: str) -> bool:
    """Whether the unit is a sign, an abbreviation or a plural: `°C`, `USD/pack`, `minutes`, but not `item`."""
    noun = unit.split("/", maxsplit=1)[0]
    return not noun.isalpha() or len(noun) <= _MAX_ABBREVIATION_LENGTH or noun.endswith("s")
