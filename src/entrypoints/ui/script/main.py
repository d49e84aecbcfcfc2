"""Draws the user interface; Streamlit runs it for every interaction."""

from entrypoints.ui.app import run

if __name__ == "__main__":
    run()
