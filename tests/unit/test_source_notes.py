"""What a source says about a table besides its rows reaches the reports; violations name formulas without a value."""

from collections import Counter

import pandas as pd

from delay_core import parse_schema
from delay_core.source_notes import NoteCode, SourceNote, attach_notes, describe_notes
from delay_core.splits import SplitPolicy
from delay_core.use_cases.check_schema import CheckSchema
from delay_core.use_cases.ingest import Ingest
from fakes import artifact_store, progress, shipment_source, table_codec
from fakes.leakage_probe import LeakageProbe

SCHEMA = parse_schema(
    """
name: parcels
version: 1
prediction_point: {column: sent, stage: order}
label: {column: late}
columns:
  sent: {role: timestamp}
  price: {role: numeric, aliases: [Price]}
  gift: {role: numeric, nullable: true}
  late: {role: label}
""",
    "parcels.yaml",
)


class NotedSource(shipment_source.ShipmentSource):
    """Two chunks of two rows; in each, the formulas of the second row have no value."""

    def digest(self, url):
        return "0" * 64

    def chunks(self, url, schema):
        for chunk in super().chunks(url, schema):
            notes = Counter({
                SourceNote(NoteCode.UNCOMPUTED_FORMULA, "Price"): 1,
                SourceNote(NoteCode.UNCOMPUTED_FORMULA, "gift"): 1,
                SourceNote(NoteCode.ERROR_VALUE, "another column"): 1,
            })  # fmt: skip
            attach_notes(chunk, notes, {"Price": [1], "gift": [1], "another column": [0]})
            yield chunk


ROWS = {"sent": "2024-01-01", "Price": ["1", None] * 2, "gift": [None, None] * 2, "late": "0", "another column": "#N/A"}
SOURCE = NotedSource({"memory": pd.DataFrame(ROWS, dtype=object)}, chunk_rows=2)
SENTENCE = (
    "{}: formulas without a computed value, which are empty cells: 2; open and save the file in a spreadsheet program"
)


def test_ingest__reports_notes_about_columns_of_the_schema_summed_over_chunks():
    ingest = Ingest(SOURCE, artifact_store.ArtifactStore(), table_codec.TableCodec(), progress.Progress())
    report = ingest(SCHEMA, "memory").report
    assert report.notes == (SENTENCE.format("Price"), SENTENCE.format("gift"))
    assert report.problems == {"price: missing": 2}


def test_check__says_that_a_required_value_is_a_formula_without_a_value():
    report = CheckSchema(SOURCE, progress.Progress(), SplitPolicy(), LeakageProbe)(SCHEMA, "memory")
    assert report.notes == (SENTENCE.format("Price"), SENTENCE.format("gift"))
    [problem] = report.problems
    assert problem.example == (
        "price: formula without a computed value; open and save the file in a spreadsheet program"
    )


def test_describe_notes__has_a_sentence_for_each_kind():
    notes = Counter({SourceNote(code, "x"): 1_000 for code in NoteCode})
    sentences = describe_notes(notes)
    assert len(set(sentences)) == len(NoteCode)
    assert all("{" not in sentence for sentence in sentences)
