"""How the model came about, what moves it, what acting on it is worth, and how to make it again."""

import numpy as np

from delay_core.evaluation import SavingsReport
from delay_core.model_card.facts import ModelCardInputs
from delay_core.model_card.markdown import family, metrics_table, table, text
from delay_core.reports import Trial

MOST_IMPORTANT = 15


def search(facts: ModelCardInputs) -> str:
    """The best of each family, and what its search was."""
    tried, given_up = len(facts.trials), sum(trial.given_up for trial in facts.trials)
    rows = [[family(trial.family), _parameters(trial), f"{np.mean(trial.log_losses):.4f}"] for trial in _best(facts)]
    return (
        f"{tried} sets of parameters were tried on the validation part in time order, each block judged by models "
        f"that learned from earlier shipments only; {given_up} were given up after the newest block. The newest block "
        "counts as much as all before it, and the usual model stays unless another is better on every block. The best "
        "of each family, with its mean log-loss over the blocks:\n\n"
        f"{table(['family', 'parameters', 'log-loss'], rows, words=2)}\n\n"
        f"Their out-of-fold figures, before calibration:\n\n"
        f"{metrics_table({family(name): figures for name, figures in facts.validation.items()})}"
    )


def importance(facts: ModelCardInputs) -> str:
    """The columns that move predictions most."""
    shown = [[text(of.source), f"{of.points:.1f}"] for of in facts.importances[:MOST_IMPORTANT]]
    more = len(facts.importances) - len(shown)
    return (
        "By how many percentage points a column moves the probability of a test shipment, either way, on average:\n\n"
        f"{table(['column', 'points'], shown)}" + (f"\n\n… and {more} more that move it less." if more > 0 else "")
    )


def decisions(facts: ModelCardInputs) -> str:
    """What acting on the predictions would have cost, beside what one would do without them."""
    found = facts.savings
    unit = found.currency or "needless actions"
    rows = [
        ["as the model says", f"{found.model:.3f}"],
        ["on none", f"{found.none:.3f}"],
        ["on all", f"{found.all:.3f}"],
        ["as the baseline says", f"{found.baseline:.3f}"],
    ]
    return (
        f"{_prices(found)} Acting pays from a probability of {found.act_above:.2f}; of the test shipments, "
        f"{found.acted_on:,} would have been acted on. Cost per shipment, in {unit}:\n\n"
        f"{table(['acting', 'cost'], rows)}\n\n"
        f"Saved against the cheapest of the other three, per shipment: {found.saved} {unit}."
    )


def reproduce(facts: ModelCardInputs) -> str:
    """What to type to get the same bundle."""
    command = (
        f"DELAY_SEED={facts.seed} DELAY_TRIALS={len(facts.trials)} "
        f"delay train --schema {facts.schema.name} --source TABLE"
    )
    return (
        f"The same table, schema and version of the software give the same bundle, to the bit:\n\n    {command}\n\n"
        f"Learned with {text(facts.trainer)}. The record of the training names the table and its digest."
    )


def _best(facts: ModelCardInputs) -> list[Trial]:
    return list(facts.best.values())


def _parameters(trial: Trial) -> str:
    told = [f"{name} {value}" for name, value in trial.parameters.items()]
    if trial.half_life is not None:
        told.append(f"weights halved every {trial.half_life:g} of the window")
    return text(", ".join(told))


def _prices(found: SavingsReport) -> str:
    if found.currency is None:
        return "The schema names no costs, so a missed delay and a needless action count the same."
    missed, needless = f"{found.missed_delay:g} {found.currency}", f"{found.needless_action:g} {found.currency}"
    return f"A missed delay costs {missed}, a needless action {needless}."
