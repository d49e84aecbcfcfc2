"""Which requests a new schema refuses, or reads as something else."""

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from delay_core import parse_schema
from delay_core.schema import breaking_changes
from support.schema_pairs import TEXT, accepts, pairs, records

OLD = parse_schema(TEXT, "old.yaml")


def changed(**sections):
    """The schema with these keys of sections, or of columns, changed; None takes a column or key away."""
    content = yaml.safe_load(TEXT)
    for name, change in sections.items():
        section = content["columns"] if name in content["columns"] or name == "fresh" else content
        if change is None:
            del section[name]
        elif isinstance(change, dict) and isinstance(section.get(name), dict):
            section[name] = {key: value for key, value in (section[name] | change).items() if value is not None}
        else:
            section[name] = change
    return parse_schema(yaml.safe_dump(content), "new.yaml")


COMPATIBLE = {
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


@pytest.mark.parametrize("change", COMPATIBLE.values(), ids=COMPATIBLE.keys())
def test_a_change_that_only_accepts_more__is_no_breaking_change(change):
    assert breaking_changes(OLD, changed(**change)) == []


BREAKING = [
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
    ({"weight": {"strip": None}}, "weight: from its text, nothing is removed now, and was 'kg'"),
    ({"weight": {"strip": ["k", "kg"]}}, "weight: from its text, 'k', 'kg' is removed now, and was 'kg'"),
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


@pytest.mark.parametrize(("change", "message"), BREAKING, ids=[message for _, message in BREAKING])
def test_a_value_that_is_refused_now_or_read_as_something_else__is_a_breaking_change(change, message):
    assert message in breaking_changes(OLD, changed(**change))


def test_a_label_that_is_stored__reports_its_other_values():
    grouped = {"group": ["was late"]}
    old = changed(**grouped)
    new = changed(**grouped, label={"late": ["yes"], "on_time": ["no"]})
    assert "was late: has other words for late and on time" in breaking_changes(old, new)


def test_limits__are_compared_in_their_own_zones():
    earlier_zone = changed(source={"timezone": "UTC"}, sent={"earliest": "2019-12-31T23:00"})
    assert not [change for change in breaking_changes(OLD, earlier_zone) if change.startswith("sent")]


@settings(suppress_health_check=list(HealthCheck))
@given(pair=pairs().filter(lambda pair: pair is not None), data=st.data())
def test_without_breaking_changes__the_new_schema_accepts_whatever_the_old_one_accepts(pair, data):
    old, new = pair
    if breaking_changes(old, new):
        return
    for _ in range(2):
        shipments = data.draw(st.lists(records(old), min_size=1, max_size=2))
        assert not accepts(old, shipments) or accepts(new, shipments)
