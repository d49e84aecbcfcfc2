"""How fast earlier rows lose weight: only where that is clearly better for the families together."""

from dataclasses import replace

import numpy as np
import pytest

from delay_core.training.half_life import HALF_LIVES, choose_half_life
from fakes.artifact_store import ArtifactStore
from fakes.model_trainer import ModelTrainer
from unit.test_search import COUNT, CountingTrainer, search

DRAW = np.random.default_rng(8)
NOISE = DRAW.normal(size=COUNT)


def labelled(effects):
    """A search on rows whose effect of the weight changes with time [rows]."""
    chosen = search(ArtifactStore(), ModelTrainer())
    late = (effects * chosen.rows.columns["weight"] + NOISE > 0).astype(np.int8)
    return replace(chosen, rows=replace(chosen.rows, labels=late))


def test_an_effect_that_stays__needs_no_half_life():
    assert choose_half_life(labelled(np.full(COUNT, 2.0))) is None


def test_an_effect_that_turned__has_a_half_life():
    assert choose_half_life(labelled(np.linspace(-6, 3, COUNT))) in HALF_LIVES


def test_half_lives__are_tried_on_older_folds_only_if_one_is_better_on_the_newest():
    trainer = CountingTrainer()
    stable = search(ArtifactStore(), trainer)
    assert choose_half_life(stable) is None
    assert trainer.curves in (1 + len(HALF_LIVES), 1 + len(HALF_LIVES) + 2 * (len(stable.folds) - 1))


def test_half_lives__are_shares_of_the_time_from_slow_to_fast():
    assert all(0 < share < 1 for share in HALF_LIVES)
    assert list(HALF_LIVES) == sorted(HALF_LIVES, reverse=True)
    assert pytest.approx(0.5) == HALF_LIVES[0]
