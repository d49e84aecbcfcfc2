"""What is asked of the journal's table, each within a transaction or a look that is given."""

from collections.abc import Iterable, Sequence
from sqlite3 import Connection

from adapters.outbox.rows import Kept, Row
from delay_core.errors import OutboxFull

_PUT = "INSERT INTO entries (lane, kind, at, payload, record_id, shipment_id, key) VALUES (?, ?, ?, ?, ?, ?, ?)"


def empty(connection: Connection, lane: str) -> bool:
    """Whether nothing waits in the lane."""
    found = connection.execute("SELECT 1 FROM entries WHERE lane = ? AND error IS NULL LIMIT 1", (lane,))
    return found.fetchone() is None


def put(connection: Connection, lane: str, rows: Sequence[Row], limit: int) -> None:
    """Add the rows at the end of the line. Raises OutboxFull where they are more than the journal still takes."""
    (held,) = connection.execute("SELECT rows FROM held").fetchone()
    if held + len(rows) > limit:
        raise OutboxFull(f"the journal has no room for {len(rows):,} rows beside its {held:,}: bring the database back")
    connection.executemany(_PUT, [(lane, *row) for row in rows])
    connection.execute("UPDATE held SET rows = rows + ?", (len(rows),))


def batch(connection: Connection, lane: str, size: int, newest: bool = False) -> list[Kept]:
    """The first rows of the lane, about so many: a request's rows are given all together. Or the newest one alone."""
    order = "DESC" if newest else "ASC"
    wanted = f"SELECT seq, kind, key, payload FROM entries WHERE lane = ? AND error IS NULL ORDER BY seq {order}"  # noqa: S608 - our own word
    found = map(Kept._make, connection.execute(wanted, (lane,)))
    rows: list[Kept] = []
    for row in found:
        if len(rows) >= size and (row.key is None or row.key != rows[-1].key):
            break
        rows.append(row)
    return rows[::-1] if newest else rows


def remove_line(connection: Connection, lane: str, first: int, last: int) -> None:
    """Delete this part of the line, which is durable elsewhere: in one statement, a third of the time of one a row."""
    wanted = "DELETE FROM entries WHERE lane = ? AND error IS NULL AND seq BETWEEN ? AND ?"
    _count_out(connection, connection.execute(wanted, (lane, first, last)).rowcount)


def remove(connection: Connection, seqs: Iterable[int]) -> None:
    """Delete these rows, which are durable elsewhere."""
    gone = connection.executemany("DELETE FROM entries WHERE seq = ?", [(seq,) for seq in seqs]).rowcount
    _count_out(connection, gone)


def set_aside(connection: Connection, seqs: Iterable[int], error: str) -> None:
    """Keep these rows, out of the line."""
    connection.executemany("UPDATE entries SET error = ? WHERE seq = ?", [(error, seq) for seq in seqs])


def aside(connection: Connection, lane: str) -> list[Kept]:
    """The lane's rows that are set aside."""
    wanted = "SELECT seq, kind, key, payload FROM entries WHERE lane = ? AND error IS NOT NULL ORDER BY seq"
    return list(map(Kept._make, connection.execute(wanted, (lane,))))


def prediction(connection: Connection, record_id: bytes) -> str | None:
    """The payload of the prediction of this id."""
    return _payload(
        connection.execute(
            "SELECT payload FROM entries WHERE record_id = ? AND kind = 'prediction'", (record_id,)
        ).fetchone()
    )


def answer(connection: Connection, key: str) -> str | None:
    """The payload of the answer under this key."""
    return _payload(
        connection.execute("SELECT payload FROM entries WHERE key = ? AND kind = 'answer'", (key,)).fetchone()
    )


def erase(connection: Connection, lane: str, shipment_id: str) -> int:
    """Delete the shipment's rows in the lane, and the answers that tell of one; how many rows, answers apart."""
    told = "SELECT key FROM entries WHERE lane = ? AND shipment_id = ? AND key IS NOT NULL"
    keys = [key for (key,) in connection.execute(told, (lane, shipment_id))]
    gone = connection.execute("DELETE FROM entries WHERE lane = ? AND shipment_id = ?", (lane, shipment_id)).rowcount
    _count_out(connection, gone)
    _forget(connection, keys)
    _count_erasure(connection)
    return gone


def drop_before(connection: Connection, lane: str, at: int) -> int:
    """Delete the lane's rows of before; how many, answers apart."""
    gone = connection.execute("DELETE FROM entries WHERE lane = ? AND kind != 'answer' AND at < ?", (lane, at)).rowcount
    _count_out(connection, gone)
    old = connection.execute("SELECT key FROM entries WHERE lane = ? AND kind = 'answer' AND at < ?", (lane, at))
    _forget(connection, [key for (key,) in old])
    _count_erasure(connection)
    return gone


def erasures(connection: Connection) -> int:
    """How often something was erased or dropped, by whichever process."""
    (times,) = connection.execute("SELECT erasures FROM held").fetchone()
    return int(times)


def _forget(connection: Connection, keys: Iterable[str]) -> None:
    """Delete the answers under these keys; what else they told of stays, without a key."""
    gone = 0
    for key in set(keys):
        gone += connection.execute("DELETE FROM entries WHERE key = ? AND kind = 'answer'", (key,)).rowcount
        connection.execute("UPDATE entries SET key = NULL WHERE key = ?", (key,))
    _count_out(connection, gone)


def _count_erasure(connection: Connection) -> None:
    connection.execute("UPDATE held SET erasures = erasures + 1")


def _count_out(connection: Connection, gone: int) -> None:
    connection.execute("UPDATE held SET rows = rows - ?", (gone,))


def _payload(found: tuple[str] | None) -> str | None:
    return None if found is None else found[0]


def counted(connection: Connection) -> tuple[int, int, int | None]:
    """How many rows wait, how many are set aside, and the time of the one that has waited longest."""
    aside = "SELECT count(*) FROM entries WHERE error IS NOT NULL"
    oldest = "SELECT at FROM entries WHERE error IS NULL ORDER BY seq LIMIT 1"
    held, refused, first = connection.execute(f"SELECT rows, ({aside}), ({oldest}) FROM held").fetchone()  # noqa: S608 - our own words
    return held - refused, refused, first


def reason(connection: Connection) -> str | None:
    """Why the last row that is set aside is."""
    return _payload(
        connection.execute("SELECT error FROM entries WHERE error IS NOT NULL ORDER BY seq DESC LIMIT 1").fetchone()
    )
