"""A declared trend that later shipments contradict: the pipeline leaves it out and says so."""

import numpy as np
import pandas as pd
import pytest

from support.cli import ONE_TRIAL, Delay

NUMBERS = [f"reading {number}" for number in range(1, 7)]
SCHEMA = """
name: parcels
version: 1
prediction_point: {column: sent, stage: dispatch}
label: {column: late, known_after: P1D}
calendar: [{column: sent, parts: [trend]}]
columns:
  sent: {role: timestamp}
  weight: {role: numeric}
  late: {role: label, nullable: true, available_at: delivered}
""" + "".join(f"  {name}: {{role: numeric}}\n" for name in NUMBERS)
ROWS = 1600
RUSH = (0.69, 0.74)
"""Shares of the rows between which the late rate is high: the end of the training rows of the newest fold."""


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trend")
    draw = np.random.default_rng(0)
    columns = {name: draw.uniform(size=ROWS).round(4) for name in ("weight", *NUMBERS)}
    position = np.arange(ROWS) / ROWS
    rate = np.where((position > RUSH[0]) & (position < RUSH[1]), 0.65, 0.1) * (0.5 + columns["weight"])
    columns["sent"] = pd.date_range("2023-01-01", periods=ROWS, freq="12h").strftime("%Y-%m-%dT%H:%M")
    columns["late"] = (draw.uniform(size=ROWS) < rate).astype(int)
    table, schema = folder / "parcels.csv", folder / "parcels.yaml"
    pd.DataFrame(columns).to_csv(table, index=False)
    schema.write_text(SCHEMA, "utf-8")
    return Delay(folder / "data", ONE_TRIAL).json("pipeline", "--schema", schema, "--source", table)


def test_pipeline__leaves_the_trend_out_and_says_by_how_much_models_are_better(answer):
    assert answer["calendar"]["left_out"] == ["sent: trend"]
    [trial] = answer["calendar"]["trials"]
    assert trial["newest"] > 0
    assert min(trial["by_family"].values()) > 0


def test_model_without_trend__reads_the_other_columns(answer):
    assert answer["features"] == ["weight", *NUMBERS]
    assert set(answer["importances"]) == {"weight", *NUMBERS}
