"""A fake API that the pages of a test speak to."""

import pytest
import streamlit as st

from support.fake_api import FakeApi


@pytest.fixture
def api(monkeypatch):
    with FakeApi() as server:
        monkeypatch.setenv("DELAY_UI__API_URL", server.url)
        monkeypatch.setenv("DELAY_UI__RESPONSE_SECONDS", "5")
        yield server
    st.cache_data.clear()
    st.cache_resource.clear()
