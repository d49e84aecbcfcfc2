"""Settings of the user interface."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class UiSettings(BaseModel):
    """Each field has its own environment variable: `DELAY_UI__API_URL=https://delays.example.com`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    api_url: Annotated[str, Field(pattern="^https?://")] = "http://127.0.0.1:8000"
    """Address of the REST API."""
    api_key: SecretStr | None = None
    """API key that the user interface sends; it may be in a file (`DELAY_UI__API_KEY_FILE`) instead."""
    connect_seconds: Annotated[float, Field(gt=0)] = 3.0
    """Time within which the API must accept a connection."""
    response_seconds: Annotated[float, Field(gt=0)] = 15.0
    """Time within which the API must respond."""
