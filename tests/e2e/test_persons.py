"""Personal data in tables that cannot be read: no error, draft or quarantine quotes a person."""

import pytest

from support import tables
from support.written_files import everything_in

SCHEMA = """
name: auftraege
version: 1
source: {delimiter: ";", encoding: latin-1, date_formats: ["%d.%m.%Y %H:%M"], decimal: ","}
prediction_point: {column: Bestelldatum, stage: order}
label: {column: verspätet, known_after: P7D}
key: Auftragsnummer
exclude_where: [{column: Status, equals: [storniert]}]
columns:
  Auftragsnummer: {role: identifier}
  Kunde: {role: ignored, pii: true}
  Straße: {role: ignored, pii: true}
  E-Mail: {role: identifier, pii: true}
  Telefon: {role: ignored, pii: true}
  Bestelldatum: {role: timestamp}
  Gewicht: {role: numeric, strip: [kg]}
  Status: {role: ignored}
  verspätet: {role: label, available_at: delivered}
"""


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    return tables.german_csv(tmp_path_factory.mktemp("table") / "t.csv", 1000).read_text("latin-1").splitlines()


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (lambda lines: lines[1:], 3),
        (lambda lines: [line.rsplit(";", 3)[0] for line in lines], 3),
        (lambda lines: [*lines[:50], lines[50].replace("A-", '"A-', 1), *lines[51:]], 3),
        (lambda lines: [lines[0].replace("Kunde", "Telefon"), *lines[1:]], 3),
        (lambda lines: [lines[5].replace(";0", ";x") + ";" + lines[5], *lines[1:]], 3),
        (lambda lines: [lines[0], *(line.replace("202", "x") for line in lines[1:])], 3),
        (lambda lines: [lines[0], *(line + ";" + line for line in lines[1:])], 3),
        (lambda lines: [lines[0], *lines[1:300], *(line.replace("kg", "Pfund") for line in lines[300:])], 0),
    ],
    ids=[
        "no header line", "columns missing", "an open quote", "two columns of a name", "a row twice as the header",
        "no date", "every row ragged", "many weights unreadable",
    ],
)  # fmt: skip
def test_personal_data__is_in_no_error_and_no_file(delay, tmp_path, lines, broken, code):
    table, schema = tmp_path / "broken.csv", tmp_path / "own.yaml"
    table.write_text("\n".join(broken(lines)) + "\n", "latin-1")
    schema.write_text(SCHEMA, "utf-8")
    ended = delay("ingest", "--schema", schema, "--source", table, expect=code)
    canary = tables.CANARY.lower()
    assert canary not in (ended.stdout + ended.stderr).lower()
    assert not [path for path, text in everything_in(delay.data) if canary in text.lower()]


def test_wrong_encoding__reports_a_position_and_no_value(delay, tmp_path, lines):
    table, schema = tmp_path / "broken.csv", tmp_path / "own.yaml"
    table.write_text("\n".join(lines) + "\n", "latin-1")
    schema.write_text(SCHEMA.replace("latin-1", "utf-8"), "utf-8")
    message = delay("ingest", "--schema", schema, "--source", table, expect=3).stderr
    assert "is not utf-8 text" in message
    assert tables.CANARY.lower() not in message.lower()
