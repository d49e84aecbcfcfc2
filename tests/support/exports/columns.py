"""Columns as real exports have them: dates that follow each other, ids, names; every table from its own seed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

ROWS = 300
FIRST_NAMES = ["Anna", "Jürgen", "Maria", "Pierre", "Sofia", "João", "Emma", "Lucas", "Olivia", "Carlos"]
SURNAMES = ["Schmidt", "Müller", "García", "Dupont", "Silva", "Fernandes", "Jones", "Moreau", "Walker", "Navarro"]
Moments = list[datetime]


class Columns:
    """Draws columns of `rows` values from one seed."""

    def __init__(self, seed: int, rows: int = ROWS) -> None:
        self.random = np.random.default_rng(seed)
        self.rows = rows

    def moments(self, first: str, days: int, *, sort: bool = True) -> Moments:
        """Moments within so many days, ascending."""
        minutes = self.random.integers(0, days * 24 * 60, self.rows)
        start = datetime.fromisoformat(first)
        return [start + timedelta(minutes=int(m)) for m in (np.sort(minutes) if sort else minutes)]

    def after(self, moments: Moments, low: float, high: float) -> Moments:
        """Moments between so many hours after others."""
        hours = self.random.uniform(low, high, len(moments))
        return [moment + timedelta(hours=float(h)) for moment, h in zip(moments, hours, strict=True)]

    def choice(self, values: Sequence[str], shares: Sequence[float] | None = None) -> list[str]:
        """One of the values for each row."""
        return [values[i] for i in self.random.choice(len(values), self.rows, p=shares)]

    def integers(self, low: int, high: int) -> list[str]:
        """Whole numbers as text."""
        return [str(i) for i in self.random.integers(low, high, self.rows)]

    def decimals(self, low: float, high: float, form: str = "{:.2f}") -> list[str]:
        """Numbers as text."""
        return [form.format(x) for x in self.random.uniform(low, high, self.rows)]

    def people(self) -> list[str]:
        """Names of people."""
        firsts, lasts = self.choice(FIRST_NAMES), self.choice(SURNAMES)
        return [f"{first} {last}" for first, last in zip(firsts, lasts, strict=True)]

    def flags(self, share: float) -> NDArray[np.bool_]:
        """True for about this share of rows."""
        return self.random.random(self.rows) < share


def text(moments: Moments, form: str = "%Y-%m-%d %H:%M:%S") -> list[str]:
    """Moments as text."""
    return [moment.strftime(form) for moment in moments]


def blank_from(values: Sequence[str], hidden: Sequence[bool] | NDArray[np.bool_], blank: str = "") -> list[str]:
    """The values, blank where hidden."""
    return [blank if hide else value for value, hide in zip(values, hidden, strict=True)]


def french(value: str) -> str:
    """A number with a decimal comma and narrow no-break spaces between groups of digits."""
    return f"{float(value):,.2f}".translate(str.maketrans(",.", "\u202f,"))
