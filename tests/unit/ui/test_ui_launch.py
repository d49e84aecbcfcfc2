"""How Streamlit is started."""

from pathlib import Path

from entrypoints.ui.launch import streamlit_arguments


def test_script__is_not_beside_a_folder_that_streamlit_draws_as_pages():
    [script] = [Path(word) for word in streamlit_arguments("127.0.0.1", 8501) if word.endswith(".py")]
    assert script.is_file()
    assert not (script.parent / "pages").exists()
