"""Invalid environment variables as sentences."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from delay_core.promotion import GatePolicy
from delay_core.promotion.policy import describe_limit

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

_GATE = "gate"
_PREFIX, _SEPARATOR = "DELAY_", "__"
_WHOLE_NAMES = ("DELAY_", "MLFLOW_", "MODEL_")
"""Settings with names of their own are located by their variable, others by their field."""


def describe_invalid_settings(error: "ValidationError") -> str:
    """Each invalid variable with the problem, its value, and the allowed ones where a limit of the gate is wrong."""
    return "; ".join(_describe(problem) for problem in error.errors())


def _describe(problem: "ErrorDetails") -> str:
    location = [str(part) for part in problem["loc"]]
    is_limit, limit = location[0] == _GATE, location[-1]
    text = f"{_variable(location)}: {problem['msg']} (found {problem['input']!r:.80})"
    if is_limit and limit in GatePolicy.model_fields:
        return f"{text}; allowed is {describe_limit(limit)}"
    if is_limit and len(location) > 1:
        close = get_close_matches(limit, GatePolicy.model_fields, 1)
        names = close or GatePolicy.model_fields
        return f"{text}; the gate has {' or '.join(_variable([_GATE, name]) for name in names)}"
    if is_limit:
        return f"{text}; each limit has its own variable, such as {_variable([_GATE, 'minimum_rows'])}=100"
    return text


def _variable(location: Sequence[str]) -> str:
    name = _SEPARATOR.join(location)
    return name if name.startswith(_WHOLE_NAMES) else f"{_PREFIX}{name.upper()}"
