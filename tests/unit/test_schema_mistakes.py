"""Every mistake in a schema is answered by file, place, what was found and what would be right; never by a crash."""

import re

import pytest

from delay_core import parse_schema
from delay_core.errors import SchemaError

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


def messages(text):
    """What is said of a wrong schema, line by line, without the file's name that stands before each."""
    with pytest.raises(SchemaError) as refused:
        parse_schema(text, "parcels.yaml")
    lines = str(refused.value).split("\n")
    assert all(line.startswith("parcels.yaml: ") for line in lines)
    return [line.removeprefix("parcels.yaml: ") for line in lines]


def changed(old, new):
    assert old in GOOD
    return GOOD.replace(old, new, 1)


def also(text):
    return changed("columns:\n", f"{text}\ncolumns:\n")


def source(keys):
    return also(f"source: {{{keys}}}")


def point(column):
    return changed("{column: Sent,", f"{{column: {column},")


def label(keys):
    return changed("{column: late, known_after: P2D}", f"{{{keys}}}")


def weight(keys):
    return changed("{role: numeric, unit: kg}", f"{{role: numeric, {keys}}}")


def mode(keys):
    return changed("{role: categorical}", f"{{role: categorical, {keys}}}")


def arrived(keys):
    return changed("arrived: {", f"arrived: {{{keys}, ")


COLUMNS = GOOD[GOOD.index("columns:") :]
YES_NO = "YAML reads yes, no, on and off as true or false; put the word in quotes"
PERIOD = "must be a duration as ISO 8601 writes it: P3D is three days, PT2H two hours"
DATE = "must be a date such as 2024-01-31, or a date and time such as 2024-01-31T08:30"
QUOTE = "a value begins with *, & or !, which YAML keeps for itself; put such a text in quotes"
PATTERN = "is no date format; write ISO8601, a pattern such as %d-%b-%y, or excel, epoch_s, epoch_ms"
EMPTY = "a reason or a value is empty; write reason: value, and a blank value among null_tokens"
LATER = "'arrived' is only known later, at delivered, after the prediction point (dispatch); name a column that"
PII = "column 'driver' is pii and is dropped at ingestion; name another column"
KEYS = "a schema is a mapping with the keys name, version, prediction_point, label, columns; found"

NO_YAML = [
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
    (changed("version: 1", "version: 1\n---"), "line 3, column 1: … a file holds one schema; take away the lines ---"),
    (changed("unit: kg", "unit: %"), "line 8, column 33: found character '%' … put a text that begins with this"),
    (changed("sent on", "*sent on*"), f"line 6, column 61: {QUOTE}"),
    (changed("version: 1", "a: &a [x]\nb: &b [*a, *a]\nversion: 1"), f"line 2, column 4: {QUOTE}"),
    (changed("name: parcels", "name: !!python/name:os.system x"), f"line 1, column 7: {QUOTE}"),
    (
        changed("name: parcels", 'name: "\\U00110000"'),
        "an escape (\\u, \\U) names half a character, or one that does not",
    ),
    (changed("name: parcels", 'name: "\\ud800"'), "an escape (\\u, \\U) names half a character, or one that does not"),
    (changed("name: parcels", "name: par\0cels"), "unacceptable character #x0000 … remove it"),
    (changed("version: 1", "version: 1\nversion: 2"), "line 3, column 1: key 'version' stands twice; keep one"),
    (changed("  parcel:", "  weight: {role: label}\n  parcel:"), "line 9, column 3: key 'weight' stands twice; keep"),
    (changed("  parcel:", "  2024:"), "line 7, column 3: the key 2024 is not text to YAML; put it in quotes: '2024'"),
    (changed("  parcel:", "  yes:"), "line 7, column 3: the key yes is not text to YAML; put it in quotes: 'yes'"),
    (changed("  parcel:", "  ~:"), "line 7, column 3: the key ~ is not text to YAML; put it in quotes: '~'"),
    (
        changed("  parcel:", "  [a, b]:"),
        "line 7, column 3: a list or a mapping stands where a key should; a key is text",
    ),
]

