"""The group commit: over a stream on the event loop while there is one, by a thread otherwise; nothing is lost."""

import asyncio
import time

import pytest

from delay_core.errors import StoreError
from delay_core.ports.prediction_log import KeyedAnswer
from entrypoints.api.serving import group_commit
from entrypoints.api.serving.commit_group import CommitGroup, CommitItem
from entrypoints.api.serving.group_commit import GroupCommitWriter
from fakes.prediction_log import PredictionLog
from fakes.prediction_stream import PredictionStream
from support.builders import NOON, logged_predictions


class StreamingLog(PredictionLog):
    """Opens these streams, one after the other; None: that one cannot be opened."""

    def __init__(self, *streams):
        super().__init__()
        self._streams = list(streams)

    def open_stream(self):
        stream = self._streams.pop(0)
        if stream is None:
            raise StoreError("the database refuses connections")
        return stream


class Harness:
    """A writer on the running loop, and the order in which its callbacks were called."""

    def __init__(self, log):
        self.log = log
        self.calls = []
        self.seconds = []
        self.writer = GroupCommitWriter(log, self.seconds.append, time.perf_counter)
        self.writer.start(asyncio.get_running_loop())

    def submit(self, number, keyed=None, **fields):
        rows = logged_predictions(number, 2, **fields)
        done = asyncio.get_running_loop().create_future()
        item = CommitItem(rows, f"body {number}".encode(), lambda result: self._done(number, done, result), keyed)
        self.writer.submit_on_loop(CommitGroup([item], [lambda: self.calls.append(f"committed {number}")]))
        return rows, done

    async def until_streaming(self):
        """Have the thread write until the stream is open."""
        for number in range(100, 200):
            _, done = self.submit(number)
            if self.writer._stream is not None:
                return done
            await done
            await asyncio.sleep(0.01)
        raise AssertionError("no stream was opened")

    def is_logged(self, rows):
        return {row.prediction_id for row in rows} <= {key for _, key in self.log.predictions}

    def _done(self, number, done, result):
        self.calls.append(f"done {number}")
        done.set_result(result)


def run(test, *streams):
    """Run the test with a harness whose log opens these streams."""

    async def main():
        harness = Harness(StreamingLog(*streams))
        try:
            await asyncio.wait_for(test(harness, *streams), 30)
        finally:
            harness.writer.close()

    asyncio.run(main())


def test_groups__are_written_over_the_stream_one_at_a_time():
    async def test(harness, stream):
        first = await harness.until_streaming()
        [sent] = stream.batches
        rows, second = harness.submit(1)
        more, third = harness.submit(2)
        await asyncio.sleep(0.05)
        assert stream.batches == [sent]
        assert not first.done()

        stream.answer()
        await first
        assert stream.batches == [sent, [*rows, *more]]
        assert not harness.is_logged(rows)
        stream.answer()

        assert (await second, await third) == (b"body 1", b"body 2")
        assert harness.calls[-4:] == ["committed 1", "committed 2", "done 1", "done 2"]
        assert all(0 < seconds < 30 for seconds in harness.seconds)

    run(test, PredictionStream())


def test_request_with_a_key__is_written_by_the_thread():
    async def test(harness, stream):
        await harness.until_streaming()
        keyed = KeyedAnswer("0" * 64, "1" * 64, "r-1", NOON, "body")
        rows, done = harness.submit(1, keyed=keyed, request_id="r-1")
        assert await done == b"body 1"
        assert harness.is_logged(rows)
        assert len(stream.batches) == 1

    run(test, PredictionStream())


def test_batch_that_the_stream_does_not_take__is_written_by_the_thread():
    async def test(harness, stream):
        first = await harness.until_streaming()
        stream.answer()
        await first
        stream.accepts = False
        rows, done = harness.submit(1)
        assert await done == b"body 1"
        assert harness.is_logged(rows)
        stream.accepts = True
        rows, done = harness.submit(2)
        assert stream.batches[-1] == rows

    run(test, PredictionStream())


@pytest.mark.parametrize("how", ["is lost", "is silent"])
def test_interrupted_stream__leaves_its_groups_to_the_thread(how):
    async def test(harness, stream):
        started = await harness.until_streaming()
        rows, waiting = harness.submit(1)
        if how == "is lost":
            stream.answer(durable=False)
        await started
        assert await waiting == b"body 1"
        assert harness.is_logged([*stream.batches[0], *rows])
        assert stream.closed

    run(test, PredictionStream(timeout_seconds=30 if how == "is lost" else 0.05))


def test_next_stream__is_opened_after_a_while(monkeypatch):
    monkeypatch.setattr(group_commit, "REOPEN_SECONDS", 0.05)

    async def test(harness, _, first, second):
        started = await harness.until_streaming()
        first.answer(durable=False)
        await started
        await harness.until_streaming()
        assert len(second.batches) == 1

    run(test, None, PredictionStream(), PredictionStream())


def test_close__writes_what_the_stream_has_not_answered():
    async def test(harness, stream):
        started = await harness.until_streaming()
        rows, waiting = harness.submit(1)
        harness.writer.close()
        assert harness.is_logged([*stream.batches[0], *rows])
        assert (await started, await waiting)[1] == b"body 1"

    async def main():
        stream = PredictionStream()
        await test(Harness(StreamingLog(stream)), stream)
        assert stream.closed

    asyncio.run(main())


def test_log_without_a_stream__is_not_tried_again():
    class Log(PredictionLog):
        calls = 0

        def open_stream(self):
            self.calls += 1

    async def main():
        harness = Harness(Log())
        for number in range(5):
            await harness.submit(number)[1]
            await asyncio.sleep(0.01)
        harness.writer.close()
        assert harness.log.calls == 1

    asyncio.run(main())
