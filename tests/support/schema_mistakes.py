"""Schemas with one mistake each, and the line of the error message; `…` stands for any text."""

import re

GOOD = """\
name: parcels
version: 1
prediction_point: {column: Sent, stage: dispatch}
label: {column: late, known_after: P2D}
columns:
  Sent: {role: timestamp, available_at: dispatch, aliases: [sent on]}
  parcel: {role: identifier}
  weight: {role: numeric, unit: kg}
  mode: {role: categorical}
  driver: {role: ignored, pii: true}
  arrived: {role: timestamp, available_at: delivered}
  late: {role: label, available_at: delivered}
"""


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def also(text: str) -> str:
    return changed("columns:\n", f"{text}\ncolumns:\n")


def source(keys: str) -> str:
    return also(f"source: {{{keys}}}")


def point(column: str) -> str:
    return changed("{column: Sent,", f"{{column: {column},")


def label(keys: str) -> str:
    return changed("{column: late, known_after: P2D}", f"{{{keys}}}")


def weight(keys: str) -> str:
    return changed("{role: numeric, unit: kg}", f"{{role: numeric, {keys}}}")


def mode(keys: str) -> str:
    return changed("{role: categorical}", f"{{role: categorical, {keys}}}")


def arrived(keys: str) -> str:
    return changed("arrived: {", f"arrived: {{{keys}, ")


COLUMNS = GOOD[GOOD.index("columns:") :]
YES_NO = "YAML reads yes, no, on and off as true or false; put the word in quotes"
PERIOD = "must be a duration as ISO 8601 writes it: P3D is three days, PT2H two hours"
DATE = "must be a date such as 2024-01-31, or a date and time such as 2024-01-31T08:30"
QUOTE = "a value begins with *, & or !, which YAML keeps for itself; put such a text in quotes"
PATTERN = "is no date format; write ISO8601, a pattern such as %d-%b-%y, or excel, epoch_s, epoch_ms"
EMPTY = "a reason or a value is empty; write reason: value, and an empty value in null_tokens"
LATER = "'arrived' is only known later, at delivered, after the prediction point (dispatch); name a column that"
PII = "column 'driver' is pii and is dropped at ingestion; name another column"
KEYS = "a schema is a mapping with the keys name, version, prediction_point, label, columns; found"

INVALID_YAML = [
    ("", f"{KEYS} an empty file"),
    ("# soon", f"{KEYS} an empty file"),
    ("- name: parcels", f"{KEYS} a list"),
    ("parcels", f"{KEYS} 'parcels'"),
    (GOOD * 5000, "longer than 1,048,576 characters; a schema describes a table, it holds none"),
    (changed("name: parcels", "name: " + "[" * 5000), "nested too deeply; no key of a schema is deeper than five"),
    (changed("version: 1", "  version: 1"), "line 2, column 10: … indent a key like its neighbours"),
    (changed("  parcel:", "   parcel:"), "line 7, column 4: … indent a key like its neighbours"),
    (changed("  parcel:", "\tparcel:"), "line 7, column 1: … indent with spaces, not with a tab"),
    (
        changed("version: 1", "version"),
        "line 3, column 1: … a line is key: value, and a colon is missing here or above",
    ),
    (changed("[sent on]", "[sent on"), "line 6, column 68: … a bracket is not closed, or a comma is missing"),
    (changed("name: parcels", "name: 'parcels"), "line 13, column 1: … a quote is not closed, from here on"),
    (changed("name: parcels", "name: 'par'cels'"), "line 1, column 12: … a quoted text ends at its second quote"),
    (changed("version: 1", "version: 1\n---"), "line 3, column 1: … a file holds one schema; remove the lines ---"),
    (changed("unit: kg", "unit: %"), "line 8, column 33: found character '%' … put a text that begins with this"),
    (changed("sent on", "*sent on*"), f"line 6, column 61: {QUOTE}"),
    (changed("version: 1", "a: &a [x]\nb: &b [*a, *a]\nversion: 1"), f"line 2, column 4: {QUOTE}"),
    (changed("name: parcels", "name: !!python/name:os.system x"), f"line 1, column 7: {QUOTE}"),
    (
        changed("name: parcels", 'name: "\\U00110000"'),
        "an escape (\\u, \\U) names half a character, or one that does not",
    ),
    (
        changed("name: parcels", 'name: "\\ud800"'),
        "an escape (\\u, \\U) names half a character, or one that does not",
    ),
    (changed("name: parcels", "name: par\0cels"), "unacceptable character #x0000 … remove it"),
    (changed("version: 1", "version: 1\nversion: 2"), "line 3, column 1: key 'version' is repeated; keep one"),
    (changed("  parcel:", "  weight: {role: label}\n  parcel:"), "line 9, column 3: key 'weight' is repeated; keep"),
    (changed("  parcel:", "  2024:"), "line 7, column 3: the key 2024 is not text to YAML; put it in quotes: '2024'"),
    (changed("  parcel:", "  yes:"), "line 7, column 3: the key yes is not text to YAML; put it in quotes: 'yes'"),
    (changed("  parcel:", "  ~:"), "line 7, column 3: the key ~ is not text to YAML; put it in quotes: '~'"),
    (
        changed("  parcel:", "  [a, b]:"),
        "line 7, column 3: a list or a mapping is used as a key; a key is text",
    ),
]

