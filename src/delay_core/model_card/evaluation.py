"""How good the model is: on the test rows, by slice, its calibration, its label sets, its savings."""

from delay_core.evaluation import SavingsReport, SliceResult
from delay_core.model_card.markdown import escape, metrics_table, table
from delay_core.model_names import describe_model
from delay_core.reports import RECENT_RATE, TrainingResult

MAX_SLICES = 30


def write_test(result: TrainingResult) -> str:
    """The metrics on the test rows. An oracle is left out: a bundle does not depend on whether there is one."""
    test = result.test
    estimates = {
        describe_model(result.winner.family): test.winner,
        "baseline": test.baseline,
        describe_model(RECENT_RATE): test.recent,
    }
    return (
        f"{metrics_table(estimates)}\n\n"
        "The test rows were used once, after everything was selected. The log-loss is lower than the baseline's by "
        f"{test.gain_over_baseline} (paired bootstrap, 95 %), and than the recent late rate's by "
        f"{test.gain_over_recent}. The baseline predicts the late rate of the training rows for every shipment. The "
        f"recent rate is {escape(str(test.recent_rate))}, each time before a shipment's prediction point."
    )


def write_slices(result: TrainingResult) -> str:
    """The values of categorical columns that have enough test rows, the smallest gain over the baseline first."""
    worst_first = sorted(result.slices, key=lambda result: (result.gain.value, result.column, result.value))
    if not worst_first:
        return "No value of a categorical column has enough test rows for an estimate."
    slices = table(
        ["slice", "shipments", "late", "mean probability", "ROC-AUC", "gain over the baseline (log-loss)"],
        map(_slice_cells, worst_first[:MAX_SLICES]),
    )
    more = len(worst_first) - MAX_SLICES
    return f"{slices}\n\n… and {more} more with a larger gain." if more > 0 else slices


def write_calibration(result: TrainingResult) -> str:
    """The calibration method, and the log-loss of each method."""
    choice = result.calibration
    if not choice.was_compared:
        return (
            "The model's own probabilities are served unchanged: no fold has enough earlier shipments with a known "
            "outcome to fit a calibration to.\n"
        )
    served, reason = (
        ("unchanged", "No method of calibration was")
        if choice.method == "none"
        else (f"calibrated by {choice.method}", "This method was")
    )
    losses = [[name, f"{loss:.4f}"] for name, loss in choice.log_losses.items()]
    return (
        f"The model's own probabilities are served {served}. {reason} better by more than noise, and on every fold, on "
        f"{choice.rows:,} validation shipments, with calibrators that were fitted on earlier shipments. Their shape is "
        f"compared: the log-odds of each fold are shifted to its late rate.\n\n{table(['method', 'log-loss'], losses)}"
    )


def write_label_sets(result: TrainingResult) -> str:
    """The promised coverage of the label sets, and their coverage on the test rows."""
    sets = result.label_sets
    coverage = {"all": sets.coverage, "late ones": sets.coverage_late, "on-time ones": sets.coverage_on_time}
    rows = [[name, "–" if share is None else str(share)] for name, share in coverage.items()]
    warnings = "".join(
        f"\n\n**Of the shipments that were {name}, clearly fewer than promised have a set with their outcome.** "
        "Shipments changed after the validation split: do not rely on the sets."
        for name in sets.shortfalls
    )
    return (
        f"Each prediction has a label set: late, on time, or cannot tell. {sets.level:.0%} of the late shipments, and "
        f"{sets.level:.0%} of the on-time ones, have a set that contains their outcome, as long as the shipments of a "
        f"class resemble those of the validation split. On the test rows:\n\n"
        f"{table(['shipments', 'share whose set contains the outcome'], rows)}\n\n"
        f"The sets are late for {sets.says_late:.1%}, on time for {sets.says_on_time:.1%}, and cannot tell for "
        f"{sets.cannot_tell:.1%} of the test shipments.{warnings}"
    )


def write_savings(result: TrainingResult) -> str:
    """What acting on the predictions would have cost, compared with deciding without them."""
    savings = result.savings
    unit = savings.currency or "needless actions"
    rows = [
        ["as the model advises", f"{savings.model:.3f}"],
        ["on none", f"{savings.none:.3f}"],
        ["on all", f"{savings.all:.3f}"],
        ["as the baseline advises", f"{savings.baseline:.3f}"],
    ]
    return (
        f"{_describe_costs(savings)} Acting pays from a probability of {savings.act_above:.2f} on, which is "
        f"the case for {savings.acted_on:,} of the test shipments. Cost per shipment, in {unit}:\n\n"
        f"{table(['acting', 'cost'], rows)}\n\n"
        f"Saving per shipment compared with the cheapest of the other three: {savings.saved} {unit}."
    )


def _slice_cells(result: SliceResult) -> list[str]:
    roc_auc = "–" if result.estimates is None else str(result.estimates["roc_auc"])
    late_share, mean = result.late / result.rows, result.mean_probability
    name = f"{escape(result.column)} = {escape(result.value)}"
    return [name, f"{result.rows:,}", f"{late_share:.1%}", f"{mean:.1%}", roc_auc, str(result.gain)]


def _describe_costs(savings: SavingsReport) -> str:
    if savings.currency is None:
        return "The schema states no costs, so a missed delay and a needless action cost the same."
    missed_delay = f"{savings.missed_delay:g} {savings.currency}"
    needless_action = f"{savings.needless_action:g} {savings.currency}"
    return f"A missed delay costs {missed_delay}, a needless action {needless_action}."
