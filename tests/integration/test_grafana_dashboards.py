"""The dashboards that Grafana reads are those that the code describes."""

from infra.grafana.dashboard_files import DASHBOARD_FOLDER, render_dashboards


def test_committed_dashboards__are_what_the_code_generates():
    committed = {path.name: path.read_text("utf-8") for path in DASHBOARD_FOLDER.iterdir()}

    assert render_dashboards() == committed, "run make grafana-dashboards, and commit the files"
