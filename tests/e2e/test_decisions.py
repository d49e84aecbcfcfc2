"""`delay decisions`: the record of what was decided, and one decision with every check that it rests on."""

import re

import pytest

from adapters.mlflow import PromotionLog
from delay_core.evaluation import Estimate
from delay_core.promotion import Check, Decision, GatePolicy
from support.cli import Delay
from support.mlflow_stores import fresh_store

GAIN = Estimate(value=0.155, low=0.132, high=0.178)
LOSS = Estimate(value=-0.4, low=-0.55, high=-0.25)
CHECKS = (
    Check(name="gain_over_baseline", value=GAIN, limit=0, passed=True, message="it beats the historical late rate"),
    Check(name="rows", value=3000, limit=50, passed=True, message="tested on 3,000 shipments"),
    Check(
        name="slices_over_baseline", value=LOSS, limit=-0.02, passed=False, message="worse where Port is [red]Côte[/]"
    ),
    Check(name="parity", value=3e-8, limit=1e-5, passed=True, message="they differ by 3.0e-08"),
    Check(name="history", value=None, limit=None, passed=True, message="it was never rolled back"),
)


def decision(action, version, **more):
    return Decision(action=action, name="m", version=version, digest=f"{version:064x}", **more)


REASON, FORCED_REASON = CHECKS[2].message, f"forced although {CHECKS[2].message}"
DECISIONS = [
    decision("promoted", 1, reasons=("it beats the historical late rate", "no version served before")),
    decision(
        "refused", 2, reasons=(REASON, "a note"), notes=("a note",), checks=CHECKS, policy=GatePolicy(), trigger="gate"
    ),
    decision("promoted", 2, replaced=1, reasons=(FORCED_REASON,), checks=CHECKS, trigger="forced"),
    decision("rolled_back", 1, replaced=2, reasons=("version 2 was rolled back",)),
]


@pytest.fixture
def delay(tmp_path):
    """`delay` on a record of four decisions, at a terminal of 100 columns."""
    (tmp_path / "mlflow").mkdir()
    log = PromotionLog(fresh_store(tmp_path / "mlflow"))
    for each in DECISIONS:
        log.append(each)
    return Delay(tmp_path, {"MODEL_NAME": "m", "COLUMNS": "100"})


def test_decisions__are_listed_newest_last(delay):
    text = delay("decisions").stdout
    whats = ["promoted", "refused", "promoted by force", "rolled back"]
    offsets = [text.index(f"{number} │") for number in (1, 2, 3, 4)]
    assert offsets == sorted(offsets)
    assert all(what in text[offset:] for what, offset in zip(whats, offsets, strict=True))
    assert "4 of 5" in text
    assert max(map(len, text.splitlines())) <= 132


def test_decision__shows_every_check_with_value_interval_limit_and_message(delay):
    text = delay("decisions", "--version", "2").stdout
    assert "Promoted by force" in text  # the newest about version 2
    for cell in ("gain over baseline", "0.155", "0.132 to 0.178", "> 0", "3,000", "≥ 50", "-0.550 to -0.250",
                  "≥ -0.02", "3e-08", "≤ 1e-05", "it was never rolled back", "[red]Côte[/]"):  # fmt: skip
        assert cell in text
    assert (text.count("│ yes"), text.count("│ no ")) == (4, 1)


def test_decision__without_checks_shows_its_reasons(delay):
    assert "version 2 was rolled back" in delay("decisions", "--version", "1").stdout


def test_json__has_every_field(delay):
    listed = delay.json("decisions")["decisions"]
    assert [Decision.model_validate(each) for each in listed] == DECISIONS
    newest = delay.json("decisions", "--version", "2")["decision"]
    assert Decision.model_validate(newest) == DECISIONS[2]


def test_version_without_decision__is_reported(delay):
    ended = delay("decisions", "--version", "9", expect=5)
    assert "nothing was decided about version 9 of m" in ended.stderr
    assert ended.stdout == ""


def test_model_without_decision__says_what_to_run(delay):
    other = Delay(delay.data, {**delay.variables, "MODEL_NAME": "another"})
    assert re.search(r"next: \S*delay promote --schema smart_logistics$", other("decisions").stdout, re.MULTILINE)
