"""Reading and changing the outbox's rows, within one connection or transaction."""

from collections.abc import Collection, Iterable, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from adapters.outbox.rows import CHANNELS, OutboxRow, StoredRow, checksum
from delay_core.errors import OutboxFull

_APPEND = (
    "INSERT INTO entries (lane, checksum, kind, at, payload, record_id, shipment_id, key) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_ROWS = "SELECT seq, lane, kind, key, payload, shipment_id, checksum FROM entries"
_PENDING = f"{_ROWS} WHERE lane = ? AND error IS NULL ORDER BY seq"
_DEAD_LETTERS = f"{_ROWS} WHERE lane = ? AND error IS NOT NULL ORDER BY seq"
_NO_CHANNEL = f"NOT IN ({', '.join(repr(name) for name in sorted(set(CHANNELS.values())))})"
# The index has the next name after each name: one look-up per channel, however many rows are pending.
_WITHOUT_CHANNEL = f"""
WITH RECURSIVE channels (name) AS (
  SELECT min(lane) FROM entries WHERE error IS NULL
  UNION
  SELECT (SELECT min(lane) FROM entries WHERE error IS NULL AND lane > name) FROM channels WHERE name IS NOT NULL
)
{_ROWS} WHERE error IS NULL AND lane IN (SELECT name FROM channels WHERE name {_NO_CHANNEL})
ORDER BY seq LIMIT 1000
"""  # noqa: S608 - constant text
_RECENT = "recent_answers"
_FIND_RECENT = f"SELECT position, '{_RECENT}', 'answer', key, payload, NULL, checksum FROM recent_answers WHERE key = ?"  # noqa: S608 - constant text
_REMEMBER = "INSERT OR REPLACE INTO recent_answers (position, checksum, key, at, payload) VALUES (?, ?, ?, ?, ?)"

MAX_RECENT_ANSWERS = 10_000
"""Answers that went to the database directly and are remembered; one that is longer than the unit counts as several."""

RECENT_ANSWER_UNIT = 8192


class Limits(NamedTuple):
    """What the outbox holds at most."""

    rows: int
    bytes: int


class Stats(NamedTuple):
    """The numbers of rows and bytes; `oldest` is the time of the first pending row, in microseconds since 1970."""

    pending: int
    dead_letters: int
    bytes: int
    superseded: int
    oldest: int | None


class OutboxStore:
    """The tables of one outbox. Rows are pending, in the order of delivery by channel, or dead letters."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def is_empty(self, channel: str) -> bool:
        """Whether the channel has no pending row."""
        query = "SELECT 1 FROM entries WHERE lane = ? AND error IS NULL LIMIT 1"
        return self.connection.execute(query, (channel,)).fetchone() is None

    def append(self, channel: str, rows: Sequence[OutboxRow], limits: Limits) -> None:
        """Add pending rows. Raises OutboxFull if the outbox would exceed its limits."""
        count, size = self.connection.execute("SELECT rows, bytes FROM held").fetchone()
        added = sum(len(row.payload) for row in rows)
        for unit, more, held, limit in (("rows", len(rows), count, limits.rows), ("bytes", added, size, limits.bytes)):
            if held + more > limit:
                raise OutboxFull(
                    f"the outbox has no room for {more:,} {unit} beside its {held:,}: make the database available again"
                )
        values = [(channel, checksum(channel, row.kind, row.payload), *row) for row in rows]
        self.connection.executemany(_APPEND, values)
        self.connection.execute("UPDATE held SET rows = rows + ?, bytes = bytes + ?", (len(rows), added))

    def peek_batch(self, channel: str, size: int) -> list[StoredRow]:
        """The first pending rows: `size`, or more to include all rows of the last request."""
        rows: list[StoredRow] = []
        for row in map(StoredRow._make, self.connection.execute(_PENDING, (channel,))):
            if len(rows) >= size and (row.key is None or row.key != rows[-1].key):
                break
            rows.append(row)
        return rows

    def peek_newest(self, channel: str) -> list[StoredRow]:
        """The newest pending row, with all rows of its request."""
        rows: list[StoredRow] = []
        for row in map(StoredRow._make, self.connection.execute(f"{_PENDING} DESC", (channel,))):
            if rows and (row.key is None or row.key != rows[-1].key):
                break
            rows.append(row)
        return rows[::-1]

    def peek_without_channel(self) -> list[StoredRow]:
        """Pending rows of which the channel's name is none that this version knows."""
        return list(map(StoredRow._make, self.connection.execute(_WITHOUT_CHANNEL)))

    def dead_letters(self, channel: str) -> list[StoredRow]:
        """The channel's dead letters."""
        return list(map(StoredRow._make, self.connection.execute(_DEAD_LETTERS, (channel,))))

    def reasons(self) -> dict[int, tuple[int, str]]:
        """Sequence numbers of dead letters → their times, in microseconds since 1970, and the reasons."""
        query = "SELECT seq, at, error FROM entries WHERE error IS NOT NULL"
        return {number: (at, error) for number, at, error in self.connection.execute(query)}

    def delete_range(self, channel: str, first: int, last: int) -> None:
        """Delete pending rows that were delivered; one statement takes a third of the time of one per row."""
        self._delete("lane = ? AND error IS NULL AND seq BETWEEN ? AND ?", channel, first, last)

    def delete(self, sequence_numbers: Iterable[int]) -> None:
        """Delete dead letters that were delivered or discarded."""
        for number in sequence_numbers:
            self._delete("seq = ? AND error IS NOT NULL", number)

    def make_dead_letters(self, sequence_numbers: Iterable[int], reason: str) -> None:
        """Keep these rows, but do not deliver them with the others."""
        parameters = [(reason, number) for number in sequence_numbers]
        self.connection.executemany("UPDATE entries SET error = ? WHERE seq = ?", parameters)

    def move(self, sequence_number: int, channel: str) -> None:
        """Let the row belong to this channel."""
        self.connection.execute("UPDATE entries SET lane = ? WHERE seq = ?", (channel, sequence_number))

    def release(self, sequence_number: int) -> None:
        """Let the row belong to no key: another answer may take its key."""
        self.connection.execute("UPDATE entries SET key = NULL WHERE seq = ?", (sequence_number,))

    def release_answer(self, key: str) -> None:
        """Let the key's answer, which is damaged, belong to no key."""
        self.connection.execute("UPDATE entries SET key = NULL WHERE key = ? AND kind = 'answer'", (key,))

    def find_prediction(self, record_id: bytes) -> StoredRow | None:
        """The row of the prediction of this id."""
        return self._find(f"{_ROWS} WHERE record_id = ? AND kind = 'prediction'", record_id)

    def find_answer(self, key: str) -> StoredRow | None:
        """The row of the key's answer that is to be forwarded."""
        return self._find(f"{_ROWS} WHERE key = ? AND kind = 'answer'", key)

    def find_recent_answer(self, key: str) -> StoredRow | None:
        """The key's answer that is in the database, if it is remembered."""
        return self._find(_FIND_RECENT, key)

    def remember(self, answers: Collection[OutboxRow]) -> None:
        """Remember answers that are in the database, in place of the oldest ones."""
        if not answers:
            return
        (position,) = self.connection.execute("SELECT coalesce(max(position), 0) FROM recent_answers").fetchone()
        for row in answers:
            position += 1 + len(row.payload) // RECENT_ANSWER_UNIT
            values = (position, checksum(_RECENT, row.kind, row.payload), row.key, row.at, row.payload)
            self.connection.execute(_REMEMBER, values)
        self.connection.execute("DELETE FROM recent_answers WHERE position <= ?", (position - MAX_RECENT_ANSWERS,))

    def forget_answers(self) -> None:
        """Forget all remembered answers: one of them may contain an erased shipment."""
        self.connection.execute("DELETE FROM recent_answers")

    def oldest(self) -> int | None:
        """The time of the first row or remembered answer."""
        first = "SELECT at FROM (SELECT at FROM entries ORDER BY seq LIMIT 1)"
        recent = "SELECT at FROM (SELECT at FROM recent_answers ORDER BY position LIMIT 1)"
        (oldest,) = self.connection.execute(f"SELECT min(at) FROM ({first} UNION ALL {recent})").fetchone()  # noqa: S608 - constant text
        return None if oldest is None else int(oldest)

    def shipments(self) -> list[str]:
        """The ids of all shipments with rows."""
        query = "SELECT DISTINCT shipment_id FROM entries WHERE shipment_id IS NOT NULL"
        return [shipment_id for (shipment_id,) in self.connection.execute(query)]

    def erase(self, channel: str, shipment_id: str, until: int | None = None) -> int:
        """Delete the shipment's rows, and the answers that contain one; the number of rows without answers.

        Rows without a channel are deleted, too. `until`: only rows up to this time, in microseconds since 1970.
        """
        condition = f"(lane = ? OR lane {_NO_CHANNEL}) AND shipment_id = ? AND at <= coalesce(?, at)"
        query = f"SELECT key FROM entries WHERE {condition} AND key IS NOT NULL"  # noqa: S608 - constant text
        keys = [key for (key,) in self.connection.execute(query, (channel, shipment_id, until))]
        deleted = self._delete(condition, channel, shipment_id, until)
        self._delete_answers(keys)
        self.forget_answers()
        return deleted

    def drop_before(self, channel: str, at: int) -> int:
        """Delete the rows from before this time, in microseconds since 1970; their number without answers."""
        deleted = self._delete("lane = ? AND kind != 'answer' AND at < ?", channel, at)
        query = "SELECT key FROM entries WHERE lane = ? AND kind = 'answer' AND at < ?"
        self._delete_answers([key for (key,) in self.connection.execute(query, (channel, at))])
        self.forget_answers()
        return deleted

    def stats(self) -> Stats:
        """How much the outbox holds."""
        dead_letters = "SELECT count(*) FROM entries WHERE error IS NOT NULL"
        oldest = "SELECT at FROM entries WHERE error IS NULL ORDER BY seq LIMIT 1"
        query = f"SELECT rows, bytes, superseded, ({dead_letters}), ({oldest}) FROM held"  # noqa: S608 - constant text
        rows, size, superseded, dead, first = self.connection.execute(query).fetchone()
        return Stats(rows - dead, dead, size, superseded, first)

    def count_superseded(self, rows: int) -> None:
        """Add to the number of superseded predictions; with 0, only show that the file can be written."""
        self.connection.execute("UPDATE held SET superseded = superseded + ?", (rows,))

    def last_error(self) -> str | None:
        """The reason of the newest dead letter."""
        query = "SELECT error FROM entries WHERE error IS NOT NULL ORDER BY seq DESC LIMIT 1"
        row = self.connection.execute(query).fetchone()
        return None if row is None else row[0]

    def _delete_answers(self, keys: Iterable[str]) -> None:
        """Delete the answers of these keys; their predictions, if any are left, lose the key."""
        for key in set(keys):
            self._delete("key = ? AND kind = 'answer'", key)
            self.connection.execute("UPDATE entries SET key = NULL WHERE key = ?", (key,))

    def _delete(self, condition: str, *parameters: str | int | None) -> int:
        """Delete the rows that meet the condition; their number."""
        statement = f"DELETE FROM entries WHERE {condition} RETURNING length(payload)"  # noqa: S608 - constant text
        sizes = [size for (size,) in self.connection.execute(statement, parameters)]
        self.connection.execute(
            "UPDATE held SET rows = max(rows - ?, 0), bytes = max(bytes - ?, 0)", (len(sizes), sum(sizes))
        )
        return len(sizes)

    def _find(self, query: str, parameter: str | bytes) -> StoredRow | None:
        row = self.connection.execute(query, (parameter,)).fetchone()
        return None if row is None else StoredRow._make(row)
