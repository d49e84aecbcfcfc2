"""The README's first results, of simulated shipments, are those that a run with the default settings gives.

Those of the real tables are compared where their runs are: test_pipeline.py, test_scms.py.
"""

from support.cli import DEFAULT_SEARCH, Delay
from support.readme_results import assert_readme_shows
from support.shared_runs import with_store


def test_the_figures_shown_for_simulated_shipments_are_those_that_a_run_reprints(delay):
    answer = with_store(Delay(delay.data, DEFAULT_SEARCH)).json("pipeline")
    assert_readme_shows("simulated", answer, "test", "baseline", "oracle")
