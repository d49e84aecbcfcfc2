"""Costs of mistakes on the command line."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from delay_core.schema import Costs


def parse_costs(text: str | None) -> "Costs | None":
    """`120,15,EUR`: the cost of a missed delay, of a needless action, and their currency. None where there are none.

    Raises BadParameter with what is expected.
    """
    if text is None:
        return None
    from pydantic import ValidationError

    from delay_core.schema import Costs

    try:
        missed_delay, needless_action, currency = text.split(",")
        return Costs.model_validate(
            {
                "missed_delay": float(missed_delay),
                "needless_action": float(needless_action),
                "currency": currency.strip(),
            }
        )
    except ValidationError as error:
        problems = "; ".join(f"{problem['loc'][0]}: {problem['msg']}" for problem in error.errors())
        raise typer.BadParameter(f"{text!r}: {problems}") from error
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r}: give the cost of a missed delay, that of a needless action, and their currency: 120,15,EUR"
        ) from error
