"""Commands that the command line prints: they are correct when they are copied, whatever the paths contain."""

import shlex
from dataclasses import replace
from importlib.resources import files

import pytest

from delay_core import load_schema
from delay_core.errors import SchemaError
from entrypoints.cli.console import delay_command
from entrypoints.cli.views.decisions import show_decisions
from entrypoints.cli.views.pipeline import OutputLocations, show_pipeline
from entrypoints.container import resolve_schema
from fakes.shipment_source import ShipmentSource
from support.fake_product import FakeProduct
from support.odd_paths import ODD_NAME, ODD_NAMES
from support.printed_commands import printed_commands
from support.shipment_tables import raw_shipments

SCHEMA = load_schema("smart_logistics")
OUTPUTS = OutputLocations("http://mlflow/#/experiments/1", "card.html", "predictions")


@pytest.fixture
def schema_file(tmp_path):
    folder = tmp_path / ODD_NAME
    folder.mkdir()
    path = folder / "other name.yaml"
    path.write_text(files("delay_core.schemas").joinpath("smart_logistics.yaml").read_text("utf-8"), "utf-8")
    return path


@pytest.fixture(scope="module")
def result():
    return FakeProduct(ShipmentSource({"one": raw_shipments(1)})).pipeline(SCHEMA, "one", "m")


def test_pipeline__names_the_schema_and_the_table_as_the_user_wrote_them(result, schema_file, capsys):
    source = str(schema_file.with_name("a table.csv"))

    show_pipeline(result, str(schema_file), source, 5, OUTPUTS)

    text = capsys.readouterr().out
    commands = printed_commands(text)
    assert set(commands) == {("predict",), ("train",)}
    assert {options["schema"] for options in commands.values()} == {str(schema_file)}
    assert resolve_schema(str(schema_file)) == SCHEMA
    assert commands["train",]["source"] == source
    assert "train the same bundle: DELAY_SEED=5 DELAY_TRIALS=4 " in text


def test_pipeline_without_a_version_that_serves__says_how_to_promote_one_instead_of_how_to_predict(
    result, schema_file, capsys
):
    show_pipeline(replace(result, champion=None, predicted=None), str(schema_file), "t.csv", 0, OUTPUTS)

    commands = printed_commands(capsys.readouterr().out)
    assert set(commands) == {("promote",), ("train",)}
    assert commands["promote",] == {"schema": str(schema_file), "version": None, "force": True, "json": False}


@pytest.mark.parametrize("suffix", [".yaml", ".yml", ""])
def test_schema_file__is_read_by_any_name_and_named_where_its_suffix_is_missing(
    schema_file, tmp_path, monkeypatch, suffix
):
    monkeypatch.chdir(tmp_path)
    schema_file.rename(tmp_path / f"small{suffix}")

    assert resolve_schema(f"small{suffix}") == SCHEMA
    if suffix:
        with pytest.raises(SchemaError, match=rf"no built-in schema 'small'; name the file: small\{suffix}$"):
            resolve_schema("small")


def test_decisions__of_a_model_without_any_name_the_schema(schema_file, capsys):
    show_decisions("m", [], str(schema_file))

    assert printed_commands(capsys.readouterr().out)["promote",]["schema"] == str(schema_file)


@pytest.mark.parametrize("name", ODD_NAMES.values(), ids=ODD_NAMES)
def test_delay_command__is_parsed_to_its_words(name):
    words = shlex.split(delay_command("schema", "check", "--schema", name, "--source", f"{name}.csv"))

    assert words[1:] == ["schema", "check", "--schema", name, "--source", f"{name}.csv"]
