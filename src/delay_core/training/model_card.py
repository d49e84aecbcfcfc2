"""The model card: what a bundle's reader must know, from what was measured. Holds no times of the run, ids or URLs."""

from collections.abc import Mapping

from delay_core.evaluation import FIGURES, Figures
from delay_core.reports import Prepared, TestFigures
from delay_core.schema import ShipmentSchema

HEADS = {"roc_auc": "ROC-AUC", "pr_auc": "PR-AUC", "brier": "Brier", "log_loss": "log-loss", "ece": "ECE"}


def model_card(
    schema: ShipmentSchema,
    prepared: Prepared,
    winner: str,
    validation: Mapping[str, Figures],
    test: TestFigures,
) -> str:
    """Markdown."""
    tested = {winner: test.winner, "baseline": test.baseline}
    windows = [
        f"| {name} | {part.start:%Y-%m-%d} | {part.end:%Y-%m-%d} | {part.rows:,} | {part.late / part.rows:.1%} |"
        for name, part in prepared.windows.items()
    ]
    refused = [f"- `{name}`: {why}" for name, why in prepared.refused.items()] or ["- none"]
    return "\n".join(
        [
            f"# Will a shipment be late? {winner.replace('_', ' ')} for {schema.name}",
            "",
            schema.description,
            f"Asked at {schema.prediction_point.stage.value} (`{schema.prediction_point.column}`); the answer is the "
            f"probability that {_late(schema)}. Schema digest `{schema.digest[:16]}`.",
            "",
            "## Test: looked at once",
            *_table(tested),
            f"Log-loss lower than the baseline's by {test.gain_over_baseline} (paired bootstrap, 95 %).",
            "",
            "## Validation: the model was chosen here",
            *_table(validation),
            "## Data",
            "| part | from | to | shipments | late |",
            "|---|---|---|---|---|",
            *windows,
            "",
            f"{len(prepared.features)} features, made from {', '.join(f'`{name}`' for name in prepared.made_from)}.",
            "",
            "Columns refused:",
            *refused,
            "",
            "## Decision",
            _decision(schema),
            "",
            "## Limits",
            "Figures hold for shipments like those of the test window; brackets are 95 % intervals. The probability is "
            "the model's own, not calibrated afterwards. Categories never seen in training share one bucket, and "
            "answers say so.",
            "",
        ]
    )


def _decision(schema: ShipmentSchema) -> str:
    above = f"Acting pays from a probability of {schema.act_above:.2f}"
    if schema.costs is None:
        return f"{above}: the schema names no costs, so a missed delay and a needless action cost the same."
    missed, needless, currency = schema.costs.missed_delay, schema.costs.needless_action, schema.costs.currency
    return f"{above}: a missed delay costs {missed:g} {currency}, a needless action {needless:g} {currency}."


def _late(schema: ShipmentSchema) -> str:
    label = schema.label
    if label.column is not None:
        return f"`{label.column}` will be {' or '.join(label.late) or '1'}"
    grace = f" by more than {label.tolerance}" if label.tolerance else ""
    return f"`{label.actual}` will be later than `{label.promised}`{grace}"


def _table(figures: Mapping[str, Figures]) -> list[str]:
    head = ["model", *HEADS.values()]
    rows = [[name, *(str(getattr(of_model, figure)) for figure in FIGURES)] for name, of_model in figures.items()]
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)] + [""]