ACROSS_KEYS = [
    (label("column: lateness"), "label.column: no column 'lateness'; did you mean 'late'?"),
    (label("column: weight"), "label.column: column 'weight' has role numeric; it must be label"),
    (label("column: driver"), f"label.column: {PII}"),
    (point("sent"), "prediction_point.column: no column 'sent'; did you mean 'Sent'?"),
    (
        point("zzzzz"),
        "prediction_point.column: no column 'zzzzz'; columns are Sent, parcel, weight, mode, driver, arrived,",
    ),
    (
        point("sent on"),
        "prediction_point.column: no column 'sent on'; that is an alias; name the column itself: 'Sent'",
    ),
    (point("weight"), "prediction_point.column: column 'weight' has role numeric; it must be timestamp"),
    (point("arrived"), f"prediction_point.column: {LATER}"),
    (also("key: arrived"), f"key.0: {LATER}"),
    (also("key: driver"), f"key.0: {PII}"),
    (also("key: [parcel, parcel]"), "key: column 'parcel' is repeated; name each column once"),
    (also("group: driver"), f"group.0: {PII}"),
    (also("calendar: [{column: arrived, parts: [hour]}]"), f"calendar.0.column: {LATER}"),
    (
        also("calendar: [{column: Sent, parts: [hour, hour]}]"),
        "calendar, … two features have the name 'Sent: hour'",
    ),
    (also("derived: {d: {late_rate: driver}}"), f"derived.d.late_rate: {PII}"),
    (also("derived: {d: {days: [Sent, arrived]}}"), f"derived.d.days: {LATER}"),
    (
        also("derived: {d: {days: [Sent, weight]}}"),
        "derived.d.days: column 'weight' has role numeric; it must be timestamp",
    ),
    (
        also("derived: {d: {ratio: [weight, wheight]}}"),
        "derived.d.ratio: no column 'wheight'; did you mean 'weight'?",
    ),
    (
        also("derived: {weight: {ratio: [weight, weight]}}"),
        "derived.weight: a column has this name already; choose",
    ),
    (
        also("exclude_where: [{column: mood, equals: [x]}]"),
        "exclude_where.0.column: no column 'mood'; did you mean 'mode'?",
    ),
    (
        GOOD.replace("late: {role: label", "late: {role: ignored").replace(
            "column: late", "actual: Sent, promised: arrived"
        ),
        "columns.Sent.available_at: the label's actual date is the outcome itself; … for example delivered",
    ),
    (
        arrived("earliest: 2024-02-01, latest: 2024-01-01"),
        "columns.arrived: earliest 2024-02-01 00:00 is after latest …",
    ),
    (
        also("source: {timezone: Europe/Paris}\nsnapshot: 2024-03-31T02:30"),
        "snapshot: the clocks of Europe/Paris skip or repeat 2024-03-31 02:30; add its offset from UTC, for example …",
    ),
    (
        weight("nullable: true, null_tokens: [x], sentinels: {why: x}"),
        "columns.weight.sentinels.why: 'x' is also a null token, which has no reason; remove it from one of them",
    ),
    (
        mode("aliases: [weight]"),
        "columns: weight is used twice among names and aliases; a name must mean one column",
    ),
    (
        changed("  parcel:", "  shipment_id:"),
        "columns.shipment_id: the product has a column of this name; give yours",
    ),
    (changed("role: categorical", "role: label"), "columns.mode.role: it is not the label; … use the role ignored"),
    (re.sub("  (weight|mode): .*\n", "", GOOD), "columns: no feature is left; a numeric or categorical column must be"),
]
