"""Tables without a built-in schema: inferred by init, edited in a few lines, and run to a promoted model."""

import difflib
import json
import re

import pytest

from support import tables
from support.cli import ONE_TRIAL, Delay
from support.odd_paths import ODD_NAME
from support.shared_runs import with_store
from support.written_files import everything_in

MAX_EDITS = 10
TABLES = {
    "auftraege": (
        tables.german_csv,
        "auftraege.csv",
        {r"^(label: \{.*)\}": r"\1, known_after: P7D}"},
        {"read": 1500, "quarantined": 2},
    ),
    "shipments": (
        tables.workbook,
        "shipments.xlsx",
        {r"^(label: \{.*)\}": r"\1, known_after: P2D}", r"^(version: 1)$": r"\1\nsnapshot: 2024-01-20"},
        {"read": 1200, "quarantined": 24 + 20},
    ),
    "parcels": (
        tables.parquet,
        "parcels.parquet",
        {},  # its draft has the snapshot
        {"read": 3000, "quarantined": 0},
    ),
}


@pytest.fixture(scope="module", params=list(TABLES))
def run(request, tmp_path_factory):
    """(name, edits, everything said, the answer, the folder of everything kept)."""
    make, file, edits, rows = TABLES[request.param]
    folder = tmp_path_factory.mktemp(request.param) / ODD_NAME
    folder.mkdir()
    table, schema = make(folder / file), folder / "own.yaml"
    delay = with_store(Delay(folder / "kept" / "delay-data", ONE_TRIAL))
    drafted = delay("schema", "init", table, "--name", request.param).stdout
    edited = drafted
    for pattern, replacement in edits.items():
        edited = re.sub(pattern, replacement, edited, flags=re.MULTILINE)
    schema.write_text(edited, "utf-8")
    output = [drafted]
    for command in (("schema", "check"), ("pipeline", "--json"), ("predict",)):
        ended = delay(*command, "--schema", schema, "--source", table)
        output += [ended.stdout, ended.stderr]
    answer = json.loads(output[3])
    return drafted, edited, output, answer, folder, rows


def test_a_draft_is_within_ten_lines_of_running(run):
    drafted, edited, *_ = run
    changes = [line for line in difflib.ndiff(drafted.splitlines(), edited.splitlines()) if line[:2] in ("- ", "+ ")]
    assert len(changes) <= MAX_EDITS, "\n".join(changes)


def test_every_row_is_accounted_for(run):
    answer, rows = run[3]["rows"], run[5]
    assert answer["read"] == answer["accepted"] + answer["quarantined"] + answer["excluded"]
    assert {name: answer[name] for name in rows} == rows


def test_the_model_beats_the_baseline_and_is_promoted(run):
    answer = run[3]
    assert answer["promoted"]
    assert answer["test"]["roc_auc"]["low"] > 0.5


def test_personal_data_is_nowhere_in_what_was_said_or_written(run):
    *_, output, _, folder, _ = run
    canary = tables.CANARY.lower()
    assert not [text for text in output if canary in text.lower()]
    kept = list(everything_in(folder / "kept"))
    assert len(kept) > 20
    assert not [path for path, text in kept if canary in text.lower()]
