"""Budgets of layers: seen to fail a run, and to judge nothing that ran in part."""

import pytest

from support.budgets import Budget, Used, excesses
from support.machine_speed import REFERENCE_SECONDS

pytest_plugins = ["pytester"]

CONFTEST = """
from pathlib import Path
from support.budgets import Budget, LayerBudgets

def pytest_configure(config):
    budgets = {{"unit": Budget({processor}, {elapsed}), "e2e": Budget(100, 100)}}
    layers = LayerBudgets(Path(__file__).parent, budgets, factor={factor}, sample=lambda: {sample_seconds})
    config.pluginmanager.register(layers, "layer-budgets")

def pytest_terminal_summary(terminalreporter, config):
    layers = config.pluginmanager.getplugin("layer-budgets")
    for line in layers.lines() + layers.errors():
        terminalreporter.write_line(line)
"""
BUSY = """
import os
def test_busy():
    end = sum(os.times()[:4]) + 0.1
    while sum(os.times()[:4]) < end:
        pass
"""
BUSY_CHILD = """
import subprocess, sys
def test_busy_child():
    code = "import os\\nwhile sum(os.times()[:4]) < 0.1: pass"
    subprocess.run([sys.executable, "-S", "-c", code], check=True)
"""
WAITING = """
import threading
def test_waiting():
    threading.Event().wait(0.1)
"""
QUICK = """
def test_quick():
    pass
"""
FAILING = """
def test_failing():
    assert False
"""


@pytest.fixture
def run(pytester):
    """Runs a small suite of a layer `unit` with two files, and a layer `e2e`; returns the result."""

    def run(text, *options, processor=0.04, elapsed=100, factor=1, sample_seconds=0):
        values = {"processor": processor, "elapsed": elapsed, "factor": factor, "sample_seconds": sample_seconds}
        pytester.makeconftest(CONFTEST.format(**values))
        for path, content in (("unit/test_a", text), ("unit/test_b", QUICK), ("e2e/test_c", QUICK)):
            file = pytester.path / f"{path}.py"
            file.parent.mkdir(exist_ok=True)
            file.write_text(content)
        return pytester.runpytest_inprocess(
            "-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:slipcover", *options
        )

    return run


def errors_of(result):
    return [line for line in result.outlines if line.startswith("budget exceeded")]


@pytest.mark.parametrize("text", [BUSY, BUSY_CHILD], ids=["in the worker", "in a child"])
def test_layer_budget__processor_seconds_above_it_by_half_fail_the_run(run, text):
    result = run(text)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert len(errors_of(result)) == 1
    result.stdout.re_match_lines([
        r"unit: \d+ of 0 processor seconds, \d+ of 100 elapsed",
        r"e2e: 0 of 100 processor seconds, 0 of 100 elapsed",
        r"budget exceeded: unit took 0\.\d processor seconds; its budget is 0\.0, and at most 0\.1 are allowed",
    ])  # fmt: skip


def test_used__elapsed_seconds_are_reduced_by_the_share_that_was_spent_waiting_for_a_core():
    assert Used(processor=5, elapsed=90, ran=20, waited=40).on_quiet_cores == (5, 30)
    assert Used(processor=5, elapsed=90).on_quiet_cores == (5, 90)


def test_used__seconds_are_divided_by_the_slowdown_of_the_machine_and_never_multiplied():
    slow = Used(processor=30, elapsed=90, sampled=6 * REFERENCE_SECONDS, samples=2)
    assert slow.on_quiet_cores == (pytest.approx(10), pytest.approx(30))
    assert slow.as_measured == " (measured: 30 and 90, on a machine 3.0 times slower)"
    fast = Used(processor=30, elapsed=90, sampled=REFERENCE_SECONDS, samples=2)
    assert (fast.on_quiet_cores, fast.as_measured) == ((30, 90), "")


@pytest.mark.parametrize(
    ("used", "kinds"),
    [
        (Used(processor=149, elapsed=399), []),
        (Used(processor=151), ["processor"]),
        (Used(elapsed=401), ["elapsed"]),
        (Used(elapsed=401, ran=100, waited=1), []),
        (Used(processor=301, elapsed=1100, ran=2, waited=1), ["processor", "elapsed"]),
    ],
)
def test_excesses__are_above_the_budget_by_half_and_in_waiting_by_as_much_again(used, kinds):
    messages = excesses("e2e", used, Budget(processor=100, elapsed=200))
    assert [sentence.split()[5] for sentence in messages] == kinds
    assert len(excesses("e2e", used, Budget(processor=100, elapsed=200), factor=2)) == (used.processor > 300)


def test_layer_budget__waiting_fails_the_run(run):
    assert run(WAITING, processor=100).ret == 0
    result = run(WAITING, processor=100, elapsed=0)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "elapsed seconds; its budget is 0.0" in errors_of(result)[0]


def test_layer_budget__grows_by_its_factor(run):
    assert run(BUSY).ret == pytest.ExitCode.TESTS_FAILED
    result = run(BUSY, factor=1_000)
    assert (result.ret, errors_of(result)) == (0, [])
    result.stdout.re_match_lines([r"unit: 0 of 40 processor seconds, 0 of 100000 elapsed"])


def test_layer_budget__grows_with_the_slowdown_of_the_machine(run):
    result = run(BUSY, sample_seconds=10 * REFERENCE_SECONDS)
    assert (result.ret, errors_of(result)) == (0, [])
    result.stdout.re_match_lines([r"unit: 0 of 0 .*, on a machine 10\.0 times slower"])


@pytest.mark.parametrize(
    "options",
    [
        ("unit/test_a.py",),
        ("unit/test_a.py::test_busy", "unit/test_b.py"),
        ("-k", "busy"),
        ("--deselect", "unit/test_b.py"),
    ],
    ids=["a file", "a test", "a keyword", "a deselected file"],
)
def test_layer_budget__judges_no_part_of_a_layer(run, options):
    result = run(BUSY, *options)
    assert (result.ret, errors_of(result)) == (0, [])
    result.stdout.re_match_lines([r"unit: .*, not all of its tests"])


def test_layer_budget__judges_a_layer_although_another_ran_in_part(run):
    result = run(BUSY, "--deselect", "e2e/test_c.py")
    assert (result.ret, len(errors_of(result))) == (pytest.ExitCode.TESTS_FAILED, 1)


def test_layer_budget__adds_the_workers_up(run):
    result = run(BUSY, "-n", "2", "--dist", "loadfile")
    assert (result.ret, len(errors_of(result))) == (pytest.ExitCode.TESTS_FAILED, 1)


def test_layer_budget__leaves_a_failed_run_failed(run):
    assert run(FAILING, processor=100).ret == pytest.ExitCode.TESTS_FAILED
