"""A cache of keyed answers: a key is known to this process also while the database that stores it is unavailable."""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

from delay_core.ports.prediction_log import KeyedAnswer

MAX_KEYS = 10_000


class RecentAnswers:
    """The most recent answers by key, cleared by every erasure. Safe to share between threads."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, KeyedAnswer] = OrderedDict()
        self._erasure_epoch = 0
        self._lock = Lock()

    def add(self, answers: Iterable[KeyedAnswer]) -> None:
        """Remember the answers, each under its key."""
        with self._lock:
            for answer in answers:
                self._answers[answer.key] = answer
                self._answers.move_to_end(answer.key)
            while len(self._answers) > MAX_KEYS:
                self._answers.popitem(last=False)

    def get(self, key: str, erasure_epoch: int) -> KeyedAnswer | None:
        """The key's answer, if it is cached and the outbox is in the same erasure epoch as before."""
        with self._lock:
            if erasure_epoch != self._erasure_epoch:
                self._answers.clear()
                self._erasure_epoch = erasure_epoch
            return self._answers.get(key)
