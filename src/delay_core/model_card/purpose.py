"""What the model is for, what it read, and what it must not be used for."""

from delay_core.model_card.facts import ModelCardInputs
from delay_core.model_card.markdown import bullets, table, text
from delay_core.schema import ShipmentSchema


def purpose(facts: ModelCardInputs) -> str:
    """What is predicted, when, and from what."""
    schema = facts.schema
    return (
        f"{text(schema.description)}\n\n"
        f"Asked at {schema.prediction_point.stage.value} ({text(schema.prediction_point.column)}), the model answers "
        f"with the probability that {_late(schema)}. Schema: {text(schema.name)}, digest `{schema.digest[:16]}`."
    )


def data(facts: ModelCardInputs) -> str:
    """The windows, the columns, and those refused."""
    prepared, rows = facts.prepared, facts.ingested.rows
    windows = [
        [name, f"{part.start:%Y-%m-%d}", f"{part.end:%Y-%m-%d}", f"{part.rows:,}", f"{part.late / part.rows:.1%}"]
        for name, part in prepared.windows.items()
    ]
    read = f"{rows.read:,} rows were read: {rows.accepted:,} accepted, {rows.quarantined:,} quarantined, "
    left_out = f", {prepared.purged:,} were left out at a cut" if prepared.purged else ""
    return "\n\n".join(
        [
            table(["part", "from", "to", "shipments", "late"], windows),
            f"{read}{rows.excluded:,} excluded by the schema's own rule. {prepared.open:,} are still open{left_out}.",
            f"{len(prepared.features)} features, made from {', '.join(map(text, prepared.made_from))}.",
            "Columns refused, because they are known too late:",
            bullets(f"{text(name)}: {text(why)}" for name, why in prepared.refused.items()),
            "What knows most of the outcome, by itself or in a pair (out-of-fold ROC-AUC; training stops where that "
            "is too good to be honest):",
            bullets(map(text, facts.most_telling)),
        ]
    )


def limits(facts: ModelCardInputs) -> str:
    """What the figures do not say."""
    test = facts.prepared.windows["test"]
    grouped = " Rows of a group are drawn together." if facts.schema.group else ""
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


def _late(schema: ShipmentSchema) -> str:
    label = schema.label
    if label.actual is None or label.promised is None:
        return f"{text(label.column or '')} will be {' or '.join(map(text, label.late)) or '1'}"
    grace = f" by more than {label.tolerance}" if label.tolerance else ""
    return f"{text(label.actual)} will be later than {text(label.promised)}{grace}"
