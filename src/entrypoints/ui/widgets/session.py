"""The settings and the client of this server, and what pages read of the API for more than one run."""

import streamlit as st

from entrypoints.api.schemas import OutcomesRequest, OutcomesResponse, SchemaDescription
from entrypoints.settings import Settings, UiSettings
from entrypoints.ui.client import ApiClient

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
    st.cache_data.clear()
    return response


@st.cache_data(ttl=SCHEMA_SECONDS, show_spinner=False)
def schema() -> SchemaDescription:
    """The fields of a shipment, read again once in a while."""
    return client().schema()
