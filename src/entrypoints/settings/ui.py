"""Settings of the user interface."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from delay_core.ports.action_log import MAX_REASON_LENGTH


class UiSettings(BaseModel):
    """Each field has its own environment variable: `DELAY_UI__API_URL=https://delays.example.com`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    api_url: Annotated[str, Field(pattern="^https?://")] = "http://127.0.0.1:8000"
    """Address of the REST API."""
    api_key: SecretStr | None = None
    """API key that the user interface sends; it may be in a file (`DELAY_UI__API_KEY_FILE`) instead."""
    connect_seconds: Annotated[float, Field(gt=0)] = 3.0
    """Time within which the API must accept a connection."""
    your_table: bool = True
    """Whether the page "Your table" is offered; never for an API on another machine."""
    response_seconds: Annotated[float, Field(gt=0)] = 15.0
    """Time within which the API must respond."""
    action_reasons: tuple[Annotated[str, Field(max_length=MAX_REASON_LENGTH)], ...] = (
        "expedited",
        "rerouted",
        "rescheduled",
        "customer informed",
    )
    """Codes that the form of an action offers, as a JSON list; a planner may enter others."""

    @property
    def offers_drafts(self) -> bool:
        """Whether tables may be uploaded for drafts of schemas: never to an API on another machine."""
        host = urlsplit(self.api_url).hostname
        return self.your_table and host in ("localhost", "127.0.0.1", "::1")
