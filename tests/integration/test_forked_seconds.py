"""The processor seconds of forked processes count for the budget of their layer."""

import time

from support.budgets import Used
from support.crashes import forked
from support.forked_seconds import forked_seconds

BUSY = 0.3


def be_busy() -> None:
    while time.process_time() < BUSY:
        pass


def test_used__includes_what_a_forked_process_used():
    forked(time.sleep, 0).join()  # the fork server has started
    before, forked_before = Used.so_far().processor, forked_seconds()

    forked(be_busy).join()

    assert Used.so_far().processor - before >= BUSY * 0.8
    assert forked_seconds() - forked_before >= BUSY * 0.8
