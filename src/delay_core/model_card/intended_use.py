"""What the model is for, the data that it was trained on, and its limits."""

from collections.abc import Iterator

from delay_core.left_out import describe_left_out
from delay_core.model_card.markdown import bullets, escape, table
from delay_core.reports import TrainingResult
from delay_core.schema.shipment_schema import ORDER_LIMIT


def write_purpose(result: TrainingResult) -> str:
    """What is predicted, when, and from what."""
    schema, point = result.schema, result.schema.prediction_point
    moment = escape(point.column) if point.column is not None else f"rows in the order of {escape(point.sort_column)}"
    return (
        f"{escape(schema.description)}\n\n"
        f"At {point.stage.value} ({moment}), the model predicts the probability that "
        f"{escape(schema.label.condition('will be'))}. Schema: {escape(schema.name)}, digest `{schema.digest[:16]}`."
    )


def write_data(result: TrainingResult) -> str:
    """The splits, the columns, and the columns that were refused."""
    prepared, rows = result.prepared, result.ingested.rows
    windows = [
        [name, *split.bounds, f"{split.rows:,}", f"{split.late / split.rows:.1%}"]
        for name, split in prepared.windows.items()
    ]
    interval = result.ingested.interval
    outside = f", or because they are not {interval}" if interval else ""
    counts = (
        f"{rows.read:,} rows were read: {rows.accepted:,} accepted, {rows.quarantined:,} quarantined, "
        f"{rows.excluded:,} excluded by the schema's own rule{outside}."
    )
    if prepared.left_out:
        counts += f" Of the accepted rows, no split has these: {'; '.join(describe_left_out(prepared.left_out))}."
    return "\n\n".join(
        [
            table(["split", "from", "to", "shipments", "late"], windows),
            counts,
            f"{len(prepared.features)} features, made from {', '.join(map(escape, prepared.made_from))}.",
            "Columns that are no features, and why:",
            bullets(f"{escape(name)}: {escape(reason)}" for name, reason in prepared.refused.items()),
            "The columns, alone, in pairs or in a formula, that predict the outcome best (training stops if one "
            "of them predicts it so well that it must be a leak):",
            bullets(escape(str(finding)) for finding in result.leakage),
            *_write_questions(result),
        ]
    )


def _write_questions(result: TrainingResult) -> Iterator[str]:
    questions = [escape(finding.question) for finding in result.leakage if finding.question is not None]
    if questions:
        yield "Formulas that predict the outcome suspiciously well, with what must be decided about them:"
        yield bullets(questions)


def write_limits(result: TrainingResult) -> str:
    """What the metrics do not show."""
    test = result.prepared.windows["test"]
    first, last = test.bounds
    grouped = " Rows of the same group are resampled together." if result.schema.group else ""
    order = f"The table has no times: {ORDER_LIMIT}."
    return bullets(
        [
            *([] if result.schema.prediction_point.column is not None else [order]),
            f"The metrics were measured on {test.rows:,} shipments from {first} to {last}. "
            "They hold for similar shipments, but not if shipments, routes or the way of recording change.",
            "Intervals are 95 % bootstrap intervals over the test rows: they show what another sample of the same kind "
            f"might give, not what another year might give.{grouped}",
            "Categories that did not occur in training share one bucket; predictions carry a note about it.",
            "Reasons explain the model's prediction. They are not the causes of delays.",
            "The model ranks shipments. It is not suitable for assessing people, suppliers or carriers.",
        ]
    )
