"""The settings and the client of this server, and what pages read of the API for more than one run."""

import streamlit as st

from entrypoints.api.schemas import OutcomesRequest, OutcomesResponse, SchemaDescription, Worklist
from entrypoints.settings import Settings, UiSettings
from entrypoints.ui.client import ApiClient
from entrypoints.ui.queries import WorklistQuery

WORKLIST_SECONDS = 10
"""How old a worklist on the screen may be after an interaction."""
SCHEMA_SECONDS = 60
"""How long the description of the schema is kept: it changes only with the serving model."""


@st.cache_resource(show_spinner=False)
def read_settings() -> UiSettings:
    """The settings of this server, read once; variables may also be in Streamlit's secrets."""
    st.secrets.load_if_toml_exists()
    return Settings().ui


@st.cache_resource(on_release=ApiClient.close, show_spinner=False)
def client() -> ApiClient:
    """The client that all sessions of this server share."""
    return ApiClient(read_settings())


def record_outcomes(request: OutcomesRequest) -> OutcomesResponse:
    """Record outcomes; then no page shows what it read before. Raises ApiError."""
    response = client().record_outcomes(request)
    forget_reads()
    return response


def forget_reads() -> None:
    """After a change: no page shows what it read before."""
    st.cache_data.clear()
    read_worklist.clear()


@st.cache_resource(ttl=WORKLIST_SECONDS, show_spinner="Reading the worklist")
def read_worklist(query: WorklistQuery) -> Worklist:
    """The worklist, at most some seconds old.

    Nobody changes it, so that all sessions share it: `cache_data` would pickle it, which takes longer than to read it.
    """
    return client().worklist(query)


@st.cache_data(ttl=SCHEMA_SECONDS, show_spinner=False)
def schema() -> SchemaDescription:
    """The fields of a shipment, read again once in a while."""
    return client().schema()
