"""Dead letters in memory, of which a test says which ones the database accepts."""

from collections.abc import Collection, Iterable

from delay_core.errors import UnknownDeadLetter
from delay_core.ports import dead_letters as port
from delay_core.ports.dead_letters import DeadLetter


class DeadLetters(port.DeadLetters):
    """`accepted` are the numbers of those that the database accepts now."""

    def __init__(self, letters: Iterable[DeadLetter], accepted: Collection[int] = ()) -> None:
        self._letters = {letter.number: letter for letter in letters}
        self.accepted = set(accepted)

    def read(self, numbers: Collection[int] | None = None) -> list[DeadLetter]:
        unknown = sorted(set(numbers or ()) - self._letters.keys())
        if unknown:
            raise UnknownDeadLetter(f"the outbox has no dead letter {', '.join(map(str, unknown))}")
        return [letter for number, letter in sorted(self._letters.items()) if numbers is None or number in numbers]

    def retry(self, numbers: Collection[int] | None = None) -> list[DeadLetter]:
        return self.discard([letter.number for letter in self.read(numbers) if letter.number in self.accepted])

    def discard(self, numbers: Collection[int] | None = None) -> list[DeadLetter]:
        return [self._letters.pop(letter.number) for letter in self.read(numbers)]
