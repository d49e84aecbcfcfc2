"""What Streamlit runs in each session, with every interaction."""

from entrypoints.ui.app import run

run()
