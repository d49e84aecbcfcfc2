"""The schema language: what it derives, what its digest is of, and that nothing written in it ends in a crash."""

import json
from contextlib import suppress
from datetime import timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from delay_core import ShipmentSchema, built_in_names, load_schema, parse_schema
from delay_core.errors import SchemaError
from delay_core.schema import request_json_schema
from delay_core.schemas import yaml_loader
from support.properties import examples

GOOD = {
    "name": "parcels",
    "version": 1,
    "prediction_point": {"column": "sent", "stage": "dispatch"},
    "label": {"column": "late", "known_after": "P2D"},
    "columns": {
        "sent": {"role": "timestamp", "available_at": "dispatch"},
        "weight": {"role": "numeric", "unit": "kg", "minimum": 0},
        "mode": {"role": "categorical", "categories": ["air", "sea"]},
        "parcel": {"role": "identifier"},
        "driver": {"role": "ignored", "pii": True},
        "arrived": {"role": "timestamp", "available_at": "delivered"},
        "status": {"role": "categorical", "available_at": "delivered"},
        "late": {"role": "label", "available_at": "delivered"},
    },
}

BY_DATES = {
    "label": {"actual": "arrived", "promised": "promised", "tolerance": "PT12H"},
    "columns": {
        **{name: column for name, column in GOOD["columns"].items() if name != "late"},
        "promised": {"role": "timestamp"},
    },
}

RICH = {
    **GOOD,
    "source": {"date_formats": ["ISO8601", "%d.%m.%Y"], "timezone": "Europe/Paris", "null_tokens": ["", "n/a"]},
    "snapshot": "2024-06-30T12:00",
    "costs": {"missed_delay": 10, "needless_action": 1.5, "currency": "EUR"},
    "key": ["parcel"],
    "group": "status",
    "exclude_where": [{"column": "mode", "equals": ["test"]}],
    "calendar": [{"column": "sent", "parts": ["hour", "month"]}],
    "derived": {"density": {"ratio": ["weight", "volume"]}, "of the mode": {"late_rate": "mode"}},
    "columns": {
        **GOOD["columns"],
        "weight": {
            "role": "numeric",
            "minimum": 0,
            "strip": ["kg"],
            "nullable": True,
            "sentinels": {"not weighed": "n/k"},
        },
        "volume": {"role": "numeric", "nullable": True},
        "mode": {"role": "categorical", "categories": ["air", "sea"], "unseen": "refuse"},
        "arrived": {"role": "timestamp", "available_at": "delivered", "earliest": "2020-01-01", "latest": "2030-01-01"},
    },
}


def schema(**changes):
    return parse_schema(yaml.safe_dump({**GOOD, **changes}, sort_keys=False), "parcels.yaml")


def test_features__are_known_at_the_prediction_point():
    assert list(schema().features) == ["weight", "mode"]


def test_unavailable_columns__are_refused_with_the_reason():
    assert schema().post_hoc_columns == {
        "arrived": "known at delivered, after the prediction point (dispatch)",
        "status": "known at delivered, after the prediction point (dispatch)",
    }


def test_stored_columns__exclude_pii_and_post_hoc():
    assert schema().persisted_columns == ("sent", "weight", "mode", "parcel")


def test_outcome__is_read_from_its_column_or_from_two_dates():
    assert schema().label.columns == ("late",)
    assert schema(**BY_DATES).label.columns == ("arrived", "promised")
    assert schema(**BY_DATES).label.tolerance == timedelta(hours=12)


def test_inputs_of_derived_features__are_needed_and_stored():
    waited = {**BY_DATES, "derived": {"allowed": {"days": ["sent", "promised"]}}}
    assert "promised" not in schema(**BY_DATES).input_columns
    assert schema(**waited).input_columns == ("sent", "weight", "mode", "promised")
    assert schema(**waited).persisted_columns == ("sent", "weight", "mode", "parcel", "promised")


def test_keys_and_calendars__are_needed_and_groups_are_stored():
    rich = schema(**RICH)
    assert rich.input_columns == ("sent", "weight", "mode", "parcel", "volume")
    assert rich.persisted_columns == ("sent", "weight", "mode", "parcel", "status", "volume")


def test_column_with_sentinels__has_a_stored_column_of_reasons():
    assert schema().missing_reason_columns == {}
    assert schema(**RICH).missing_reason_columns == {"weight: why missing": "weight"}


