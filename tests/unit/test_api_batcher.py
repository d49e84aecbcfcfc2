"""Which requests are scored together, and when: a batch costs less per request, and the database should not wait."""

import asyncio
from types import SimpleNamespace

import pytest

from delay_core.ports.model_catalog import ModelVersion
from delay_core.predictor import Predictor
from delay_core.schema import example_shipment
from delay_core.serving import PredictionRequest, ServingModel
from entrypoints.api.observability.prometheus import ApiMetrics
from entrypoints.api.serving.batcher import SCORE_AHEAD_REQUESTS, PredictionBatcher
from fakes.explainer import ModelExplainer
from fakes.model_runtime import ModelRuntime
from support.alias_deployment import bundle


class Writer:
    """Keeps the groups until a test commits the oldest one."""

    def __init__(self):
        self.groups = []
        self.sizes = []

    def start(self, loop):
        """Nothing to start."""

    def close(self):
        """Nothing to close."""

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

        async def request(count):
            """Begin so many requests, and let the batcher work."""
            requests = [PredictionRequest([shipment], "r") for _ in range(count)]
            responses.extend(asyncio.ensure_future(batcher.predict(one)) for one in requests)
            await asyncio.sleep(0.01)

        await test(writer, request)
        while writer.groups:
            writer.commit()
            await asyncio.sleep(0)
        assert all(await asyncio.wait_for(asyncio.gather(*responses), 30))
        assert sum(writer.sizes) == len(responses)
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
