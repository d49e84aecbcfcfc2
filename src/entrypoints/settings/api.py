"""Settings of the REST API."""

from typing import Annotated, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

_MIB = 1024 * 1024


class ApiSettings(BaseModel):
    """Each by itself in the environment: `DELAY_API__RATE=100`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_: Annotated[str, Field(alias="schema")] = "smart_logistics"
    """A built-in schema's name, or a YAML file's path: names the model, and describes requests until one is loaded."""
    keys: str | None = None
    """File of API keys, as `delay keys` writes it; without one, only callers on this machine are served."""
    rate: Annotated[float, Field(gt=0)] | None = None
    """Requests per second of each key that says nothing else; without, no limit."""
    body_limit: Annotated[int, Field(ge=1024)] = 16 * _MIB
    """Bytes of a request's body."""
    batch_limit: Annotated[int, Field(ge=1)] = 10_000
    """Shipments of a request."""
    queue_limit: Annotated[int, Field(ge=1)] = 50_000
    """Shipments that may wait for their answers; further ones are told to come back."""
    deadline: Annotated[float, Field(gt=0)] = 10.0
    """Seconds after which a request that is still waiting is told to come back."""
    poll: Annotated[float, Field(gt=0)] = 5.0
    """Seconds between looks at the serving alias."""
    allow_breaking_schema: Annotated[
        bool, Field(validation_alias=AliasChoices("allow_breaking_schema", "allow_narrowing"))
    ] = False
    """Serve a version whose schema refuses requests that the one before it accepts; formerly `allow_narrowing`."""
    access_log: Literal["problems", "all"] = "problems"
    """Which requests are logged: those that failed or took long, or all."""
