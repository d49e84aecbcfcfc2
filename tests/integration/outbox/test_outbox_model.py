"""The outbox against a model: whatever fails, every acknowledged row is in the database once in the end.

Two processes share one outbox, a third one on another machine has its own. They are killed before and after commits and
calls of the database, which is absent, slow (it raises, and commits later) or lying (it commits, and raises). The disk
is full or cannot be read, rows are poison or damaged in the file, shipments are erased.

Rows of one shipment reach the database in order as long as nothing lets them overtake each other: poison, a failing
disk or full outbox, or a database that commits what it reports as failed.
"""

import tempfile
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from adapters.outbox import DeadLetters
from delay_core.errors import OutboxFull, StoreError
from support.builders import keyed_request, logged_prediction
from support.outbox_model import DAMAGES, POISON_VERSION, Crash, Process, SimulatedDatabase, damage_pending_row
from support.properties import examples

NIGHTLY_SEQUENCES = 1_000
PROCESSES = st.integers(0, 2)
SHIPMENTS = st.integers(0, 1)


class OutboxMachine(RuleBasedStateMachine):
    """The model: what was acknowledged, in order, and what was answered to each key."""

    counts: ClassVar[Counter] = Counter()

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = SimulatedDatabase()
        paths = [Path(self.folder.name) / name for name in ("one.db", "one.db", "two.db")]
        self.processes = [self.start(path) for path in paths]
        self.acknowledged = []
        self.answers = defaultdict(set)
        self.unfinished_erasures = set()
        self.damaged = set()
        self.may_overtake = self.may_forget_keys = False
        self.calm = False
        self.counts["sequences"] += 1

    @initialize(calm=st.booleans())
    def choose_failures(self, calm):
        """A calm sequence has only failures in which the order is kept: a missing database, and killed processes."""
        self.calm = calm

    def start(self, path, fault="none"):
        process = Process(path, self.database, fault)
        process.outbox.forwarder._isolation._random = Random(0)  # noqa: S311 - repeatable
        return process

    def attempt(self, number, operation):
        """The result of the operation, or None if it fails; a killed process is replaced by another one."""
        self.counts["steps"] += 1
        process = self.processes[number]
        try:
            return operation(process)
        except OutboxFull:
            self.counts["refusals of a full outbox"] += 1
            self.may_overtake = True
        except StoreError:
            self.counts["errors"] += 1
        except Crash:
            self.counts["crashes"] += 1
            self.may_forget_keys = True
            process.file.close()
            self.processes[number] = self.start(process.path, process.file.fault)
        return None

    @rule(number=PROCESSES, shipment=SHIPMENTS, rows=st.integers(1, 4), poison=st.sampled_from([False] * 7 + [True]))
    def append(self, number, shipment, rows, poison):
        poison = poison and not self.calm
        version = POISON_VERSION if poison else 1
        batch = [
            logged_prediction(shipment, predicted_at=datetime.now(UTC), model_version=version) for _ in range(rows)
        ]
        self.may_overtake |= poison
        if self.attempt(number, lambda process: process.log.append(batch) or True):
            self.acknowledged += [(number // 2, row) for row in batch]

    @rule(number=PROCESSES, key=st.integers(0, 2), shipment=SHIPMENTS)
    def append_once(self, number, key, shipment):
        now = datetime.now(UTC)
        request = keyed_request(key, 2, answered_at=now, predicted_at=now, shipment_id=f"S-{shipment}")
        answers = self.attempt(number, lambda process: process.log.append_once([request]))
        if answers:
            self.attempt(number, Process.rest)
            self.answers[number // 2, key].add(answers[0].request_id)
            if answers[0] == request.answer:
                self.acknowledged += [(number // 2, row) for row in request.predictions]

    @rule(mode=st.sampled_from(["up", "absent", "absent", "slow", "lying"]))
    def change_database(self, mode):
        mode = "absent" if self.calm and mode != "up" else mode
        self.database.mode = mode
        self.may_overtake |= mode in ("slow", "lying")

    @rule()
    def commit_late(self):
        while self.database.late:
            self.database.late.pop(0)()

    @rule(number=PROCESSES)
    def forward(self, number):
        self.attempt(number, Process.forward)

    @rule(number=PROCESSES, points=st.integers(0, 9))
    def kill_soon(self, number, points):
        self.processes[number].points_left = points

    @rule(number=PROCESSES, fault=st.sampled_from(["none", "none", "full", "unreadable"]))
    def change_disk(self, number, fault):
        fault = "none" if self.calm else fault
        self.may_overtake |= fault != "none"
        self.may_forget_keys |= fault != "none"
        for process in self.processes:
            if process.path == self.processes[number].path:
                process.file.fail(fault)

    @rule(number=PROCESSES, position=st.integers(0, 3), how=st.sampled_from(sorted(DAMAGES)))
    def damage(self, number, position, how):
        if self.calm and how == "channel":
            return  # such a row is delivered later than the others
        path, fault = self.processes[number].path, self.processes[number].file.fault
        if fault == "none" and (row := damage_pending_row(path, position, how)):
            self.counts["damaged rows"] += 1
            sequence_number, prediction_id = row
            self.may_forget_keys |= prediction_id is None
            if how == "channel":
                self.may_overtake = True
            else:
                self.damaged.add((path, sequence_number, prediction_id))

    @rule(number=PROCESSES, shipment=SHIPMENTS)
    def erase(self, number, shipment):
        self.may_forget_keys = True
        self.unfinished_erasures.add(shipment)
        if self.attempt(number, lambda process: process.retention.erase(f"S-{shipment}")) is not None:
            self.unfinished_erasures.discard(shipment)

    def teardown(self):
        try:
            self.recover()
            self.check()
        finally:
            for process in self.processes:
                process.file.close()
            self.folder.cleanup()

    def recover(self):
        """Repair everything, erase again what failed, and forward until nothing is left."""
        self.database.mode = "up"
        for process in self.processes:
            process.file.close()
        self.processes = [self.start(process.path) for process in self.processes[1:]]
        for shipment in self.unfinished_erasures:
            self.processes[0].retention.erase(f"S-{shipment}")
        for refuses_poison in (True, False):
            self.database.refuses_poison = refuses_poison
            for process in self.processes:
                process.outbox.forwarder._dead_letters_tried.clear()
                process.forward()
            self.commit_late()

    def check(self):
        stored = self.database.stored
        erased_at = stored.erased_at
        kept = [
            (replica, row)
            for replica, row in self.acknowledged
            if row.shipment_id not in erased_at or row.predicted_at > erased_at[row.shipment_id]
        ]
        self.counts["acknowledged rows"] += len(self.acknowledged)
        self.counts["superseded rows"] += len(stored.superseded)
        ids = [prediction_id for _, prediction_id in stored.predictions] + list(stored.superseded)
        assert len(ids) == len(set(ids))
        damaged = {prediction_id for _, _, prediction_id in self.damaged}
        assert {row.prediction_id for _, row in kept} <= set(ids) | damaged
        unaltered = {row.prediction_id: row for _, row in self.acknowledged}
        for row in stored.predictions.values():
            assert row == unaltered.get(row.prediction_id, row)
        for row in (*stored.predictions.values(), *stored.superseded.values()):
            assert row.shipment_id not in erased_at or row.predicted_at > erased_at[row.shipment_id]
        for process in self.processes:
            for letter in DeadLetters(process.file, process.outbox.channels).discard():
                assert (process.path, letter.number) in {(path, number) for path, number, _ in self.damaged}
            state = process.outbox.state()
            assert (state.pending, state.dead_letters, state.size, state.file_error) == (0, 0, 0, None)
        if not self.may_overtake:
            self.check_order(kept, list(stored.predictions))
        if not self.may_forget_keys:
            assert all(len(request_ids) == 1 for request_ids in self.answers.values())

    def check_order(self, kept, stored):
        self.counts["sequences with a checked order"] += 1
        position = {prediction_id: number for number, (_, prediction_id) in enumerate(stored)}
        positions = defaultdict(list)
        for replica, row in kept:
            if row.prediction_id in position:
                positions[replica, row.shipment_id].append(position[row.prediction_id])
        assert all(numbers == sorted(numbers) for numbers in positions.values())


def test_outbox__loses_and_doubles_nothing_whatever_fails(capsys):
    OutboxMachine.counts.clear()

    # The same sequences in each run; the nightly profile tries others every time.
    few = settings().max_examples < NIGHTLY_SEQUENCES
    times = 2 if few else 1
    run_state_machine_as_test(
        OutboxMachine, settings=settings(examples(times), stateful_step_count=40, derandomize=few)
    )

    counts = OutboxMachine.counts
    summary = ", ".join(f"{number:,} {name}" for name, number in counts.items())
    with capsys.disabled():
        print(f"\noutbox model: {summary}")  # noqa: T201 - how much was tried
    assert min(counts[name] for name in ("crashes", "errors", "acknowledged rows")) > 0