SPELLING = [
    (changed("name: parcels\n", ""), "name: this key is required; add it"),
    (changed("version: 1\n", ""), "version: this key is required; add it"),
    (re.sub("prediction_point.*\n", "", GOOD), "prediction_point: this key is required; add it"),
    (re.sub("label: .*\n", "", GOOD, count=1), "label: this key is required; add it"),
    (changed(COLUMNS, ""), "columns: this key is required; add it"),
    (changed("{role: numeric, unit: kg}", "{unit: kg}"), "columns.weight.role: this key is required; add it"),
    (changed("version: 1", "version: 1\nlabels: x"), "labels: no such key … did you mean label? (found 'x')"),
    (weight("units: kg"), "columns.weight.units: no such key … did you mean unit? (found 'kg')"),
    (label("column: late, zzz: 1"), "label.zzz: no such key … the keys here are column, late, on_time, actual, …"),
    (changed(COLUMNS, "columns: null\n"), "columns: must be a mapping, as in {key: value} (found nothing)"),
    (changed(COLUMNS, "columns: [Sent, late]\n"), "columns: must be a mapping, as in {key: value} (found a list)"),
    (changed(COLUMNS, "columns: {Sent: {role: timestamp}}\n"), "columns: must hold at least 2, and holds 1"),
    (changed(" {role: numeric, unit: kg}", ""), "columns.weight: must be a mapping, … (found nothing)"),
    (changed("{role: numeric, unit: kg}", "numeric"), "columns.weight: must be a mapping, … (found 'numeric')"),
    (changed("label: {column: late, known_after: P2D}", "label: late"), "label: must be a mapping, … (found 'late')"),
    (changed("version: 1", "version: one"), "version: must be a whole number (found 'one')"),
    (changed("version: 1", "version: 1.5"), "version: must be a whole number (found 1.5)"),
    (changed("version: 1", "version: 0"), "version: must be at least 1 (found 0)"),
    (changed("version: 1", "version: on"), "version: must be a number; YAML reads yes, no, … (found true)"),
    (changed("name: parcels", "name: Big-Parcels"), "name: must be small letters, … (found 'Big-Parcels')"),
    (
        changed("role: numeric", "role: number"),
        "columns.weight.role: must be … did you mean 'numeric'? (found 'number')",
    ),
    (
        changed("stage: dispatch", "stage: loading"),
        "prediction_point.stage: must be 'order', 'dispatch', 'in_transit' or",
    ),
    (changed("unit: kg", "unit: 5"), "columns.weight.unit: must be text; put it in quotes (found 5)"),
    (weight("nullable: maybe"), "columns.weight.nullable: must be true or false (found 'maybe')"),
    (weight("aliases: kilos"), "columns.weight.aliases: must be a list, as in [a, b] (found 'kilos')"),
    (
        weight("minimum: five"),
        "columns.weight.minimum: must be a number, with a point as its decimal sign (found 'five')",
    ),
    (
        weight('minimum: "1,5"'),
        "columns.weight.minimum: must be a number, with a point as its decimal sign (found '1,5')",
    ),
    (weight("minimum: .nan"), "columns.weight.minimum: must be a finite number; … (found nan)"),
    (weight("maximum: .inf"), "columns.weight.maximum: must be a finite number; … (found inf)"),
    (weight("minimum: yes"), "columns.weight.minimum: must be a number; YAML reads yes, … (found true)"),
    (weight("minimum: 5, maximum: 1"), "columns.weight: minimum 5 is above maximum 1; exchange them, or leave one out"),
    (weight("categories: [a]"), "columns.weight: categories: only for categorical columns, not for a numeric one"),
    (
        weight("pii: true"),
        "columns.weight: a pii column is dropped at ingestion: its role must be identifier or ignored",
    ),
    (weight("leakage_override: ok"), "columns.weight.leakage_override: must have at least 10 characters (found 'ok')"),
    (weight("sentinels: {why: n/a}"), "columns.weight: sentinels mean a missing value: say nullable: true as well"),
    (weight("nullable: true, sentinels: [n/a]"), "columns.weight.sentinels: must be a mapping, … (found a list)"),
    (weight('nullable: true, sentinels: {why: ""}'), f"columns.weight.sentinels: {EMPTY}"),
    (weight('nullable: true, sentinels: {"": n/a}'), f"columns.weight.sentinels: {EMPTY}"),
    (weight("nullable: true, sentinels: {a: x, b: x}"), "columns.weight.sentinels: 'x' stands for two reasons; …"),
    (mode("nullable: true, sentinels: {why: n/a}"), "columns.mode: sentinels: only for numeric and timestamp columns"),
    (mode("minimum: 5"), "columns.mode: minimum: only for numeric columns, not for a categorical one"),
    (mode("categories: [yes, air]"), f"columns.mode.categories.0: {YES_NO} (found true)"),
    (
        mode("categories: [1.50]"),
        "columns.mode.categories.0: a value of the table is text; write it in quotes (found 1.5)",
    ),
    (mode("categories: [null]"), "columns.mode.categories.0: a value of the table is text; … quotes (found nothing)"),
    (mode("categories: [air, sea, air]"), "columns.mode.categories: 'air' stands twice; …"),
    (mode("categories: []"), "columns.mode.categories: name at least one category, or leave the key out"),
    (mode("unseen: refuse"), "columns.mode: unseen: refuse needs the list of categories that are allowed"),
    (arrived("earliest: 2024"), f"columns.arrived.earliest: {DATE} (found 2024)"),
    (arrived("earliest: 2024-13-01"), f"columns.arrived.earliest: {DATE} (found '2024-13-01')"),
    (arrived("earliest: 31.01.2024"), f"columns.arrived.earliest: {DATE} (found '31.01.2024')"),
    (arrived("latest: 9999-12-31"), "columns.arrived.latest: must lie in … leave the key out where there is no limit"),
    (label("known_after: P2D"), "label: say either column, or both actual and promised; found none of them"),
    (label("actual: arrived"), "label: say either column, or both actual and promised; found actual"),
    (label("column: late, actual: arrived, promised: Sent"), "label: say either column, or both … found column and"),
    (label("actual: arrived, promised: arrived"), "label: actual and promised are both 'arrived'; name the two dates"),
    (
        label("column: late, late: [x, y], on_time: [y]"),
        "label: 'y' stands under both late and on_time; it can mean one",
    ),
    (label("column: late, late: [x]"), "label: late and on_time go together: list the values that mean each"),
    (label('column: late, late: [yes], on_time: ["no"]'), f"label.late.0: {YES_NO} (found true)"),
    (
        label("actual: arrived, promised: Sent, late: [x], on_time: [y]"),
        "label: late and on_time are values of a label",
    ),
    (label("column: late, tolerance: P1D"), "label: tolerance and overdue belong to a comparison of two dates"),
    (label("column: late, known_after: 3"), f"label.known_after: {PERIOD} (found 3)"),
    (label("column: late, known_after: two days"), f"label.known_after: {PERIOD} (found 'two days')"),
    (label("column: late, known_after: P2X"), f"label.known_after: {PERIOD} (found 'P2X')"),
    (label("column: late, known_after: -P2D"), "label.known_after: … not negative, … (found '-P2D')"),
    (
        label("column: late, known_after: P999999D"),
        "label.known_after: … at most a century, P36525D (found 'P999999D')",
    ),
    (label("actual: arrived, promised: Sent, tolerance: -PT1H"), "label.tolerance: … not negative, … (found '-PT1H')"),
    (
        also("calendar: [{column: Sent, parts: [minute]}]"),
        "calendar.0.parts.0: must be 'hour', 'weekday', 'month' or 'trend' …",
    ),
    (also("derived: {d: {}}"), "derived.d: say exactly one of days, haversine, ratio, late_rate; found none"),
    (
        also("derived: {d: {days: [Sent, Sent], ratio: [weight, weight]}}"),
        "derived.d: say exactly … found days and ratio",
    ),
    (also("derived: {d: {days: [Sent]}}"), "derived.d.days.1: this list is one too short; add what is missing"),
    (also("derived: {d: {ratio: [weight, weight, weight]}}"), "derived.d.ratio: must hold no more than 2, and holds 3"),
    (also("exclude_where: [{column: mode, equals: []}]"), "exclude_where.0.equals: must hold at least 1, and holds 0"),
    (also("exclude_where: [{column: mode, equals: [yes]}]"), f"exclude_where.0.equals.0: {YES_NO} (found true)"),
    (
        also("costs: {missed_delay: 0, needless_action: 1, currency: EUR}"),
        "costs.missed_delay: must be above 0 (found 0)",
    ),
    (
        also("costs: {missed_delay: 1, needless_action: .inf, currency: EUR}"),
        "costs.needless_action: must be a finite …",
    ),
    (
        also("costs: {missed_delay: 1, needless_action: 1, currency: euro}"),
        "costs.currency: must be three … (found 'euro')",
    ),
    (
        source("timezone: Mars/Phobos"),
        "source.timezone: unknown timezone 'Mars/Phobos'; write an IANA name such as UTC",
    ),
    (source("timezone: Europe"), "source.timezone: unknown timezone 'Europe'; write an IANA name such as UTC or"),
    (source("encoding: utf-9"), "source.encoding: unknown encoding 'utf-9'; write utf-8, latin-1, cp1252"),
    (source("encoding: base64"), "source.encoding: unknown encoding 'base64'; write utf-8, latin-1, cp1252"),
    (source("date_formats: [DD/MM/YYYY]"), f"source.date_formats: 'DD/MM/YYYY' {PATTERN}"),
    (source('date_formats: ["%d/%m"]'), f"source.date_formats: '%d/%m' {PATTERN}"),
    (source('date_formats: ["%d/%d/%Y"]'), f"source.date_formats: '%d/%d/%Y' {PATTERN}"),
    (source('date_formats: ["%Q"]'), f"source.date_formats: '%Q' {PATTERN}"),
    (source("date_formats: []"), "source.date_formats: name at least one date format: ISO8601, a pattern such as"),
    (source('delimiter: "||"'), "source.delimiter: must be one character, in quotes: \",\", … (found '||')"),
    (source("delimiter: \\t"), 'source.delimiter: … "\\t" (in double quotes) for a tab …'),
    (source('delimiter: "\'", quote: "\'"'), 'source: delimiter and quote are both "\'"; they must differ'),
    (source('thousands: "."'), "source: thousands and decimal are both '.'; they must differ"),
    (source("thousands: _"), "source.thousands: must be ',', '.', ' ' or \"'\" (found '_')"),
]

