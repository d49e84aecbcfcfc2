"""Settings of connections to PostgreSQL."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class DatabaseSettings(BaseModel):
    """Each field has its own environment variable: `DELAY_DATABASE__MAX_READERS=20`. SQLite uses none of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_writers: Annotated[int, Field(ge=1)] = 4
    """Connections of one process to write with, for each database and role."""
    max_readers: Annotated[int, Field(ge=1)] = 10
    """Connections of one process to read from, for each database and role."""
    pool_timeout_seconds: Annotated[float, Field(gt=0)] = 10.0
    """How long a caller waits for a free connection."""
    connect_timeout_seconds: Annotated[int, Field(ge=2)] = 5
    """How long opening a connection may take; PostgreSQL's client knows no less than 2 seconds."""
    statement_timeout_seconds: Annotated[float, Field(ge=0)] = 60.0
    """Time after which the server cancels a statement; 0: never. Migrations and retention have no such limit."""
    lock_timeout_seconds: Annotated[float, Field(ge=0)] = 10.0
    """Time after which the server cancels a statement that waits for a lock; 0: never."""
    append_timeout_seconds: Annotated[float, Field(gt=0)] = 0.5
    """How long the API waits for the database before the outbox takes the rows."""
    token_command: str | None = None
    """Shell command that prints the password of a connection; it reads PGHOST, PGPORT, PGUSER and PGDATABASE."""
    token_seconds: Annotated[float, Field(ge=0)] = 600.0
    """How long such a password is used for new connections."""
