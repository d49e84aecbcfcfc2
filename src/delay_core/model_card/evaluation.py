"""How good the model is: on the test rows, by slice, its calibration, its label sets, its savings."""

from delay_core.evaluation import SavingsReport, SliceResult
from delay_core.model_card.inputs import ModelCardInputs
from delay_core.model_card.markdown import escape, humanize, metrics_table, table

MAX_SLICES = 30


def write_test(inputs: ModelCardInputs) -> str:
    """The metrics on the test rows. An oracle is left out: a bundle does not depend on whether there is one."""
    test = inputs.test
    estimates = {humanize(inputs.winner.family): test.winner, "baseline": test.baseline}
    return (
        f"{metrics_table(estimates)}\n\n"
        f"Log-loss lower than the baseline's by {test.gain_over_baseline} (paired bootstrap, 95 %). The baseline says "
        "of every shipment the late rate of those learned from."
    )


def write_slices(inputs: ModelCardInputs) -> str:
    """The values of categorical columns that have enough test rows, the smallest gain over the baseline first."""
    worst_first = sorted(inputs.slices, key=lambda result: (result.gain.value, result.column, result.value))
    if not worst_first:
        return "No value of a categorical column has enough test rows to say something."
    slices = table(
        ["slice", "shipments", "late", "mean probability", "ROC-AUC", "gain over the baseline (log-loss)"],
        map(_slice_cells, worst_first[:MAX_SLICES]),
    )
    more = len(worst_first) - MAX_SLICES
    return f"{slices}\n\n… and {more} more with a larger gain." if more > 0 else slices


def write_calibration(inputs: ModelCardInputs) -> str:
    """The calibration method, and the log-loss of each method."""
    choice = inputs.calibration
    method = "unchanged" if choice.method == "none" else f"calibrated by {choice.method}"
    losses = [[name, f"{loss:.4f}"] for name, loss in choice.log_losses.items()]
    return (
        f"The model's own probabilities are served {method}: which had the lowest log-loss of the methods below on "
        f"{choice.rows:,} validation shipments, each judged by maps learned from earlier ones.\n\n"
        f"{table(['method', 'log-loss'], losses)}"
    )


def write_label_sets(inputs: ModelCardInputs) -> str:
    """The promised coverage of the label sets, and their coverage on the test rows."""
    sets = inputs.label_sets
    coverage = {"all": sets.coverage, "late ones": sets.coverage_late, "on-time ones": sets.coverage_on_time}
    rows = [[name, "–" if share is None else str(share)] for name, share in coverage.items()]
    return (
        f"Each answer is late, on time, or cannot tell. Of late shipments, and of on-time ones, {sets.level:.0%} are "
        "to be in a set that holds what happened, as long as shipments of a class look like those of the validation "
        f"part. On the test rows:\n\n{table(['shipments', 'share whose set holds what happened'], rows)}\n\n"
        f"It says late of {sets.says_late:.1%}, on time of {sets.says_on_time:.1%}, and cannot tell of "
        f"{sets.cannot_tell:.1%}."
    )


def write_savings(inputs: ModelCardInputs) -> str:
    """What acting on the predictions would have cost, compared with deciding without them."""
    savings = inputs.savings
    unit = savings.currency or "needless actions"
    rows = [
        ["as the model says", f"{savings.model:.3f}"],
        ["on none", f"{savings.none:.3f}"],
        ["on all", f"{savings.all:.3f}"],
        ["as the baseline says", f"{savings.baseline:.3f}"],
    ]
    return (
        f"{_describe_costs(savings)} Acting pays from a probability of {savings.act_above:.2f}; of the test shipments, "
        f"{savings.acted_on:,} would have been acted on. Cost per shipment, in {unit}:\n\n"
        f"{table(['acting', 'cost'], rows)}\n\n"
        f"Saved against the cheapest of the other three, per shipment: {savings.saved} {unit}."
    )


def _slice_cells(result: SliceResult) -> list[str]:
    roc_auc = "–" if result.estimates is None else str(result.estimates["roc_auc"])
    late_share, mean = result.late / result.rows, result.mean_probability
    name = f"{escape(result.column)} = {escape(result.value)}"
    return [name, f"{result.rows:,}", f"{late_share:.1%}", f"{mean:.1%}", roc_auc, str(result.gain)]


def _describe_costs(savings: SavingsReport) -> str:
    if savings.currency is None:
        return "The schema names no costs, so a missed delay and a needless action count the same."
    missed_delay = f"{savings.missed_delay:g} {savings.currency}"
    needless_action = f"{savings.needless_action:g} {savings.currency}"
    return f"A missed delay costs {missed_delay}, a needless action {needless_action}."