FIT = [
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
    (also("key: [parcel, parcel]"), "key: a column stands twice, 'parcel'; name each once"),
    (also("group: driver"), f"group.0: {PII}"),
    (also("calendar: [{column: arrived, parts: [hour]}]"), f"calendar.0.column: {LATER}"),
    (also("calendar: [{column: Sent, parts: [hour, hour]}]"), "calendar, … two features would be called 'Sent: hour'"),
    (also("derived: {d: {late_rate: driver}}"), f"derived.d.late_rate: {PII}"),
    (also("derived: {d: {days: [Sent, arrived]}}"), f"derived.d.days: {LATER}"),
    (
        also("derived: {d: {days: [Sent, weight]}}"),
        "derived.d.days: column 'weight' has role numeric; it must be timestamp",
    ),
    (also("derived: {d: {ratio: [weight, wheight]}}"), "derived.d.ratio: no column 'wheight'; did you mean 'weight'?"),
    (also("derived: {weight: {ratio: [weight, weight]}}"), "derived.weight: a column has this name already; choose"),
    (
        also("exclude_where: [{column: mood, equals: [x]}]"),
        "exclude_where.0.column: no column 'mood'; did you mean 'mode'?",
    ),
    (
        GOOD.replace("late: {role: label", "late: {role: ignored").replace(
            "column: late", "actual: Sent, promised: arrived"
        ),
        "columns.Sent.available_at: the label's actual date is the outcome itself; … delivered, say",
    ),
    (
        arrived("earliest: 2024-02-01, latest: 2024-01-01"),
        "columns.arrived: earliest 2024-02-01 00:00 is after latest …",
    ),
    (
        also("source: {timezone: Europe/Paris}\nsnapshot: 2024-03-31T02:30"),
        "snapshot: the clocks of Europe/Paris skip or repeat 2024-03-31 02:30; write its offset from UTC too: …",
    ),
    (
        weight("nullable: true, null_tokens: [x], sentinels: {why: x}"),
        "columns.weight.sentinels.why: 'x' is a null token too, which says no reason; take it from one of them",
    ),
    (mode("aliases: [weight]"), "columns: weight stands twice among names and aliases; a name means one column"),
    (changed("  parcel:", "  shipment_id:"), "columns.shipment_id: the product uses this name itself; give the column"),
    (changed("role: categorical", "role: label"), "columns.mode.role: it is no label, … say ignored"),
    (re.sub("  (weight|mode): .*\n", "", GOOD), "columns: no feature is left; a numeric or categorical column must be"),
]


