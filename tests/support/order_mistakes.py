"""Schemas of tables without times that have a mistake, and the line of the error message; `…` stands for any text."""

import re

from support.schema_mistakes import GOOD

ORDERED = re.sub(
    "  Sent: .*\n  parcel", "  number: {role: numeric}\n  parcel", GOOD.replace("column: Sent", "order_by: number")
).replace(", known_after: P2D", "")
"""The schema, with a running number instead of a time."""

NO_TIME = "needs the time of a prediction, and prediction_point.order_by is an order without times; remove it, or …"


def ordered(old: str, new: str) -> str:
    assert old in ORDERED
    return ORDERED.replace(old, new, 1)


def and_also(text: str) -> str:
    return ordered("columns:\n", f"{text}\ncolumns:\n")


ORDER_MISTAKES = [
    (
        ordered("order_by: number, ", ""),
        "prediction_point: set either column, a timestamp, … order_by, … found none of",
    ),
    (ordered("order_by", "column: arrived, order_by"), "prediction_point: set either … found column and order_by"),
    (ordered("order_by", "order"), "prediction_point.order: no such key … did you mean order_by? (found 'number')"),
    (
        ordered("number,", "[number, weight],"),
        "prediction_point.order_by: must be text; put it in quotes (found a list)",
    ),
]

NO_TIMESTAMP = "… no column is a timestamp: name a whole number that increases with time in prediction_point.order_by"
ORDER_HINTS = [
    (text.replace("  arrived: {role: timestamp", "  arrived: {role: ignored"), f"{message}{NO_TIMESTAMP}")
    for text, message in (
        (ordered("order_by: number", "column: '???'"), "prediction_point.column: no column '???'; columns are number"),
        (ordered("order_by", "column"), "prediction_point.column: column 'number' has role numeric; it must be timest"),
    )
]

ORDER_MISTAKES_ACROSS_KEYS = [
    *ORDER_HINTS,
    (ordered("order_by: number", "order_by: numbr"), "prediction_point.order_by: no column 'numbr'; did you mean 'num"),
    (
        ordered("order_by: number", "order_by: mode"),
        "prediction_point.order_by: column 'mode' has role categorical; it must be numeric or identifier",
    ),
    (
        ordered("number: {role: numeric", "number: {role: numeric, available_at: delivered"),
        "prediction_point.order_by: 'number' is only known later, at delivered",
    ),
    (and_also("snapshot: 2024-06-30"), f"snapshot: {NO_TIME}"),
    (ordered("{column: late}", "{column: late, known_after: P7D}"), f"label.known_after: {NO_TIME}"),
    (and_also("derived: {r: {late_rate: mode}}"), f"derived.r.late_rate: {NO_TIME}"),
    (and_also("derived: {n: {outcome_count: mode}}"), f"derived.n.outcome_count: {NO_TIME}"),
    (ordered("{role: categorical}", "{role: categorical, encode: late_rate}"), f"columns.mode.encode: {NO_TIME}"),
    (
        and_also("calendar: [{column: due, parts: [month]}]").replace(
            "  parcel:", "  due: {role: timestamp}\n  parcel:"
        ),
        f"calendar: {NO_TIME}",
    ),
    (
        ordered("{column: late}", "{actual: arrived, promised: due}")
        .replace("  parcel:", "  due: {role: timestamp}\n  parcel:")
        .replace("late: {role: label", "late: {role: ignored"),
        f"label.actual, label.promised: {NO_TIME}",
    ),
]
