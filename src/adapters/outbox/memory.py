"""Answers that this process gave under keys: a key is honoured while the database that holds it is away."""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

from delay_core.ports.prediction_log import KeyedAnswer

MOST = 10_000


class Memory:
    """The latest answers, until somebody erases something. Safe to share between threads."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, KeyedAnswer] = OrderedDict()
        self._erasures = 0
        self._lock = Lock()

    def remember(self, answers: Iterable[KeyedAnswer]) -> None:
        """What was answered, each under its key."""
        with self._lock:
            for answer in answers:
                self._answers[answer.key] = answer
                self._answers.move_to_end(answer.key)
            while len(self._answers) > MOST:
                self._answers.popitem(last=False)

    def answer_to(self, key: str, erasures: int) -> KeyedAnswer | None:
        """What the key was answered, if that is still known, and nothing was erased since: so many times it was."""
        with self._lock:
            if erasures != self._erasures:
                self._answers.clear()
                self._erasures = erasures
            return self._answers.get(key)
