"""How the model was trained, what moves it, and how to reproduce it."""

import numpy as np

from delay_core.model_card.inputs import ModelCardInputs
from delay_core.model_card.markdown import escape, humanize, metrics_table, table
from delay_core.reports import Trial

MAX_COLUMNS = 15


def write_search(inputs: ModelCardInputs) -> str:
    """How many trials the search made, and the best of each family."""
    trials, given_up = len(inputs.trials), sum(trial.given_up for trial in inputs.trials)
    rows = [
        [humanize(trial.family), _describe_parameters(trial), f"{np.mean(trial.log_losses):.4f}"]
        for trial in inputs.best.values()
    ]
    return (
        f"{trials} sets of parameters were tried on the validation part in time order, each block judged by models "
        f"that learned from earlier shipments only; {given_up} were given up after the newest block. The newest block "
        "counts as much as all before it, and the usual model stays unless another is better on every block. The best "
        "of each family, with its mean log-loss over the blocks:\n\n"
        f"{table(['family', 'parameters', 'log-loss'], rows, text_columns=2)}\n\n"
        f"Their out-of-fold figures, before calibration:\n\n"
        f"{metrics_table({humanize(name): estimates for name, estimates in inputs.validation.items()})}"
    )


def write_importances(inputs: ModelCardInputs) -> str:
    """The columns that move predictions most."""
    rows = [[escape(importance.source), f"{importance.points:.1f}"] for importance in inputs.importances[:MAX_COLUMNS]]
    more = len(inputs.importances) - len(rows)
    return (
        "By how many percentage points a column moves the probability of a test shipment, either way, on average:\n\n"
        f"{table(['column', 'points'], rows)}" + (f"\n\n… and {more} more that move it less." if more > 0 else "")
    )


def reproduce(facts: ModelCardInputs) -> str:
    """What to type to get the same bundle."""
    command = (
        f"DELAY_SEED={facts.seed} DELAY_TRIALS={len(facts.trials)} "
        f"delay train --schema {facts.schema.name} --source TABLE"
    )
    return (
        f"The same table, schema and version of the software give the same bundle, to the bit:\n\n    {command}\n\n"
        f"Learned with {escape(facts.trainer)}. The record of the training names the table and its digest."
    )


def _describe_parameters(trial: Trial) -> str:
    parameters = [f"{name} {value}" for name, value in trial.parameters.items()]
    if trial.half_life is not None:
        parameters.append(f"weights halved every {trial.half_life:g} of the window")
    return escape(", ".join(parameters))
