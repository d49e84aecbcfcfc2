"""The worked example of a source scheme in docs/extending.md."""

import zipfile

from support.worked_example import apply_example, run_example

PROGRAM = """
from delay_core import load_schema
from entrypoints.container import Container
from entrypoints.settings import Settings

source = Container(settings=Settings()).storage.shipment_source()
tables = list(source.chunks("zip://{path}#table%20one.csv", load_schema("smart_logistics")))
print(sum(map(len, tables)), tables[0].columns[0], len(source.digest("zip://{path}#table%20one.csv")))
try:
    source.digest("zip://{path}#absent.csv")
except Exception as error:
    print(type(error).__name__, error)
"""


def test_source_scheme__needs_two_files(tmp_path):
    path = tmp_path / "tables.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("table one.csv", "Timestamp,Humidity\n2024-01-01,50\n2024-01-02,60\n")

    files = apply_example("A source scheme", tmp_path)
    output = run_example(tmp_path, PROGRAM.format(path=path)).splitlines()

    assert files == {"src/adapters/zip_archive.py", "src/entrypoints/container/storage.py"}
    assert output[0] == "2 Timestamp 64"
    assert output[1].startswith(f"SourceError zip://{path}#absent.csv: ")
