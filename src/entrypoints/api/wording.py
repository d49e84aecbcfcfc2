"""What went wrong, told twice: to the caller without what lies behind it, to the log with it."""

import logging
import re
from collections.abc import Collection

from delay_core.errors import DelayError
from entrypoints.api.problems import Problem, problem_of

_LOG = logging.getLogger("delay.api")
_PLACE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s;,'\"]*[^\s;,:.'\"]|(?<![\w.])/[^\s:;,'\"]+")


def worded(error: Exception, names: Collection[str], request_id: str) -> Problem:
    """The problem that the caller is told; `names` are the schema's columns."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, DelayError):
        problem = problem_of(error, names)
        if problem.status >= 500:
            _LOG.error("%s", error, extra={"request_id": request_id})
        return problem
    _LOG.error("a request failed", exc_info=error, extra={"request_id": request_id})
    return Problem(500, "this should not have happened; the server's log has it under the request_id")


def without_places(sentence: str) -> str:
    """The sentence without addresses and paths: where things lie is for those who run the server, and read its log."""
    return _PLACE.sub("…", sentence)
