"""Which requests a new schema would refuse, or take for something else."""

import copy
from importlib import resources

import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delay_core import parse_schema
from delay_core.errors import SchemaError, SourceError
from delay_core.schema import breaking_changes
from delay_core.validation import ShipmentValidator

TEXT = """\
name: parcels
version: 1
source: {date_formats: [ISO8601, "%d.%m.%Y"], timezone: Europe/Paris, null_tokens: ["", n/a]}
prediction_point: {column: sent, stage: dispatch}
label: {column: was late}
group: [ship, state]
calendar: [{column: sent, parts: [hour, month]}]
exclude_where: [{column: state, equals: [test]}]
columns:
  sent: {role: timestamp, available_at: dispatch, earliest: 2020-01-01, latest: 2030-01-01}
  ship: {role: identifier, nullable: true}
  weight: {role: numeric, unit: kg, minimum: 0, maximum: 100, aliases: [kilos], strip: [kg]}
  volume: {role: numeric, unit: m³, nullable: true, sentinels: {not measured: n/k, crate: "-1"}}
  mode: {role: categorical, categories: [air, sea, road], unseen: refuse}
  carrier: {role: categorical, categories: [A, B], nullable: true}
  state: {role: ignored, nullable: true}
  note: {role: ignored}
  was late: {role: label, available_at: delivered}
"""
OLD = parse_schema(TEXT, "old.yaml")


def changed(**sections):
    """The schema with these keys of sections, or of columns, changed; None takes a column or key away."""
    content = yaml.safe_load(TEXT)
    for name, change in sections.items():
        target = content["columns"] if name in content["columns"] or name == "fresh" else content
        if change is None:
            del target[name]
        elif isinstance(change, dict) and isinstance(target.get(name), dict):
            target[name] = {key: value for key, value in (target[name] | change).items() if value is not None}
        else:
            target[name] = change
    return parse_schema(yaml.safe_dump(content), "new.yaml")


WIDER = {
    "nothing at all": {},
    "a new optional column": {"fresh": {"role": "numeric", "nullable": True}},
    "wider limits": {
        "weight": {"minimum": -1, "maximum": 101},
        "sent": {"earliest": "2019-12-31", "latest": None},
    },
    "another alias": {"weight": {"aliases": ["kilos", "Weight (kg)"]}},
    "a column under a new name, the old one being its alias": {
        "mode": None,
        "fresh": {"role": "categorical", "categories": ["sea", "air", "road"], "unseen": "refuse", "aliases": ["mode"]},
    },
    "more categories": {"mode": {"categories": ["air", "sea", "road", "rail"]}, "carrier": {"categories": ["A"]}},
    "a bucket for what was refused": {"mode": {"unseen": "bucket"}},
    "what may be missing now": {"mode": {"nullable": True}},
    "one more date format, tried last": {"source": {"date_formats": ["ISO8601", "%d.%m.%Y", "%d/%m/%Y"]}},
    "one more unit taken away": {"weight": {"strip": ["kg", "kilos"]}},
    "a sentinel that was a null token": {
        "volume": {"sentinels": {"a": "n/k", "b": "-1", "c": "n/a"}, "null_tokens": [""]}
    },
    "one sentinel more": {"volume": {"sentinels": {"not measured": "n/k", "crate": "-1", "bag": "bag*"}}},
    "a column that is known too late now": {"weight": {"available_at": "delivered"}},
    "no exclusion": {"exclude_where": []},
    "a version, a description": {"version": 2, "description": "Parcels of the second kind."},
}


@pytest.mark.parametrize("change", WIDER.values(), ids=WIDER.keys())
def test_what_only_accepts_more_is_no_narrowing(change):
    assert breaking_changes(OLD, changed(**change)) == []


