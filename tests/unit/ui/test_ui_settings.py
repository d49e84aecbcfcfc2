"""Where tables may be uploaded for drafts of schemas."""

import pytest

from entrypoints.settings import UiSettings


@pytest.mark.parametrize(
    ("api_url", "your_table", "offered"),
    [
        ("http://127.0.0.1:8000", True, True),
        ("http://localhost:8000", True, True),
        ("http://[::1]:8000", True, True),
        ("http://127.0.0.1:8000", False, False),
        ("https://delays.example.com", True, False),
        ("https://127.example.com", True, False),
    ],
)
def test_drafts__are_offered_for_an_api_on_this_machine(api_url, your_table, offered):
    assert UiSettings(api_url=api_url, your_table=your_table).offers_drafts is offered
