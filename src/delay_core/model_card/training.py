"""How the model was trained, which columns it depends on, and how to reproduce it."""

import numpy as np

from delay_core.model_card.markdown import count, escape, metrics_table, table
from delay_core.model_names import describe_model
from delay_core.reports import TrainingResult, Trial

MAX_COLUMNS = 15


def write_search(result: TrainingResult) -> str:
    """How many trials the search made, and what was compared in the end."""
    pruned = sum(trial.pruned for trial in result.trials)
    rows = [
        [describe_model(trial.family), _describe_parameters(trial), f"{np.mean(trial.log_losses):.4f}"]
        for trial in result.best
    ]
    return (
        f"The search tried {count(len(result.trials), 'parameter set')} on the validation split. The split is cut "
        "into folds in time order; each fold is predicted by models that were fitted on earlier shipments only. "
        f"{count(pruned, 'parameter set')} {'was' if pruned == 1 else 'were'} dropped after the newest fold. The "
        "newest fold has as much weight as all earlier folds together. The average of the families' first parameter "
        "sets serves, without families that are far behind the best one, unless a single model is clearly better than "
        "the average. What was compared, with its mean log-loss over the folds:\n\n"
        f"{table(['family', 'parameters', 'log-loss'], rows, text_columns=2)}\n\n"
        f"Their out-of-fold metrics, before calibration:\n\n"
        f"{metrics_table({describe_model(name): estimates for name, estimates in result.validation.items()})}"
    )


def write_calendar(result: TrainingResult) -> str:
    """Which calendar features the model has, and how the folds decided it."""
    trials = result.calendar.trials
    if not trials:
        return "The model has every calendar feature of the schema."
    rows = [
        [
            escape(", ".join(trial.left_out)),
            f"{trial.newest:+.4f}",
            ", ".join(f"{describe_model(family)} {gain:+.4f}" for family, gain in trial.by_family.items()) or "–",
        ]
        for trial in trials
    ]
    left_out = ", ".join(map(escape, result.calendar.left_out))
    outcome = f"does not have {left_out}" if left_out else "has every calendar feature of the schema"
    return (
        f"The model {outcome}. A feature is left out where the log-loss without it is clearly lower on the newest fold "
        "of the validation split, and lower over all folds for each family. By how much it is lower without:\n\n"
        f"{table(['without', 'newest fold', 'all folds'], rows)}"
    )


def write_importances(result: TrainingResult) -> str:
    """The columns that move predictions most."""
    rows = [[escape(importance.source), f"{importance.points:.1f}"] for importance in result.importances[:MAX_COLUMNS]]
    more = len(result.importances) - len(rows)
    return (
        "By how many percentage points a column raises or lowers the probability of a test shipment, on average:\n\n"
        f"{table(['column', 'points'], rows)}" + (f"\n\n… and {more} more with smaller effects." if more > 0 else "")
    )


def write_reproducibility(result: TrainingResult) -> str:
    """What gives the same bundle again."""
    return (
        "The same table, schema, settings and software versions give a bundle with the same digest. Settings: "
        f"{count(len(result.trials), 'trial')}, seed {result.seed}. Software: {escape(result.trainer)}. The record of "
        "the training run names the table and its digest."
    )


def _describe_parameters(trial: Trial) -> str:
    parameters = [f"{name} {value}" for name, value in trial.parameters.items()]
    if trial.half_life is not None:
        parameters.append(f"row weights with a half-life of {trial.half_life:g} of the training window")
    return escape(", ".join(parameters))
