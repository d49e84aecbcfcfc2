"""Windows of monitoring as a table of the command line."""

from entrypoints.cli.views.monitoring import show_status
from support.monitoring_results import drift_result, window_result


def test_status__of_a_large_window_says_that_a_sample_was_measured(capsys):
    large = window_result(rows=250_000, drift=drift_result(rows=9_500))
    small = window_result(rows=1_300, drift=drift_result(rows=1_300))

    show_status("late", [large, small, window_result(rows=0)])

    output = capsys.readouterr().out
    assert "9,500 of" in output
    assert "250,000" in output
    assert " of 1,300" not in output
