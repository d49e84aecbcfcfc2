"""Which requests are scored together, and when: a batch costs less per request, and the database should not wait."""

import asyncio
from types import SimpleNamespace

import pytest

from delay_core.ports.model_catalog import ModelVersion
from delay_core.predictor import Predictor
from delay_core.schema import example_shipment
from delay_core.serving import PredictionRequest, ServingModel
from entrypoints.api.observability.prometheus import ApiMetrics
from entrypoints.api.serving.batcher import INLINE_MAX_BYTES, SCORE_AHEAD_REQUESTS, PredictionBatcher
from fakes.explainer import ModelExplainer
from fakes.model_runtime import ModelRuntime
from support.alias_deployment import bundle


class Writer:
    """Keeps the groups until a test commits the oldest one."""

    def __init__(self):
        self.groups = []
        self.sizes = []
        self.by_thread = 0

    def start(self, loop):
        self.loop = loop

    def close(self):
        """Nothing to close."""

    def submit(self, group):
        self.by_thread += len(group.items)
        self.loop.call_soon_threadsafe(group.notify, [(item, item.body) for item in group.items])

    def submit_on_loop(self, group):
        self.groups.append(group)
        self.sizes.append(len(group.items))

    def commit(self):
        group = self.groups.pop(0)
        group.notify([(item, item.body) for item in group.items])


@pytest.fixture(scope="module")
def model():
    served = bundle()
    return ServingModel(
        ModelVersion("late", 1, served.digest, "run"), Predictor(served, ModelRuntime(), ModelExplainer())
    )


def run(model, test):
    async def main():
        writer = Writer()
        batcher = PredictionBatcher(
            SimpleNamespace(model=model), writer, ApiMetrics(multiple_processes=False), 1000, deadline_seconds=30
        )
        batcher.start(asyncio.get_running_loop())
        shipment = example_shipment(model.predictor.bundle.schema)
        responses = []

        async def request(count, size=INLINE_MAX_BYTES):
            """Begin so many requests with bodies of this size, and let the batcher work."""
            requests = [PredictionRequest([shipment], "r") for _ in range(count)]
            responses.extend(asyncio.ensure_future(batcher.predict(one, size)) for one in requests)
            await asyncio.sleep(0.01)

        await test(writer, request)
        while writer.groups:
            writer.commit()
            await asyncio.sleep(0)
        assert all(await asyncio.wait_for(asyncio.gather(*responses), 30))
        assert sum(writer.sizes) + writer.by_thread == len(responses)
        batcher.close()

    asyncio.run(main())


def test_requests_that_arrive_together__are_one_batch(model):
    async def test(writer, request):
        await request(5)
        assert writer.sizes == [5]

    run(model, test)


def test_while_a_batch_is_written__few_requests_wait_for_its_commit(model):
    async def test(writer, request):
        await request(1)
        await request(SCORE_AHEAD_REQUESTS - 2)
        await request(1)
        assert writer.sizes == [1]
        writer.commit()
        assert writer.sizes == [1, SCORE_AHEAD_REQUESTS - 1]

    run(model, test)


def test_while_a_batch_is_written__many_requests_are_scored_ahead(model):
    async def test(writer, request):
        await request(1)
        await request(SCORE_AHEAD_REQUESTS)
        assert writer.sizes == [1, SCORE_AHEAD_REQUESTS]
        await request(2)
        writer.commit()
        assert writer.sizes == [1, SCORE_AHEAD_REQUESTS]  # one batch is still being written
        writer.commit()
        assert writer.sizes == [1, SCORE_AHEAD_REQUESTS, 2]

    run(model, test)


def test_large_body__is_scored_in_the_pool_and_logged_by_the_thread(model):
    """A group of large rows would keep the event loop busy with their JSON."""

    async def test(writer, request):
        await request(3, size=INLINE_MAX_BYTES + 1)
        await request(1)
        assert writer.sizes == [1]

    run(model, test)
