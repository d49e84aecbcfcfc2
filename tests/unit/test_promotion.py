"""The promotion gate, and what the record of decisions says."""

import pytest

from delay_core.evaluation import Figure
from delay_core.promotion import Decision, objections, predecessor, was_withdrawn

SURE = Figure(value=0.10, low=0.05, high=0.15)
UNSURE = Figure(value=0.10, low=-0.01, high=0.2)


def decision(action, version, replaced=None):
    return Decision(action=action, name="m", version=version, digest="d", replaced=replaced, reasons=("why",))


@pytest.mark.parametrize(
    ("baseline", "champion", "withdrawn", "words"),
    [
        (SURE, None, False, []),
        (SURE, SURE, False, []),
        (UNSURE, SURE, False, ["historical late rate"]),
        (SURE, UNSURE, False, ["champion"]),
        (UNSURE, UNSURE, True, ["rolled back", "historical late rate", "champion"]),
    ],
)
def test_every_objection_is_told(baseline, champion, withdrawn, words):
    found = objections(baseline, champion, withdrawn=withdrawn)
    assert len(found) == len(words)
    assert all(word in text for word, text in zip(words, found, strict=True))


def test_a_version_taken_back_is_withdrawn_until_it_is_promoted_again():
    history = [decision("promoted", 1), decision("promoted", 2, 1), decision("rolled_back", 1, 2)]
    assert was_withdrawn(history, 2)
    assert not was_withdrawn(history, 1)
    assert not was_withdrawn([*history, decision("promoted", 2, 1)], 2)


def test_the_predecessor_is_what_the_last_promotion_replaced():
    history = [decision("promoted", 1), decision("promoted", 2, 1), decision("refused", 3)]
    assert predecessor(history, 2) == 1
    assert predecessor(history, 1) is None
    assert predecessor(history, 3) is None
