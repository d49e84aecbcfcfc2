"""Amounts, probabilities and points as people write them."""

from entrypoints.api.schemas import ExpectedSaving

NO_CURRENCY = "needless actions"
"""The unit of amounts where the schema has no costs."""


def format_amount(amount: float, currency: str | None) -> str:
    """The amount with its currency, with decimals only where they matter."""
    text = f"{amount:,.0f}" if abs(amount) >= 100 else f"{amount:,.2f}".rstrip("0").rstrip(".")
    return f"{_without_negative_zero(text)} {currency or NO_CURRENCY}"


def format_interval(saving: ExpectedSaving, currency: str | None) -> str:
    """The 95 % interval of a saving."""
    low, high = (format_amount(bound, None).removesuffix(f" {NO_CURRENCY}") for bound in (saving.low, saving.high))
    return f"95 %: {low} to {high} {currency or NO_CURRENCY}"


def format_probability(probability: float) -> str:
    """In percent; never 0 or 100, which no model can know."""
    if probability < 0.01:
        return "< 1 %"
    return "> 99 %" if probability > 0.99 else f"{100 * probability:.0f} %"


def format_points(points: float) -> str:
    """Percentage points with their sign."""
    return _without_negative_zero(f"{points:+.1f}")


def _without_negative_zero(text: str) -> str:
    return "0" if text in ("-0", "+0", "-0.0", "+0.0") else text
