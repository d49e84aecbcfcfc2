"""Writes the dashboards as JSON where Grafana's provisioning reads them: python -m infra.grafana."""

from infra.grafana.dashboard_files import DASHBOARD_FOLDER, render_dashboards


def main() -> None:
    """Replace the files of the folder."""
    DASHBOARD_FOLDER.mkdir(parents=True, exist_ok=True)
    files = render_dashboards()
    for path in DASHBOARD_FOLDER.glob("*.json"):
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        (DASHBOARD_FOLDER / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
