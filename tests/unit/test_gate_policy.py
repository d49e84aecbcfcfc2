"""The gate's limits: which make sense, and how they are set."""

import os

import pytest
from pydantic import ValidationError

from delay_core.errors import SchemaError
from delay_core.evaluation.slice_limits import MIN_SLICE_ROWS
from delay_core.promotion import GatePolicy
from delay_core.promotion.policy import describe_limit
from entrypoints.cli.context import read_settings


@pytest.mark.parametrize(
    ("limit", "wrong"),
    [("minimum_rows", 1), ("minimum_rows", "of"), ("minimum_gain", -0.1), ("maximum_ece", 1.5), ("maximum_ece", "nan"),
     ("maximum_slice_loss", -1), ("minimum_slice_rows", 10), ("maximum_parity", 0), ("maximum_leakage", 0.4),
     ("maximum_typo", 1)],
)  # fmt: skip
def test_invalid_limit__is_refused(limit, wrong):
    with pytest.raises(ValidationError, match=limit):
        GatePolicy(**{limit: wrong})


def test_limits__have_a_description():
    assert all(field.description for field in GatePolicy.model_fields.values())


def test_limits__are_read_from_the_environment(monkeypatch):
    for name in [name for name in os.environ if name.startswith("DELAY_GATE")]:
        monkeypatch.delenv(name)
    assert read_settings().gate == GatePolicy()
    monkeypatch.setenv("DELAY_GATE__MINIMUM_ROWS", "80")
    monkeypatch.setenv("DELAY_GATE__MAXIMUM_ECE", "off")
    assert read_settings().gate == GatePolicy(minimum_rows=80, maximum_ece=None)


@pytest.mark.parametrize("value", ["off", "OFF", " off "])
@pytest.mark.parametrize("limit", GatePolicy.model_fields)
def test_off__is_allowed_for_every_limit(monkeypatch, limit, value):
    monkeypatch.setenv(f"DELAY_GATE__{limit.upper()}", value)

    policy = read_settings().gate

    expected = MIN_SLICE_ROWS if limit == "minimum_slice_rows" else None
    assert getattr(policy, limit) == expected
    assert "or off" in describe_limit(limit)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        (
            "DELAY_GATE__MINIMUM_ROWS",
            "1",
            r"DELAY_GATE__MINIMUM_ROWS: .*greater than or equal to 2 \(found '1'\); "
            "allowed is a whole number of at least 2, or off",
        ),
        (
            "DELAY_GATE__MINIMUM_GAIN_OVER_CHAMPION",
            "none",
            r"valid number.*\(found 'none'\); allowed is a number from -1 to 1, or off",
        ),
        (
            "DELAY_GATE__MAXIMUM_PARITY",
            "0",
            r"greater than 0 \(found '0'\); allowed is a number above 0, at most 1, or off",
        ),
        (
            "DELAY_GATE__MINIMUM_ROW",
            "60",
            r"DELAY_GATE__MINIMUM_ROW: .*not permitted.*; the gate has DELAY_GATE__MINIMUM_ROWS$",
        ),
        (
            "DELAY_GATE",
            "strict",
            r"DELAY_GATE: .*valid dictionary.*; each limit has its own variable, such as DELAY_GATE__M",
        ),
        ("DELAY_TRIALS", "many", r"DELAY_TRIALS: .*valid integer.*\(found 'many'\)"),
        ("DELAY_MODEL_CACHE_SIZE", "0", r"environment: DELAY_MODEL_CACHE_SIZE: .*greater than or equal to 1"),
    ],
)
def test_invalid_limit_in_the_environment__is_named(monkeypatch, variable, value, words):
    monkeypatch.setenv(variable, value)
    with pytest.raises(SchemaError, match=words):
        read_settings()
