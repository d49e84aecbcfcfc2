"""A serving database after some days have passed: all its times are moved back."""

from contextlib import closing
from datetime import date, timedelta

from sqlalchemy import delete, insert, select

from adapters.sql import Database
from adapters.sql.serving_tables import actions, outcomes, serving_daily, serving_logs


def let_days_pass(url: str, days: int) -> None:
    """Predictions, outcomes and actions become so many days older."""
    passed = timedelta(days=days)
    with closing(Database(url, "serving")) as database, database.begin("let days pass") as connection:
        for table in (serving_logs, serving_daily, outcomes, actions):
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
            connection.execute(delete(table))
            older = [
                {name: value - passed if isinstance(value, date) else value for name, value in row.items()}
                for row in rows
            ]
            if older:
                connection.execute(insert(table), older)
