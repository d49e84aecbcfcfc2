"""Schemas with a mistake in a label by two columns or by a delay, and the line of the message; `…` is any text."""

from support.schema_mistakes import COLUMNS, GOOD, changed, label


def labelled(keys: str, columns: str) -> str:
    """The schema with another label, and these columns instead of its label column."""
    text = label(keys)
    column = COLUMNS.splitlines()[-1]
    assert column.strip().startswith("late:")
    return text.replace(column, columns)


MARKS = "  R: {role: label, nullable: true}\n  G: {role: label, nullable: true}"
MINUTES = "  minutes: {role: numeric, nullable: true, available_at: delivered}"
FLAGS = "late_column: R, on_time_column: G"
DELAY = "delay: minutes, unit: minutes"

LABEL_MISTAKES = [
    (labelled("late_column: R", MARKS), "label: set either column, or late_column and on_time_column, … found late_"),
    (labelled("delay: minutes", MINUTES), "label: set either column, … or delay and unit, … found delay"),
    (labelled("unit: minutes", MINUTES), "label: set either column, … found unit"),
    (labelled(f"{FLAGS}, {DELAY}", f"{MARKS}\n{MINUTES}"), "label: set either … found late_column and on_time_column"),
    (labelled("late_column: R, on_time_column: R", MARKS), "label: late_column and on_time_column are both 'R'; …"),
    (labelled("delay: minutes, unit: weeks", MINUTES), "label.unit: must be 'seconds', 'minutes', … (found 'weeks')"),
    (labelled("delay: minutes, unit: minute", MINUTES), "label.unit: … did you mean 'minutes'? (found 'minute')"),
    (
        labelled(f"{DELAY}, tolerance: 15", MINUTES),
        "label.tolerance: must be a duration as ISO 8601 writes it: … (found 15)",
    ),
    (labelled(f"{DELAY}, overdue: open", MINUTES), "label: overdue: only for a label by actual and promised; …"),
    (
        labelled(f"{DELAY}, neither: late", MINUTES),
        "label: neither: only for a label by late_column and on_…",
    ),
    (labelled(f"{FLAGS}, neither: early", MARKS), "label.neither: must be 'open', 'late' or 'on_time' (found 'early')"),
    (labelled(f"{FLAGS}, late: [R]", MARKS), "label: late and on_time go together: list the values that mean each"),
]

LABEL_MISTAKES_ACROSS_KEYS = [
    (labelled("delay: arrived, unit: days", MINUTES), "label.delay: column 'arrived' has role timestamp; it must be"),
    (labelled("delay: minute, unit: days", MINUTES), "label.delay: no column 'minute'; did you mean 'minutes'?"),
    (
        labelled("delay: weight, unit: days", MINUTES),
        "columns.weight.available_at: the label's delay is the outcome itself; it must be known after dispatch",
    ),
    (
        labelled("late_column: driver, on_time_column: G", MARKS.splitlines()[1]),
        "label.late_column: column 'driver' is pii and is dropped at ingestion",
    ),
    (
        labelled(f"{FLAGS}, late: [x], on_time: [x]", MARKS.replace("label, nullable: true", "label", 1)),
        "columns.R.nullable: it marks some shipments and is empty for the others; add nullable: true",
    ),
    (
        labelled(FLAGS, f"{MARKS}\n  late: {{role: label}}"),
        "columns.late.role: it is not the label; name it in label.column, or use the role ignored",
    ),
]

CORRECT_LABELS = [
    GOOD,
    changed("late: {role", "late: {nullable: true, role"),
    labelled(f"{FLAGS}, late: [x], on_time: [x], neither: on_time", MARKS),
    labelled(f"{DELAY}, tolerance: PT15M, known_after: P7D", MINUTES),
]
