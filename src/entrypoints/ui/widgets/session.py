"""The settings and the client of this server, and what pages read of the API for more than one run."""

import streamlit as st

from entrypoints.api.schemas import OutcomesRequest, OutcomesResponse, SchemaDescription
from entrypoints.settings import Settings, UiSettings
from entrypoints.ui.client import ApiClient

SCHEMA_SECONDS = 60
"""How long the description of the schema is kept: it changes only with the serving model."""


def read_settings() -> UiSettings:
    """The settings; variables may also be in Streamlit's secrets, which become part of the environment."""
    st.secrets.load_if_toml_exists()
    return Settings().ui


def client() -> ApiClient:
    """The client that all sessions of this server share."""
    settings = read_settings()
    key = settings.api_key.get_secret_value() if settings.api_key else None
    return _client(settings.model_dump_json(), key, settings)


@st.cache_resource(max_entries=2, on_release=ApiClient.close)
def _client(variables: str, key: str | None, _settings: UiSettings) -> ApiClient:  # noqa: ARG001 - they are the cache's key
    return ApiClient(_settings)


def record_outcomes(request: OutcomesRequest) -> OutcomesResponse:
    """Record outcomes; then no page shows what it read before. Raises ApiError."""
    response = client().record_outcomes(request)
    st.cache_data.clear()
    return response


def schema() -> SchemaDescription:
    """The fields of a shipment, read again once in a while."""
    return _schema(read_settings().api_url)


@st.cache_data(ttl=SCHEMA_SECONDS, show_spinner=False)
def _schema(api_url: str) -> SchemaDescription:  # noqa: ARG001 - it is the cache's key
    return client().schema()
