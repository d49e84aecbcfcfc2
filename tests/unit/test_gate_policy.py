"""The gate's limits: which make sense, and how they are set."""

import os

import pytest
from pydantic import ValidationError

from delay_core.errors import SchemaError
from delay_core.promotion import GatePolicy
from entrypoints.cli.context import read_settings


@pytest.mark.parametrize(
    ("limit", "wrong"),
    [("minimum_rows", 1), ("minimum_rows", "off"), ("minimum_gain", -0.1), ("maximum_ece", 1.5), ("maximum_ece", "nan"),
     ("maximum_slice_loss", -1), ("minimum_slice_rows", 10), ("maximum_parity", 0), ("maximum_leakage", 0.4),
     ("maximum_typo", 1)],
)  # fmt: skip
def test_a_limit_that_makes_no_sense_is_refused(limit, wrong):
    with pytest.raises(ValidationError, match=limit):
        GatePolicy(**{limit: wrong})


def test_every_limit_explains_itself():
    assert all(field.description for field in GatePolicy.model_fields.values())


def test_limits_come_from_the_environment(monkeypatch):
    for name in [name for name in os.environ if name.startswith("DELAY_GATE")]:
        monkeypatch.delenv(name)
    assert read_settings().gate == GatePolicy()
    monkeypatch.setenv("DELAY_GATE__MINIMUM_ROWS", "80")
    monkeypatch.setenv("DELAY_GATE__MAXIMUM_ECE", "off")
    assert read_settings().gate == GatePolicy(minimum_rows=80, maximum_ece=None)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("DELAY_GATE__MINIMUM_ROWS", "1", r"gate\.minimum_rows: .*greater than or equal to 2 \(found '1'\)"),
        ("DELAY_GATE__MINIMUM_ROW", "60", r"gate\.minimum_row: .*not permitted"),
        ("DELAY_GATE", "strict", r"gate: .*valid dictionary"),
    ],
)
def test_a_wrong_limit_in_the_environment_is_named(monkeypatch, variable, value, words):
    monkeypatch.setenv(variable, value)
    with pytest.raises(SchemaError, match=words):
        read_settings()
