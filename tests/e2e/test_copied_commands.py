"""Commands that the command line prints are run as they are."""

from support.odd_paths import ODD_NAME
from support.printed_commands import printed_commands
from support.shipment_tables import raw_shipments


def test_schema_init__prints_a_command_that_checks_the_schema(delay, tmp_path):
    raw_shipments(1, 200).to_csv(tmp_path / f"{ODD_NAME}.csv", index=False)
    inferred = delay("schema", "init", f"{ODD_NAME}.csv", "--out", f"{ODD_NAME}.txt", cwd=tmp_path)

    [(command, options)] = printed_commands(inferred.stdout).items()
    check = delay(*command, "--schema", options["schema"], "--source", options["source"], cwd=tmp_path)

    assert command == ("schema", "check")
    assert "200 rows read" in check.stdout
