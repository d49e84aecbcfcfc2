"""Reading and changing the outbox's rows, within one connection or transaction."""

from collections.abc import Iterable, Sequence
from sqlite3 import Connection

from adapters.outbox.serialization import OutboxRow, StoredRow
from delay_core.errors import OutboxFull

_APPEND = "INSERT INTO entries (lane, kind, at, payload, record_id, shipment_id, key) VALUES (?, ?, ?, ?, ?, ?, ?)"
_PENDING = "SELECT seq, kind, key, payload FROM entries WHERE lane = ? AND error IS NULL ORDER BY seq"
_DEAD_LETTERS = "SELECT seq, kind, key, payload FROM entries WHERE lane = ? AND error IS NOT NULL ORDER BY seq"


class OutboxStore:
    """The tables of one outbox. Rows are pending, in the order of delivery by channel, or dead letters."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def is_empty(self, channel: str) -> bool:
        """Whether the channel has no pending row."""
        query = "SELECT 1 FROM entries WHERE lane = ? AND error IS NULL LIMIT 1"
        return self.connection.execute(query, (channel,)).fetchone() is None

    def append(self, channel: str, rows: Sequence[OutboxRow], max_rows: int) -> None:
        """Add pending rows. Raises OutboxFull if the outbox would have more than `max_rows`."""
        (count,) = self.connection.execute("SELECT rows FROM held").fetchone()
        if count + len(rows) > max_rows:
            raise OutboxFull(
                f"the outbox has no room for {len(rows):,} rows beside its {count:,}: make the database available again"
            )
        self.connection.executemany(_APPEND, [(channel, *row) for row in rows])
        self.connection.execute("UPDATE held SET rows = rows + ?", (len(rows),))

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

    def dead_letters(self, channel: str) -> list[StoredRow]:
        """The channel's dead letters."""
        return list(map(StoredRow._make, self.connection.execute(_DEAD_LETTERS, (channel,))))

    def delete_range(self, channel: str, first: int, last: int) -> None:
        """Delete pending rows that were delivered; one statement takes a third of the time of one per row."""
        statement = "DELETE FROM entries WHERE lane = ? AND error IS NULL AND seq BETWEEN ? AND ?"
        self._decrement_count(self.connection.execute(statement, (channel, first, last)).rowcount)

    def delete(self, sequence_numbers: Iterable[int]) -> None:
        """Delete rows that were delivered."""
        parameters = [(number,) for number in sequence_numbers]
        self._decrement_count(self.connection.executemany("DELETE FROM entries WHERE seq = ?", parameters).rowcount)

    def make_dead_letters(self, sequence_numbers: Iterable[int], reason: str) -> None:
        """Keep these rows, but do not deliver them with the others."""
        parameters = [(reason, number) for number in sequence_numbers]
        self.connection.executemany("UPDATE entries SET error = ? WHERE seq = ?", parameters)

    def find_prediction(self, record_id: bytes) -> str | None:
        """The payload of the prediction of this id."""
        query = "SELECT payload FROM entries WHERE record_id = ? AND kind = 'prediction'"
        return self._first_text(query, record_id)

    def find_answer(self, key: str) -> str | None:
        """The payload of the key's answer."""
        return self._first_text("SELECT payload FROM entries WHERE key = ? AND kind = 'answer'", key)

    def erase(self, channel: str, shipment_id: str) -> int:
        """Delete the shipment's rows, and the answers that contain one; the number of rows without answers."""
        query = "SELECT key FROM entries WHERE lane = ? AND shipment_id = ? AND key IS NOT NULL"
        keys = [key for (key,) in self.connection.execute(query, (channel, shipment_id))]
        statement = "DELETE FROM entries WHERE lane = ? AND shipment_id = ?"
        deleted = self.connection.execute(statement, (channel, shipment_id)).rowcount
        self._decrement_count(deleted)
        self._delete_answers(keys)
        self._next_erasure_epoch()
        return deleted

    def drop_before(self, channel: str, at: int) -> int:
        """Delete the rows from before this time, in microseconds since 1970; their number without answers."""
        statement = "DELETE FROM entries WHERE lane = ? AND kind != 'answer' AND at < ?"
        deleted = self.connection.execute(statement, (channel, at)).rowcount
        self._decrement_count(deleted)
        query = "SELECT key FROM entries WHERE lane = ? AND kind = 'answer' AND at < ?"
        self._delete_answers([key for (key,) in self.connection.execute(query, (channel, at))])
        self._next_erasure_epoch()
        return deleted

    def erasure_epoch(self) -> int:
        """The number of erasures so far, by all processes."""
        (erasures,) = self.connection.execute("SELECT erasures FROM held").fetchone()
        return int(erasures)

    def stats(self) -> tuple[int, int, int | None]:
        """The numbers of pending rows and of dead letters, and the time of the first pending row."""
        dead_letters = "SELECT count(*) FROM entries WHERE error IS NOT NULL"
        oldest = "SELECT at FROM entries WHERE error IS NULL ORDER BY seq LIMIT 1"
        query = f"SELECT rows, ({dead_letters}), ({oldest}) FROM held"  # noqa: S608 - constant text
        total, dead, first = self.connection.execute(query).fetchone()
        return total - dead, dead, first

    def last_error(self) -> str | None:
        """The reason of the newest dead letter."""
        return self._first_text("SELECT error FROM entries WHERE error IS NOT NULL ORDER BY seq DESC LIMIT 1")

    def _delete_answers(self, keys: Iterable[str]) -> None:
        """Delete the answers of these keys; their predictions, if any are left, lose the key."""
        deleted = 0
        for key in set(keys):
            statement = "DELETE FROM entries WHERE key = ? AND kind = 'answer'"
            deleted += self.connection.execute(statement, (key,)).rowcount
            self.connection.execute("UPDATE entries SET key = NULL WHERE key = ?", (key,))
        self._decrement_count(deleted)

    def _next_erasure_epoch(self) -> None:
        self.connection.execute("UPDATE held SET erasures = erasures + 1")

    def _decrement_count(self, rows: int) -> None:
        self.connection.execute("UPDATE held SET rows = rows - ?", (rows,))

    def _first_text(self, query: str, *parameters: str | bytes) -> str | None:
        row = self.connection.execute(query, parameters).fetchone()
        return None if row is None else row[0]
