"""Arguments of operators after their templates are rendered: texts become what use cases take."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from delay_core.data_interval import DataInterval
    from delay_core.errors import SchemaError

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
        raise _invalid("; ".join(problem["msg"] for problem in error.errors())) from None


def read_moment(name: str, value: Any) -> datetime | None:
    """A time or an ISO text; without an offset it is in UTC, as Airflow's are. Raises SchemaError."""
    if value in NO_VALUE:
        return None
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise _invalid(f"{name}={value!r} is no time; write it as 2025-01-31T00:00:00+00:00") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def read_digest(name: str, value: Any, key: str = "digest") -> str:
    """A digest, or the one in the result of a task. Raises SchemaError."""
    text = str(_part(name, value, key))
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise _invalid(f"{name}={text!r} is no digest of 64 hexadecimal digits; write the output of the task before")
    return text


def read_version(value: Any) -> int:
    """The number of a version, or the one in the result of a task. Raises SchemaError."""
    text = str(_part("version", value, "version"))
    if not text.isdecimal():
        raise _invalid(f"version={value!r} is no number of a version; write the one that TrainOperator returns")
    return int(text)


def read_flag(name: str, value: Any) -> bool:
    """True or false, as a truth value or a text. Raises SchemaError."""
    texts = {"true": True, "false": False}
    text = str(value).lower()
    if text not in texts:
        raise _invalid(f"{name}={value!r} is no truth value; write true or false")
    return texts[text]


def read_share(value: Any) -> float:
    """A number above 0 and at most 1, or its text. Raises SchemaError."""
    try:
        share = float(value)
    except (TypeError, ValueError):
        share = 0.0
    if not 0 < share <= 1:
        raise _invalid(f"share={value!r} is no share; write a number above 0 and at most 1")
    return share


def _part(name: str, value: Any, key: str) -> Any:
    if not isinstance(value, Mapping):
        return value
    if key not in value:
        raise _invalid(f"{name}: the task before returned no {key}; it returned {', '.join(value)}")
    return value[key]


def _invalid(message: str) -> "SchemaError":
    from delay_core.errors import SchemaError  # a DAG file that only names operators does not load it

    return SchemaError(message)
