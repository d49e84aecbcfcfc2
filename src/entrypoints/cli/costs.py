"""Costs of mistakes, as they are given on the command line."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from delay_core.schema import Costs


def parsed_costs(given: str | None) -> "Costs | None":
    """`120,15,EUR`: a missed delay, a needless action, the currency. None where nothing was given.

    Raises BadParameter saying what would be right.
    """
    if given is None:
        return None
    from pydantic import ValidationError

    from delay_core.schema import Costs

    try:
        missed, needless, currency = given.split(",")
        return Costs.model_validate(
            {"missed_delay": float(missed), "needless_action": float(needless), "currency": currency.strip()}
        )
    except ValidationError as error:
        wrong = "; ".join(f"{found['loc'][0]}: {found['msg']}" for found in error.errors())
        raise typer.BadParameter(f"{given!r}: {wrong}") from error
    except ValueError as error:
        raise typer.BadParameter(
            f"{given!r}: give the cost of a missed delay, that of a needless action, and their currency: 120,15,EUR"
        ) from error
