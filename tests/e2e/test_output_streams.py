"""Standard output in any encoding, full, closed, or read in part: the output stays right, without a traceback."""

import io
import json
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from adapters.files import read_schema
from support.cli import command_line
from support.in_process import run_command

CARRIERS = ("Cafe\u0301", "Zürich", "Łódź", "日本通運", "Äther \U0001f69a", "plain")
ENCODINGS = ("cp1252", "latin-1", "ascii", "utf-16", "utf-8")


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """A table whose values no single-byte encoding has."""
    path = tmp_path_factory.mktemp("encodings") / "table.csv"
    day = pd.date_range("2024-01-01", periods=120, freq="D")
    lateness = [pd.Timedelta(days=number % 3) for number in range(120)]
    columns = {
        "parcel_no": [f"P{number}" for number in range(120)],
        "ordered_at": day,
        "due_at": day + pd.Timedelta(days=3),
        "arrived_at": day + pd.Timedelta(days=2) + lateness,
        "Spediteur – Größe": [CARRIERS[number % len(CARRIERS)] for number in range(120)],
    }
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def output_in(delay, encoding: str, *arguments: object) -> bytes:
    """What the command writes to a standard output of this encoding."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2))
    code = run_command(command_line(arguments), delay.environment, out, err)
    for stream in (out, err):
        stream.flush()
    assert code == 0, err.buffer.getvalue()
    return out.buffer.getvalue()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_inferred_schema__in_any_encoding_is_the_same_schema(delay, table, tmp_path, encoding):
    for name in (encoding, "utf-8"):
        (tmp_path / f"{name}.yaml").write_bytes(output_in(delay, name, "schema", "init", table))

    schema = read_schema(tmp_path / f"{encoding}.yaml")

    assert schema == read_schema(tmp_path / "utf-8.yaml")
    assert set(CARRIERS) <= set(schema.columns["Spediteur – Größe"].categories)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_json__in_any_encoding_is_the_same_object(delay, table, tmp_path, encoding):
    schema = tmp_path / "größe.yaml"
    schema.write_bytes(output_in(delay, "utf-8", "schema", "init", table))

    text = output_in(delay, encoding, "schema", "show", "--schema", schema, "--json").decode(encoding)

    assert "Spediteur – Größe" in json.loads(text)["properties"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_tables_and_messages__have_escapes_for_what_the_encoding_lacks(delay, table, tmp_path, encoding):
    schema = tmp_path / "größe.yaml"
    schema.write_bytes(output_in(delay, "utf-8", "schema", "init", table))

    text = output_in(delay, encoding, "schema", "check", "--schema", schema, "--source", table).decode(encoding)

    dash = "–" if encoding.startswith(("utf", "cp")) else "\\u2013"
    assert f"Spediteur {dash}" in text


def test_full_output__is_an_error_of_one_line(delay):
    with Path("/dev/full").open("w", encoding="utf-8") as out, io.StringIO() as err:
        assert run_command(command_line(["schema", "reference"]), delay.environment, out, err) == 6
        assert err.getvalue() == "delay: cannot write: No space left on device\n"


def test_output_that_nobody_reads_to_its_end__ends_the_command_silently(delay):
    command = command_line(["schema", "reference"])
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=delay.environment) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_closed_output__is_no_error(delay):
    command = ["sh", "-c", '"$0" "$@" >&-', *command_line(["schema", "show", "--schema", "smart_logistics", "--json"])]
    ended = subprocess.run(command, env=delay.environment, capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
