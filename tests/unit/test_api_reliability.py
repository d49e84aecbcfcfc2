"""GET /reliability: late shares by band with their intervals, repeated for a while."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from delay_core.ports.reliability_reader import BandCounts, WindowCounts
from delay_core.use_cases.measure_reliability import MAX_ROWS, MeasureReliability
from entrypoints.api.routes.reliability import measure, reliability
from entrypoints.api.serving.cached_values import CachedValues

BANDS = (BandCounts(0, 10, 1, 0.5), BandCounts(8, 100, 80, 84.0))


class Reader:
    """Has the same counts in every week."""

    def __init__(self):
        self.windows = []

    def count(self, model_name, since, until, max_rows):
        self.windows.append((since, until))
        self.max_rows = max_rows
        return WindowCounts(rows=500, sampled_rows=200, acted_on=3, bands=BANDS)


def test_weeks__begin_on_mondays_and_are_the_newest_first():
    reader = Reader()
    weeks = MeasureReliability(reader)("late", 3, datetime(2026, 4, 1, 12, tzinfo=UTC))  # a Wednesday
    assert [week.week_start for week in weeks] == [datetime(2026, 3, day, tzinfo=UTC) for day in (30, 23, 16)]
    assert reader.windows[0] == (datetime(2026, 3, 30, tzinfo=UTC), datetime(2026, 4, 6, tzinfo=UTC))


@pytest.mark.parametrize("weeks", [1, 12, 52])
def test_weeks__share_a_number_of_rows(weeks):
    reader = Reader()
    MeasureReliability(reader)("late", weeks, datetime(2026, 4, 1, 12, tzinfo=UTC))
    assert reader.max_rows == MAX_ROWS // weeks


def test_bands__have_the_late_share_with_its_interval():
    answer = measure(MeasureReliability(Reader()), "late", 2).model_dump(mode="json")
    [_, band] = answer["weeks"][0]["bands"]
    assert (band["low"], band["high"], band["predictions"]) == (0.8, 0.9, 100)
    assert (band["mean_probability"], band["late_share"]) == (0.84, 0.8)
    assert (band["late_share_low"], band["late_share_high"]) == pytest.approx((0.7112, 0.8666), abs=1e-4)
    week = answer["weeks"][0]
    assert (week["predictions"], week["sampled"], week["acted_on"], week["known_outcomes"]) == (500, 200, 3, 110)
    assert [total["predictions"] for total in answer["bands"]] == [20, 200]


def test_answer__is_repeated_and_computed_again_later():
    reader, now = Reader(), [0.0]
    context = SimpleNamespace(
        model_name="late",
        reliability_cache=CachedValues(60, clock=lambda: now[0]),
        require_logs=lambda: SimpleNamespace(measure_reliability=MeasureReliability(reader)),
    )

    async def request():
        answers = await asyncio.gather(*(reliability(context, weeks=1) for _ in range(3)))
        await asyncio.sleep(0.01)
        return answers

    async def requests():
        counts = []
        for moment in (0, 30, 90, 10_000):
            now[0] = moment
            await request()
            counts.append(len(reader.windows))
        return counts

    assert asyncio.run(requests()) == [1, 1, 2, 3]


def test_error__is_raised_and_not_kept():
    values = CachedValues(60)

    async def requests():
        with pytest.raises(ZeroDivisionError):
            await values.get("key", lambda: 1 / 0)
        return await values.get("key", lambda: 7)

    assert asyncio.run(requests()) == 7


def test_old_value__is_returned_while_a_new_one_is_computed():
    now = [0.0]
    values = CachedValues(timedelta(minutes=1).total_seconds(), clock=lambda: now[0])

    async def requests():
        first = await values.get("key", lambda: 1)
        now[0] = 61
        second = await values.get("key", lambda: 2)
        await asyncio.sleep(0.05)
        return first, second, await values.get("key", lambda: 3)

    assert asyncio.run(requests()) == (1, 1, 2)
