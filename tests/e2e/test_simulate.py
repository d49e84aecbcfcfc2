"""Made-up shipments as a file, with the truth beside it."""

from support.cli import ONE_TRIAL, SMALL, Delay


def test_simulated_file__has_its_ground_truth_and_is_not_overwritten(delay, tmp_path):
    out = tmp_path / "shipments.csv"
    arguments = ("simulate", "--out", out, "--rows", 1000, "--drift", "covariate:start=0.5,size=0.5")
    simulated = delay.json(*arguments)
    assert simulated["rows"] == 1000
    kept = out.read_bytes()
    assert "shipments.csv" in delay(*arguments, expect=6).stderr
    assert out.read_bytes() == kept
    assert "1,000 shipments" in delay(*arguments, "--overwrite").stdout
    assert out.read_bytes() == kept  # the same seed, the same shipments
    with out.open("ab") as table:
        table.write(kept[-100:].split(b"\r\n")[-2] + b"\r\n")
    assert "truth" in Delay(delay.data, ONE_TRIAL)("pipeline", "--source", out, expect=3).stderr


def test_ground_truth_beside_a_file__is_the_oracle_of_the_pipeline(quick):
    assert quick.answer["oracle"]["log_loss"]["value"] < quick.answer["baseline"]["log_loss"]["value"]


def test_unknown_schemes_and_kinds_of_drift__are_reported(delay, tmp_path):
    assert "no source reads ftp://" in delay("ingest", "--source", "ftp://host/table.csv", expect=3).stderr
    arguments = ("simulate", "--out", tmp_path / "x.csv", "--drift", "earthquake:start=0.1")
    assert "earthquake" in delay(*arguments, expect=3).stderr
    assert "runs" not in delay("ingest", "--source", SMALL).stdout


def test_missing_schema_file__is_reported(delay, tmp_path):
    assert "mine.yaml" in delay("ingest", "--schema", tmp_path / "mine.yaml", expect=3).stderr.replace("\n", "")
    (tmp_path / "latin.yaml").write_bytes("name: é".encode("latin-1"))
    assert "not UTF-8" in delay("ingest", "--schema", tmp_path / "latin.yaml", expect=3).stderr.replace("\n", "")
