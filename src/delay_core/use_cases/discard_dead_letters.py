"""Discard dead letters: delete rows that the database refuses, and record who did it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from delay_core.ports.audit_log import AuditEntry, AuditLog
from delay_core.ports.dead_letters import DeadLetter, DeadLetters

ACTION = "dead letter discarded"


@dataclass(frozen=True)
class DiscardDeadLetters:
    """Records each dead letter in the audit log before it is deleted: nothing is deleted without a record."""

    dead_letters: DeadLetters
    audit_log: AuditLog

    def __call__(self, numbers: Collection[int] | None, actor: str, now: datetime) -> Sequence[DeadLetter]:
        """Discard those with these numbers (None: all) at `now` (UTC). Raises UnknownDeadLetter, StoreError."""
        letters = self.dead_letters.read(numbers)
        if not letters:
            return letters
        self.audit_log.append(
            [
                AuditEntry(
                    uuid4(),
                    now,
                    actor,
                    ACTION,
                    subject=f"dead letter {letter.number} of {letter.log}",
                    outcome=f"{letter.rows} rows of {letter.at:%Y-%m-%d %H:%M:%S} UTC: {letter.reason}",
                    request_id=None,
                )
                for letter in letters
            ]
        )
        return self.dead_letters.discard([letter.number for letter in letters])
