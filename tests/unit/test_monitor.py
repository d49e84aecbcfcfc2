"""Monitoring: windows are decided once, by what is known at their end; runs can be repeated and interrupted."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from delay_core.errors import StoreError
from delay_core.monitoring.monitoring_decision import Severity
from delay_core.monitoring.monitoring_state import MonitoringState
from delay_core.monitoring.performance import NotEstimated
from delay_core.ports.action_log import Action, ActionKind
from delay_core.ports.monitoring_store import ResultFilter
from delay_core.ports.outcome_log import Outcome
from support.monitored_model import DAY, FIRST_DAY, NAME, MonitoredModel, day_of


@pytest.fixture
def model():
    return MonitoredModel()


def results(model):
    """Every result by day and version."""
    newest = model.store.newest(NAME, ResultFilter())
    return {(day_of(one.decision.window.start), one.decision.model_version): one for one in newest}


def test_run__decides_each_window_by_the_outcomes_that_count_in_it(model):
    for day in range(6):
        model.serve(day)

    model.run(6)

    stored = results(model)
    assert list(stored) == [(day, 1) for day in (5, 4, 3, 2, 1, 0)]
    # Outcomes are known after a day, and count after three, when each can be known.
    assert [stored[day, 1].decision.known_outcomes for day in range(6)] == [0, 0, 0, 40, 80, 120]
    assert [stored[day, 1].performance.maturity for day in range(6)] == [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]


def test_run__again_leaves_the_store_as_it_is(model):
    for day in range(6):
        model.serve(day, harm=0.3)
    model.run(6)
    before = dict(model.store.results)

    model.run(6)
    assert model.store.results == before
    model.run(6, since=FIRST_DAY)
    assert model.store.results == before


def test_run__day_by_day_decides_as_one_run_does():
    daily, once = MonitoredModel(), MonitoredModel()
    for day in range(6):
        for model in (daily, once):
            model.serve(day, harm=0.3)
        daily.run(day + 1)
    once.run(6)

    assert {key: one.decision for key, one in results(daily).items()} == {
        key: one.decision for key, one in results(once).items()
    }


def test_run__reads_a_window_again_until_its_outcomes_count(model):
    for day in range(6):
        model.serve(day)
        model.run(day + 1)
    model.measured.clear()

    assert model.run(7) == [3, 4, 5, 6]

    assert [day for kind, day, _ in model.measured if kind == "performance"] == [3, 4, 5]


def test_run__makes_the_estimate_of_a_window_once(model):
    model.serve(0)
    model.run(1)
    [first] = results(model).values()

    model.run(2)
    [refreshed] = results(model).values()
    assert refreshed.performance.naive != first.performance.naive
    assert refreshed.performance.estimated == first.performance.estimated

    model.run(2, since=FIRST_DAY)
    [computed_again] = results(model).values()
    assert computed_again.performance.estimated == computed_again.performance.naive


def test_run__makes_the_estimate_again_if_rows_were_added(model):
    model.serve(0)
    model.run(1)
    first, *_ = model.log.predictions.values()
    model.log.append([replace(first, prediction_id=UUID(int=1), shipment_id="forwarded")])

    model.run(2)

    [result] = results(model).values()
    assert result.performance.estimated == result.performance.naive


def test_run__pages_about_harm_with_the_window_in_which_it_began(model):
    for day in range(16):
        model.serve(day, harm=0.35 if day >= 6 else 0.0)
    model.run(16)

    decisions = [one.decision for _, one in sorted(results(model).items())]
    paged = next(one for one in decisions if one.severity is Severity.RETRAIN)
    assert paged.changed
    assert day_of(paged.window.start) <= 14
    assert abs(day_of(paged.change_point.start) - 9) <= 1
    assert model.store.pending_notices(NAME)[0] == paged


def test_run__no_estimate_is_valid_while_the_loss_test_pages(model):
    for day in range(16):
        model.serve(day, harm=0.35 if day >= 6 else 0.0)
    model.run(16)

    paged = {
        one.performance.not_estimated for one in results(model).values() if one.decision.severity is Severity.RETRAIN
    }
    calm = {one.performance.not_estimated for one in results(model).values() if one.decision.severity is Severity.NONE}
    assert (paged, calm) == ({NotEstimated.CONTRADICTED}, {None})


def test_interrupted_run__is_completed_by_the_next_one(model, monkeypatch):
    whole = MonitoredModel()
    for each in (model, whole):
        second = each.register(each.bundles[1].reference)
        for day in range(4):
            each.serve(day, rows=5)
            each.serve(day, rows=5, version=second)
    whole.run(4)
    record = model.store.record
    for stored in range(10):
        calls = iter(range(stored))

        def interrupt(result, calls=calls):
            if next(calls, None) is None:
                raise KeyboardInterrupt
            record(result)

        monkeypatch.setattr(model.store, "record", interrupt)
        with suppress(KeyboardInterrupt):
            model.run(4)
    monkeypatch.undo()

    model.run(4)

    assert model.store.results == whole.store.results


def test_run__versions_of_one_window_have_results_of_their_own(model):
    second = model.register(model.bundles[1].reference)
    for day in range(4):
        model.serve(day)
    model.serve(3, version=second)

    model.run(4)

    stored = results(model)
    assert set(stored) == {(0, 1), (1, 1), (2, 1), (3, 1), (3, 2)}
    state = MonitoringState.read(stored[3, 2].state)
    assert (state.promoted_at, state.predecessor) == (FIRST_DAY + 3 * DAY + timedelta(hours=1), 1)
    assert stored[3, 2].drift.columns[0].effect == pytest.approx(0.2)


def test_run__a_version_that_predicts_no_more_is_decided_while_its_outcomes_arrive(model):
    model.serve(0)

    model.run(8)

    stored = results(model)
    assert list(stored) == [(3, 1), (0, 1)]
    assert (stored[3, 1].rows, stored[3, 1].drift, stored[3, 1].decision.known_outcomes) == (0, None, 40)


def test_run__an_empty_window_has_no_result(model):
    assert model.run(5) == []
    assert model.store.results == {}


def test_run__a_version_without_reference_says_train_again(model):
    model.serve(0, version=model.register(None))

    run = model.monitor()(NAME, FIRST_DAY + DAY)

    assert run.skipped == {2: "its bundle has no reference sample: train again with this version of delay-core"}
    assert run.results == []


def test_run__a_version_number_of_another_bundle_is_left_out(model):
    model.serve(0)
    other = MonitoredModel()
    other.log.predictions = model.log.predictions
    other.registry, other.bundles = type(model.registry)(), {}
    other.register(None)

    run = other.monitor()(NAME, FIRST_DAY + DAY)

    assert "made by another bundle" in run.skipped[1]


def test_run__shipments_that_somebody_acted_on_are_no_evidence(model):
    model.serve(0)
    for row in range(10):
        model.actions.append(
            [Action(UUID(int=row), f"1-0-{row}", ActionKind.ACTED, "planner", FIRST_DAY + timedelta(hours=9))]
        )

    model.run(4)

    stored = results(model)
    assert stored[3, 1].decision.known_outcomes == 30
    assert stored[0, 1].performance.acted_on == 10


def test_run__actions_after_the_outcome_was_known_change_nothing(model):
    model.serve(0)
    for row in range(10):  # outcomes are known on the second day
        at = FIRST_DAY + 2 * DAY + timedelta(hours=9)
        model.actions.append([Action(UUID(int=row), f"1-0-{row}", ActionKind.ACTED, "planner", at)])

    model.run(4)

    stored = results(model)
    assert stored[3, 1].decision.known_outcomes == 40
    assert stored[0, 1].performance.acted_on == 0


def test_run__an_outcome_that_is_recorded_late_counts_when_it_is_recorded(model):
    model.serve(0, outcomes=False)
    recorded_at = FIRST_DAY + 5 * DAY
    model.run(4)
    model.outcomes.append([Outcome(f"1-0-{row}", False, FIRST_DAY + DAY, recorded_at, "file") for row in range(40)])

    assert model.run(5) == [0]
    assert model.run(6) == [0, 5]
    assert results(model)[5, 1].decision.known_outcomes == 40


def test_run__a_correction_after_an_outcome_counted_does_not_change_decisions(model):
    model.serve(0)
    model.run(4)
    before = results(model)[3, 1]
    later = FIRST_DAY + 5 * DAY
    model.outcomes.append([Outcome(f"1-0-{row}", True, FIRST_DAY, later, "correction") for row in range(40)])

    model.run(6, since=FIRST_DAY)

    assert results(model)[3, 1].decision == before.decision


def test_run__beyond_the_horizon_outcomes_are_not_waited_for(model):
    model.horizon = 4 * DAY
    for day in (0, 5):
        model.serve(day, outcomes=False)
    model.run(6)
    model.outcomes.append([Outcome("1-0-0", False, FIRST_DAY, FIRST_DAY + 9 * DAY, "file")])

    assert model.run(10) == [5]


def test_run__of_a_large_window_measures_a_sample_and_stores_the_size_of_the_window(model):
    second = model.register(model.bundles[1].reference)
    for day in range(2):
        model.serve(day, rows=130)
        model.serve(day, rows=20, version=second)
    model.max_rows = 100

    model.run(2)

    stored = results(model)
    assert [stored[key].rows for key in ((0, 1), (0, 2), (1, 1), (1, 2))] == [130, 20, 130, 20]
    assert [stored[day, 2].sampled_rows for day in range(2)] == [20, 20]
    assert all(20 <= stored[day, 1].sampled_rows <= 100 for day in range(2))
    assert stored[0, 1].performance.rows == stored[0, 1].sampled_rows

    before = dict(model.store.results)
    model.run(2, since=FIRST_DAY)
    assert model.store.results == before


def test_run__of_windows_up_to_the_size_of_a_sample_measures_all(model):
    other = MonitoredModel(max_rows=40)
    other.log, other.registry, other.bundles = model.log, model.registry, model.bundles
    other.reader, other.outcomes = model.reader, model.outcomes
    for day in range(4):
        model.serve(day)

    model.run(4)
    other.run(4)

    assert other.store.results == model.store.results


def test_run__raises_if_a_log_is_unavailable(model, monkeypatch):
    def unavailable(*_):
        raise StoreError("no database")

    monkeypatch.setattr(model.reader, "read_window", unavailable)
    with pytest.raises(StoreError, match="no database"):
        model.run(3)