NARROWER = [
    ({"note": None}, "note: is no longer known"),
    ({"weight": {"aliases": None}}, "kilos: is no longer known"),
    (
        {"weight": {"aliases": None}, "fresh": {"role": "ignored", "aliases": ["kilos"]}},
        "kilos: means fresh now, and meant weight",
    ),
    (
        {"carrier": None, "mode": {"aliases": ["carrier"]}},
        "carrier: is one column with mode now; a request with both is refused",
    ),
    ({"fresh": {"role": "numeric"}}, "fresh: is required now, and was not known"),
    ({"volume": {"nullable": False, "sentinels": {}}}, "volume: is required now, and could be missing"),
    ({"key": "ship"}, "ship: is required now, and could be missing"),
    ({"key": "ship"}, "key: is ship now, and was the whole content; the same shipment gets another id"),
    ({"weight": {"minimum": 1}}, "weight: must be at least 1 now, and could be 0"),
    ({"weight": {"maximum": 99.5}}, "weight: must be at most 99.5 now, and could be 100"),
    ({"volume": {"minimum": 0}}, "volume: must be at least 0 now, and could be any number"),
    ({"weight": {"unit": "lb"}}, "weight: is in lb now, and was in kg"),
    ({"weight": {"unit": None}}, "weight: is in no unit now, and was in kg"),
    ({"weight": {"strip": None}}, "weight: of its text, nothing is taken away now, and was 'kg'"),
    ({"weight": {"strip": ["k", "kg"]}}, "weight: of its text, 'k', 'kg' is taken away now, and was 'kg'"),
    (
        {"volume": {"strip": ["m³"]}},
        "volume: text must be written as the schema declares now, and could be what Python reads: '.5'",
    ),
    ({"source": {"decimal": ","}}, "numbers in text: the decimal sign is ',' now, and was '.'"),
    ({"source": {"thousands": ","}}, "numbers in text: the sign between groups of digits is ',' now, and was none"),
    (
        {"sent": {"earliest": "2021-01-01"}},
        "sent: must be 2021-01-01 00:00 or later now, and could be 2020-01-01 00:00",
    ),
    (
        {"sent": {"latest": "2029-01-01"}},
        "sent: must be 2029-01-01 00:00 or earlier now, and could be 2030-01-01 00:00",
    ),
    ({"source": {"date_formats": ["ISO8601"]}}, "dates: are no longer read as %d.%m.%Y"),
    (
        {"source": {"date_formats": ["%d.%m.%Y", "ISO8601"]}},
        "dates: are tried as %d.%m.%Y, ISO8601 now, and were as ISO8601, %d.%m.%Y; one could be read as another",
    ),
    (
        {"source": {"timezone": "UTC"}},
        "times without a zone: are read in UTC now, and were in Europe/Paris",
    ),
    ({"mode": {"categories": ["sea", "rail"]}}, "mode: may no longer be air, road; allowed are sea, rail"),
    ({"carrier": {"unseen": "refuse"}}, "carrier: must be one of A, B now, and could be any other"),
    (
        {"carrier": {"role": "identifier", "categories": None}},
        "carrier: is an identifier column now, and was a categorical column",
    ),
    ({"group": ["ship", "state", "note"]}, "note: is read now, as an ignored column, and was ignored whatever it held"),
    ({"exclude_where": [{"column": "state", "equals": ["test", "void"]}]}, "state: 'void' excludes a shipment now"),
    ({"carrier": {"null_tokens": [""]}}, "carrier: 'n/a' no longer means missing"),
    ({"mode": {"null_tokens": ["", "n/a", "air"]}}, "mode: 'air' means missing now, and the column is required"),
    ({"volume": {"sentinels": {"crate": "-1"}}}, "volume: 'n/k' no longer means missing, with its reason"),
    (
        {"volume": {"sentinels": {"not measured": "n/k"}, "null_tokens": ["", "n/a", "-1"]}},
        "volume: '-1' no longer means missing, with its reason",
    ),
]


@pytest.mark.parametrize(("change", "message"), NARROWER, ids=[message for _, message in NARROWER])
def test_what_is_refused_now_or_read_as_something_else_is_told(change, message):
    assert message in breaking_changes(OLD, changed(**change))


def test_a_label_that_is_read_tells_its_other_words():
    grouped = {"group": ["was late"]}
    old = changed(**grouped)
    new = changed(**grouped, label={"late": ["yes"], "on_time": ["no"]})
    assert "was late: has other words for late and on time" in breaking_changes(old, new)


def test_limits_are_compared_as_moments_in_their_own_zones():
    earlier_zone = changed(source={"timezone": "UTC"}, sent={"earliest": "2019-12-31T23:00"})
    assert not [change for change in breaking_changes(OLD, earlier_zone) if change.startswith("sent")]


BUILT_IN = {
    name: yaml.safe_load((resources.files("delay_core") / "schemas" / f"{name}.yaml").read_text())
    for name in ("smart_logistics", "scms")
} | {"parcels": yaml.safe_load(TEXT)}

