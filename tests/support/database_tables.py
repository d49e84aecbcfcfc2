"""Tables in real databases, for tests of sources that read them."""

import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path

import pandas as pd
import psycopg
from sqlalchemy import create_engine

from delay_core.file_urls import sqlite_url
from support import postgres_server


@lru_cache
def postgres_url() -> str:
    """The URL of a database of this process, as its owner."""
    return postgres_server.fresh("serving")


def execute_postgres(*statements: str) -> None:
    """Run the statements in the database of `postgres_url`."""
    with psycopg.connect(postgres_url()) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def put_postgres(table: pd.DataFrame, name: str) -> str:
    """The URL of a new table with these rows."""
    engine = create_engine(postgres_url().replace("postgresql://", "postgresql+psycopg://"))
    table.to_sql(name, engine, index=False, if_exists="replace", method="multi")
    engine.dispose()
    return f"{postgres_url()}?table={name}"


def put_sqlite(table: pd.DataFrame, path: Path, name: str, types: dict[str, str] | None = None) -> str:
    """The URL of a new table with these rows; `types` are the declared types of columns, by name."""
    with closing(sqlite3.connect(path)) as connection:
        table.to_sql(name, connection, index=False, if_exists="replace", dtype=types)
        connection.commit()
    return f"{sqlite_url(path)}?table={name}"