def test_digest__depends_on_the_content_and_not_on_the_spelling():
    reordered = yaml.safe_dump(dict(reversed(GOOD.items())), sort_keys=False)
    assert parse_schema(reordered, "other.yaml").digest == schema().digest
    assert schema(key=["parcel"]).digest == schema(key="parcel").digest
    assert schema(version=2).digest != schema().digest


@pytest.mark.parametrize(
    "defaults",
    [
        {"source": {}},
        {"source": {"delimiter": ",", "null_tokens": [""], "timezone": "UTC"}},
        {"costs": None, "snapshot": None, "key": [], "group": [], "calendar": [], "derived": {}, "exclude_where": []},
        {"label": {**GOOD["label"], "tolerance": "PT0S", "overdue": "late", "late": [], "actual": None}},
        {
            "columns": {
                **GOOD["columns"],
                "driver": {"role": "ignored", "pii": True, "nullable": False, "sentinels": {}},
            }
        },
    ],
)
def test_digest__ignores_defaults_that_are_written_out(defaults):
    assert schema(**defaults).digest == schema().digest


@pytest.mark.parametrize("content", [{}, BY_DATES, RICH])
def test_json_round_trip__keeps_the_schema(content):
    before = schema(**content)
    after = ShipmentSchema.model_validate_json(json.dumps(before.content))
    assert after == before
    assert after.digest == before.digest


def test_built_in_schemas__are_valid():
    assert "smart_logistics" in built_in_names()
    for name in built_in_names():
        assert load_schema(name).name == name


def test_unknown_name__lists_the_built_in_schemas():
    with pytest.raises(SchemaError, match=r"no built-in schema 'smart'.*smart_logistics"):
        load_schema("smart")


TEXT = yaml.safe_dump(RICH, sort_keys=False)
SIGNS = [*"{}[]:,-?*&!%@|>'\"#\n\t \\~=\0é", "<<", "null", ".nan", "2024-13-01", '"\\ud800"', "? ", "---"]
WORDS = st.sampled_from(["", "yes", "sent", "weight", "late", "numeric", "P1D", "-P1D", "2024-01-01", "UTC", "%d", "*"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(WORDS | st.text(max_size=3), v), max_leaves=4
)


def paths(value, path=()):
    """The way to every value in nested lists and mappings."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [*([path] if path else []), *(nested for key, part in inner for nested in paths(part, (*path, key)))]


def mutated(content, path, action, value):
    """A copy in which one value is taken away, replaced, or given a neighbour."""
    content = json.loads(json.dumps(content))
    *way, last = path
    parent = content
    for key in way:
        parent = parent[key]
    if action == "delete":
        del parent[last]
    elif action == "add" and isinstance(parent, dict):
        parent["added"] = value
    else:
        parent[last] = value
    return content


def read_or_refused(text):
    """A schema that can be stored and described for requests, or a refusal of which every line names the file."""
    try:
        schema_read = parse_schema(text, "parcels.yaml")
    except SchemaError as refused:
        return all(line.startswith("parcels.yaml: ") for line in str(refused).split("\n"))
    kept = ShipmentSchema.model_validate_json(json.dumps(schema_read.content))
    return kept.digest == schema_read.digest and bool(request_json_schema(schema_read)["properties"])


@given(st.data())
def test_any_schema__is_accepted_or_refused_with_reasons(data):
    content = RICH
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths(content)))
        content = mutated(content, path, data.draw(st.sampled_from(["delete", "replace", "add"])), data.draw(VALUES))
    assert read_or_refused(yaml.safe_dump(content, allow_unicode=True))


@examples(6)
@given(st.integers(0, len(TEXT)), st.integers(0, 8), st.sampled_from(SIGNS))
def test_any_file__is_accepted_or_refused_with_reasons(at, taken, put):
    assert read_or_refused(TEXT[:at] + put + TEXT[at + taken :])


FRAGMENTS = [
    *(
        "a",
        "b: ",
        "- ",
        "\n",
        "\n  ",
        "'",
        '"',
        "{",
        "}",
        "[",
        "]",
        ", ",
        " #",
        "|",
        ">",
        "? ",
        "---",
        "\t",
        "007",
        "1.5",
    ),
    *("yes", "~", "%", "\\u0041", "!", "&a ", "*a", "<<: ", ":", "\r\n", "\u2028", "\ufeff", "\x00"),
]


@examples(4)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
def test_parser_in_c__reads_what_it_accepts_as_the_one_in_python_does(text):
    with suppress(SchemaError):
        content = yaml_loader.load_mapping(f"x: {text}", "x.yaml")
        assert content == yaml.load(f"x: {text}", yaml_loader._Loader)  # noqa: S506 - a subset of SafeLoader
