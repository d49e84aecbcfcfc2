"""Settings of the REST API."""

from typing import Annotated, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

_MIB = 1024 * 1024


class ApiSettings(BaseModel):
    """Each field has its own environment variable: `DELAY_API__RATE_PER_SECOND=100`. Former names stay valid."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: Annotated[str, Field(alias="schema")] = "smart_logistics"
    """A built-in schema's name, or a YAML file's path: it names the model and describes requests without a model."""
    keys: str | None = None
    """File of API keys, as `delay keys` writes it; without it, only clients on this machine are served."""
    rate_per_second: Annotated[float | None, Field(gt=0, validation_alias=AliasChoices("rate_per_second", "rate"))] = (
        None
    )
    """Requests per second of each key that has no rate of its own; None: no limit."""
    body_limit: Annotated[int, Field(ge=1024)] = 16 * _MIB
    """Maximum size of a request's body in bytes."""
    batch_limit: Annotated[int, Field(ge=1)] = 10_000
    """Maximum number of shipments in a request."""
    queue_limit: Annotated[int, Field(ge=1)] = 50_000
    """Maximum number of shipments that wait for their predictions; further requests are refused with status 503."""
    deadline_seconds: Annotated[float, Field(gt=0, validation_alias=AliasChoices("deadline_seconds", "deadline"))] = (
        10.0
    )
    """Time within which a request must arrive, and after which a waiting one is refused with status 503."""
    poll_seconds: Annotated[float, Field(gt=0, validation_alias=AliasChoices("poll_seconds", "poll"))] = 5.0
    """Time between two reads of the serving alias."""
    drain_seconds: Annotated[float, Field(ge=0, le=600)] = 0.0
    """Time after SIGTERM in which the server still answers but is not ready, so that load balancers leave it first."""
    allow_breaking_schema: Annotated[
        bool, Field(validation_alias=AliasChoices("allow_breaking_schema", "allow_narrowing"))
    ] = False
    """Let a version serve whose schema refuses requests that the previous version accepts."""
    schema_drafts: bool | None = None
    """Whether `POST /schema-draft` reads tables for clients on this machine; None: where no key file is set."""
    access_log: Literal["problems", "all"] = "problems"
    """Which requests are logged: those that failed or took at least a second, or all."""
