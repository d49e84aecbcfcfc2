"""Errors of the command line: exit codes, a message for people, and JSON for programs."""

import json

import pytest

from delay_core.errors import BundleError, SchemaError, ServingChanged, ShipmentValidationError, SourceError, StoreError
from delay_core.violations import Violation, ViolationCode
from entrypoints.cli.errors import MAX_VIOLATIONS, exit_code, print_error

HUMIDITY = Violation("Humidity", ViolationCode.NOT_A_NUMBER, {"value": "'wet'"}, row=2)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SchemaError("x"), 3),
        (SourceError("x"), 3),
        (ShipmentValidationError([HUMIDITY]), 3),
        (BundleError("x"), 5),
        (StoreError("x"), 6),
        (ServingChanged("x"), 8),
    ],
)
def test_exit_code__names_the_kind_of_error(error, code):
    assert exit_code(error) == code


def test_print_error__prints_one_message_and_nothing_on_standard_output(capsys):
    print_error(StoreError("cannot write [red]x[/]"), as_json=False)
    assert capsys.readouterr() == ("", "delay: cannot write [red]x[/]\n")


@pytest.mark.parametrize("error", [ShipmentValidationError([HUMIDITY]), SourceError("no number in t.csv", [HUMIDITY])])
def test_print_error__gives_programs_the_violations_as_the_last_line(capsys, error):
    print_error(error, as_json=True)
    output, messages = capsys.readouterr()
    assert output == ""
    assert json.loads(messages.splitlines()[-1])["error"] == {
        "code": "invalid_input",
        "message": str(error),
        "violations": [{"field": "Humidity", "code": "not_a_number", "message": "'wet' is not a number", "row": 2}],
    }


def test_print_error__lists_a_bounded_number_of_violations(capsys):
    print_error(ShipmentValidationError([HUMIDITY] * (MAX_VIOLATIONS + 1)), as_json=True)
    assert len(json.loads(capsys.readouterr().err.splitlines()[-1])["error"]["violations"]) == MAX_VIOLATIONS
