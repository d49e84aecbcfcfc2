"""Arguments of operators after their templates are rendered: texts become what use cases take."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from delay_core.errors import SchemaError

if TYPE_CHECKING:
    from delay_core.data_interval import DataInterval

NO_VALUE = (None, "", "None")
"""A template of a missing value, such as the interval of a run without one, renders as `None`."""


def read_interval(since: Any, until: Any) -> "DataInterval":
    """The interval between two times or ISO texts. Raises SchemaError."""
    from pydantic import ValidationError

    from delay_core.data_interval import DataInterval

    moments = {"since": read_moment("since", since), "until": read_moment("until", until)}
    try:
        return DataInterval(**moments)
    except ValidationError as error:
        raise SchemaError("; ".join(problem["msg"] for problem in error.errors())) from None


def read_moment(name: str, value: Any) -> datetime | None:
    """A time or an ISO text; without an offset it is in UTC, as Airflow's are. Raises SchemaError."""
    if value in NO_VALUE:
        return None
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise SchemaError(f"{name}={value!r} is no time; write it as 2025-01-31T00:00:00+00:00") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def read_version(value: Any) -> int:
    """The number of a version. Raises SchemaError."""
    text = str(value)
    if not text.isdecimal():
        raise SchemaError(f"version={value!r} is no number of a version; write the one that TrainOperator returns")
    return int(text)


def read_flag(name: str, value: Any) -> bool:
    """True or false, as a truth value or a text. Raises SchemaError."""
    texts = {"true": True, "false": False}
    text = str(value).lower()
    if text not in texts:
        raise SchemaError(f"{name}={value!r} is no truth value; write true or false")
    return texts[text]
