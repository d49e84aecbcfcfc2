"""How good the model is: on the test rows, slice by slice, its calibration, its label sets."""

from delay_core.evaluation import SliceResult
from delay_core.model_card.facts import ModelCardInputs
from delay_core.model_card.markdown import family, metrics_table, table, text

MOST_SLICES = 30


def tested(facts: ModelCardInputs) -> str:
    """The test rows, looked at once. Says nothing of an oracle: a bundle does not depend on there being one."""
    test = facts.test
    figures = {family(facts.winner.family): test.winner, "baseline": test.baseline}
    return (
        f"{metrics_table(figures)}\n\n"
        f"Log-loss lower than the baseline's by {test.gain_over_baseline} (paired bootstrap, 95 %). The baseline says "
        "of every shipment the late rate of those learned from."
    )


def sliced(facts: ModelCardInputs) -> str:
    """Every value of a categorical column that has enough test rows, the least gain over the baseline first."""
    worst_first = sorted(facts.slices, key=lambda found: (found.gain.value, found.column, found.value))
    if not worst_first:
        return "No value of a categorical column has enough test rows to say something."
    shown = table(
        ["slice", "shipments", "late", "mean probability", "ROC-AUC", "gain over the baseline (log-loss)"],
        map(_slice_row, worst_first[:MOST_SLICES]),
    )
    more = len(worst_first) - MOST_SLICES
    return f"{shown}\n\n… and {more} more with a larger gain." if more > 0 else shown


def calibration(facts: ModelCardInputs) -> str:
    """How raw probabilities became calibrated ones."""
    chosen = facts.calibration
    what = "unchanged" if chosen.method == "none" else f"calibrated by {chosen.method}"
    losses = [[method, f"{loss:.4f}"] for method, loss in chosen.log_losses.items()]
    return (
        f"The model's own probabilities are served {what}: which had the lowest log-loss of the methods below on "
        f"{chosen.rows:,} validation shipments, each judged by maps learned from earlier ones.\n\n"
        f"{table(['method', 'log-loss'], losses)}"
    )


def label_sets(facts: ModelCardInputs) -> str:
    """The promise of the label sets, and how it was kept on the test rows."""
    sets = facts.label_sets
    kept = {"all": sets.coverage, "late ones": sets.coverage_late, "on-time ones": sets.coverage_on_time}
    rows = [[name, "–" if share is None else str(share)] for name, share in kept.items()]
    return (
        f"Each answer is late, on time, or cannot tell. Of late shipments, and of on-time ones, {sets.level:.0%} are "
        "to be in a set that holds what happened, as long as shipments of a class look like those of the validation "
        f"part. On the test rows:\n\n{table(['shipments', 'share whose set holds what happened'], rows)}\n\n"
        f"It says late of {sets.says_late:.1%}, on time of {sets.says_on_time:.1%}, and cannot tell of "
        f"{sets.cannot_tell:.1%}."
    )


def _slice_row(found: SliceResult) -> list[str]:
    roc_auc = "–" if found.estimates is None else str(found.estimates["roc_auc"])
    share, mean = found.late / found.rows, found.mean_probability
    name = f"{text(found.column)} = {text(found.value)}"
    return [name, f"{found.rows:,}", f"{share:.1%}", f"{mean:.1%}", roc_auc, str(found.gain)]
