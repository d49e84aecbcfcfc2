"""Answers that this process gave under keys: a key is honoured while the database that holds it is away."""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

from delay_core.ports.prediction_log import KeyedAnswer, KeyedRequest

MOST = 10_000


class Memory:
    """The latest answers, and the shipments that each tells of. Safe to share between threads."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, tuple[KeyedAnswer, frozenset[str | None]]] = OrderedDict()
        self._lock = Lock()

    def remember(self, answers: Iterable[tuple[KeyedRequest, KeyedAnswer]]) -> None:
        """What each request was answered."""
        with self._lock:
            for request, answer in answers:
                self._answers.pop(answer.key, None)
                self._answers[answer.key] = answer, frozenset(one.shipment_id for one in request.predictions)
            while len(self._answers) > MOST:
                self._answers.popitem(last=False)

    def answer_to(self, key: str) -> KeyedAnswer | None:
        """What the key was answered, if that is still known."""
        found = self._answers.get(key)
        return None if found is None else found[0]

    def erase(self, shipment_id: str) -> None:
        """Forget the answers that tell of the shipment."""
        with self._lock:
            for key in [key for key, (_, told) in self._answers.items() if shipment_id in told]:
                del self._answers[key]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._answers.clear()