@pytest.mark.parametrize(("text", "expected"), [*NO_YAML, *SPELLING, *FIT])
def test_a_mistake_is_told_by_its_place_what_was_found_and_what_would_be_right(text, expected):
    (line,) = messages(text)
    pattern = ".*".join(re.escape(part.strip()) for part in expected.split("…"))
    assert re.match(pattern, line.removeprefix("not valid YAML: "))


def test_the_schema_that_the_mistakes_are_made_in_has_none():
    assert parse_schema(GOOD, "parcels.yaml").name == "parcels"


def test_all_mistakes_of_spelling_are_told_at_once():
    text = changed("version: 1", "version: one\ncost: 5").replace("unit: kg", "units: kg").replace("P2D", "2 days")
    assert [line.split(":")[0] for line in messages(text)] == [
        "version",
        "label.known_after",
        "columns.weight.units",
        "cost",
    ]


def test_all_parts_that_do_not_fit_are_told_at_once():
    text = also("key: parcels\ngroup: driver\nderived: {d: {days: [sent, arrived]}, e: {ratio: [weight, mode]}}")
    assert [line.split(": ")[0] for line in messages(text)] == [
        "key.0",
        "derived.d.days",
        "group.0",
        "derived.e.ratio",
        "derived.d.days",
    ]


def test_many_mistakes_are_told_up_to_fifty():
    text = changed("columns:\n", "columns:\n" + "".join(f"  c{i}: {{}}\n" for i in range(70)))
    assert len(messages(text)) == 51
    assert messages(text)[-1] == "and 20 more mistakes"


def test_words_that_yaml_1_1_would_change_stay_as_the_table_has_them():
    schema = parse_schema(mode("categories: [007, 1_000, 2024-01-31, 0x1F, 1e5, 12:30, 5]"), "parcels.yaml")
    assert schema.columns["mode"].categories == ("007", "1_000", "2024-01-31", "0x1F", "1e5", "12:30", "5")
