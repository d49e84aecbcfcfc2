"""A fake API that the pages of a test speak to."""

import pytest
import streamlit as st

from entrypoints.table_process import client as table_client
from entrypoints.table_process.__main__ import run
from entrypoints.table_process.messages import Failure
from support.fake_api import FakeApi


@pytest.fixture
def api(monkeypatch):
    with FakeApi() as server:
        monkeypatch.setenv("DELAY_UI__API_URL", server.url)
        monkeypatch.setenv("DELAY_UI__RESPONSE_SECONDS", "5")
        yield server
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def files_read_here(monkeypatch):
    """Uploaded files are read in this process: a child takes seconds."""

    def read(operation, request, *_):
        response = run(operation, request.model_dump(mode="json"))
        if isinstance(response, Failure):
            raise table_client.UnreadableTable(response.message)
        return response

    monkeypatch.setattr(table_client, "_run", read)
