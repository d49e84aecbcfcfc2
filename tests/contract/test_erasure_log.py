"""Every ErasureLog: the last erasure of each shipment, as the digest of its id."""

from datetime import UTC, datetime, timedelta

from delay_core.ports.erasure_log import digest_of


def test_read_since__returns_the_last_erasure_of_each_shipment(erasures, retention):
    before = datetime.now(UTC)
    retention.erase("S-1")
    retention.erase("S-2\0")
    [first] = [one for one in erasures.read_since(before) if one.shipment_digest == digest_of("S-1")]
    retention.erase("S-1")
    read = {one.shipment_digest: one.erased_at for one in erasures.read_since(before)}

    assert read.keys() == {digest_of("S-1"), digest_of("S-2\ufffd")}
    assert first.erased_at < read[digest_of("S-1")] <= datetime.now(UTC)


def test_read_since__leaves_out_earlier_erasures(erasures, retention):
    retention.erase("S-1")
    [erasure] = erasures.read_since(datetime.now(UTC) - timedelta(minutes=1))

    assert list(erasures.read_since(erasure.erased_at)) == [erasure]
    assert list(erasures.read_since(erasure.erased_at + timedelta(microseconds=1))) == []
