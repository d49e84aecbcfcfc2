"""The report of a training as people read it in the terminal."""

import dataclasses

import pytest

from delay_core.model_card import model_card
from entrypoints.cli.views.training import show_training
from unit.test_model_card import RESULT, estimate


@pytest.fixture
def printed(capsys):
    """The text that is printed for a result."""

    def show(result):
        show_training(result.report("a" * 64, "b" * 64))
        return capsys.readouterr().out

    return show


def test_label_sets__that_hold_clearly_less_than_promised_are_a_warning(printed):
    sets = RESULT.label_sets.model_copy(update={"coverage_late": estimate(0.27)})
    changed = dataclasses.replace(RESULT, label_sets=sets)
    warning = "of the test shipments that were late, only 27.0% [26.0%, 28.0%] have a set with their outcome"
    assert warning in printed(changed)
    assert "only" not in printed(RESULT)
    assert "**Of the shipments that were late, clearly fewer than promised" in model_card(changed)
    assert "clearly fewer" not in model_card(RESULT)


def test_baselines__are_shown_beside_the_winner(printed):
    text = printed(RESULT)
    assert "recent rate" in text
    assert "Recent rate  the late rate of the latest 200 known outcomes by Lane, Port, before each shipment" in text