WORDS = st.sampled_from(["", "N/A", "n/a", "n/k", "-1", "5", "Clear", "Heavy", "Air", "See 1", "air", "kg", "test"])
LIMIT = st.sampled_from([0, 1, 50, 99])
ROLES = st.sampled_from(["numeric", "categorical", "timestamp", "identifier", "ignored"])
OF_COLUMNS = {
    "role": ROLES,
    "unit": st.sampled_from(["kg", "%"]),
    "minimum": LIMIT,
    "maximum": LIMIT,
    "earliest": st.sampled_from(["2000-01-01", "2024-02-01"]),
    "latest": st.sampled_from(["2024-02-01", "2999-01-01"]),
    "strip": st.lists(st.sampled_from(["kg", "k", "%", "5"]), max_size=2),
    "categories": st.lists(WORDS, min_size=1, max_size=3, unique=True),
    "unseen": st.sampled_from(["bucket", "refuse"]),
    "nullable": st.booleans(),
    "null_tokens": st.lists(WORDS, max_size=2, unique=True),
    "sentinels": st.dictionaries(st.sampled_from(["r", "s"]), WORDS.filter(bool), max_size=2),
    "aliases": st.lists(st.sampled_from(["other", "Asset_ID", "note", "state"]), max_size=1),
    "available_at": st.sampled_from(["order", "dispatch", "delivered"]),
}
OF_SOURCE = {
    "date_formats": st.lists(
        st.sampled_from(["ISO8601", "%d.%m.%Y", "%m/%d/%Y %H:%M", "%d-%b-%y", "epoch_s"]),
        min_size=1,
        max_size=3,
        unique=True,
    ),
    "timezone": st.sampled_from(["UTC", "Europe/Paris"]),
    "decimal": st.sampled_from([".", ","]),
    "thousands": st.sampled_from([",", " "]),
    "null_tokens": st.lists(WORDS, max_size=2, unique=True),
}


@st.composite
def pairs(draw):
    """A built-in schema and one made of it by a few changes, most of which fit together."""
    old = copy.deepcopy(BUILT_IN[draw(st.sampled_from(sorted(BUILT_IN)))])
    new = copy.deepcopy(old)
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(new["columns"])))
        what = draw(st.sampled_from(["column"] * 6 + ["source", "drop", "key", "exclude", "swap"]))
        if what == "column":
            key = draw(st.sampled_from(sorted(OF_COLUMNS)))
            new["columns"][name][key] = draw(OF_COLUMNS[key])
        elif what == "source":
            key = draw(st.sampled_from(sorted(OF_SOURCE)))
            new.setdefault("source", {})[key] = draw(OF_SOURCE[key])
        elif what == "drop":
            del new["columns"][name]
        elif what == "key":
            new["key"] = draw(st.lists(st.just(name), max_size=1))
        elif what == "exclude":
            new["exclude_where"] = [{"column": name, "equals": [draw(WORDS)]}]
        else:
            old, new = new, old
    try:
        return parse_schema(yaml.safe_dump(old), "old.yaml"), parse_schema(yaml.safe_dump(new), "new.yaml")
    except SchemaError:
        return None


TOKENS = ["", "N/A", "n/a", "n/k", "-1", "Clear", "See 1", "test", "Direct Drop", "Air", "air", "A"]
NUMBERS = [-1, 0, 1, 5, 50.5, 99, 1700000000, "5", "5 kg", ".5", "1.5", "1,5", "1,500"]
DATES = ["2024-03-01", "2024-01-31 02:30", "01.02.2024", "2/1/2024 08:00", "1-Feb-24"]
ODD = st.sampled_from([None, True, [1], *TOKENS, *NUMBERS, *DATES])


def usual(schema, column):
    match column.role:
        case "numeric":
            return 50 if column.maximum is None or column.maximum >= 50 else column.maximum
        case "timestamp":
            return "01-Feb-24" if schema.name == "scms" else "2024-02-01"
        case "categorical" if column.categories:
            return column.categories[0]
    return "x"


@st.composite
def records(draw, schema):
    odd = draw(st.sets(st.sampled_from(sorted(schema.columns)), max_size=3))
    record = {}
    for name, column in schema.columns.items():
        alias = draw(st.sampled_from([name, *column.aliases])) if name in odd else name
        if name not in odd:
            record[alias] = usual(schema, column)
        elif draw(st.booleans()) or draw(st.booleans()):
            record[alias] = draw(ODD)
    return record


def accepts(schema, shipments):
    """As a request with these shipments is answered."""
    table = pd.DataFrame(shipments, dtype=object)
    if any(name not in schema.aliases for name in table):
        return False
    try:
        return ShipmentValidator(schema, request=True).validate(table).counts.accepted == len(shipments)
    except SourceError:
        return False


@settings(suppress_health_check=list(HealthCheck))
@given(pair=pairs().filter(lambda pair: pair is not None), data=st.data())
def test_without_a_narrowing_whatever_the_old_schema_accepts_the_new_one_does_too(pair, data):
    old, new = pair
    if breaking_changes(old, new):
        return
    for _ in range(2):
        shipments = data.draw(st.lists(records(old), min_size=1, max_size=2))
        assert not accepts(old, shipments) or accepts(new, shipments)
