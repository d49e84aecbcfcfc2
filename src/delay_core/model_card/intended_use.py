"""What the model is for, the data that it learned from, and its limits."""

from delay_core.model_card.inputs import ModelCardInputs
from delay_core.model_card.markdown import bullets, escape, table
from delay_core.schema import ShipmentSchema


def write_purpose(inputs: ModelCardInputs) -> str:
    """What is predicted, when, and from what."""
    schema, point = inputs.schema, inputs.schema.prediction_point
    return (
        f"{escape(schema.description)}\n\n"
        f"Asked at {point.stage.value} ({escape(point.column)}), the model answers with the probability that "
        f"{_describe_outcome(schema)}. Schema: {escape(schema.name)}, digest `{schema.digest[:16]}`."
    )


def write_data(inputs: ModelCardInputs) -> str:
    """The splits, the columns, and the columns that were refused."""
    prepared, rows = inputs.prepared, inputs.ingested.rows
    windows = [
        [name, f"{split.start:%Y-%m-%d}", f"{split.end:%Y-%m-%d}", f"{split.rows:,}", f"{split.late / split.rows:.1%}"]
        for name, split in prepared.windows.items()
    ]
    read = f"{rows.read:,} rows were read: {rows.accepted:,} accepted, {rows.quarantined:,} quarantined, "
    left_out = f", {prepared.purged:,} were left out at a cut" if prepared.purged else ""
    return "\n\n".join(
        [
            table(["part", "from", "to", "shipments", "late"], windows),
            f"{read}{rows.excluded:,} excluded by the schema's own rule. {prepared.open:,} are still open{left_out}.",
            f"{len(prepared.features)} features, made from {', '.join(map(escape, prepared.made_from))}.",
            "Columns refused, because they are known too late:",
            bullets(f"{escape(name)}: {escape(reason)}" for name, reason in prepared.refused.items()),
            "What knows most of the outcome, by itself or in a pair (out-of-fold ROC-AUC; training stops where that "
            "is too good to be honest):",
            bullets(map(escape, inputs.most_telling)),
        ]
    )


def write_limits(inputs: ModelCardInputs) -> str:
    """What the metrics do not show."""
    test = inputs.prepared.windows["test"]
    grouped = " Rows of a group are drawn together." if inputs.schema.group else ""
    return bullets(
        [
            f"The figures are those of {test.rows:,} shipments from {test.start:%Y-%m-%d} to {test.end:%Y-%m-%d}. They "
            "hold for shipments like those; when shipments, routes or the way of recording change, they do not.",
            "Intervals are 95 % bootstrap intervals over the test rows: they tell what another such sample might "
            f"give, not what another year might.{grouped}",
            "Categories that were never seen in training share one bucket; answers say so.",
            "Reasons tell what moved the model, not what causes delays.",
            "It ranks and weighs shipments. It is not made to judge people, suppliers or carriers.",
        ]
    )


def _describe_outcome(schema: ShipmentSchema) -> str:
    label = schema.label
    if label.actual is None or label.promised is None:
        return f"{escape(label.column or '')} will be {' or '.join(map(escape, label.late)) or '1'}"
    grace = f" by more than {label.tolerance}" if label.tolerance else ""
    return f"{escape(label.actual)} will be later than {escape(label.promised)}{grace}"
