"""Import outcomes: a table of outcomes into the log; every row is recorded, known already, open, or quarantined."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from delay_core.ports.outcome_log import Outcome, OutcomeLog
from delay_core.ports.prediction_reader import PredictionReader
from delay_core.ports.progress import Progress
from delay_core.ports.shipment_source import ShipmentSource
from delay_core.schema import ShipmentSchema
from delay_core.table_urls import without_password
from delay_core.use_cases.outcome_table import OutcomeTable, ReportedOutcome
from delay_core.violations import Violation, ViolationCode

MAX_LISTED_VIOLATIONS = 1000
"""Violations that a report lists; it counts all."""


@dataclass
class OutcomeImportReport:
    """What became of the rows of a table of outcomes: `read` is the sum of the other counts.

    `open` rows have no outcome yet, `excluded` ones are left out by the schema's own rule. `problems` counts
    quarantined rows by the rule that they break; `violations` are the first ones.
    """

    source: str
    read: int = 0
    recorded: int = 0
    already_known: int = 0
    open: int = 0
    quarantined: int = 0
    excluded: int = 0
    problems: Counter[str] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)

    def add_violations(self, violations: Sequence[Violation]) -> None:
        """Count the rules that rows break, and list the first violations."""
        self.problems.update(str(violation.rule) for violation in violations)
        self.violations += violations[: MAX_LISTED_VIOLATIONS - len(self.violations)]


@dataclass(frozen=True)
class ImportOutcomes:
    """Adds the outcomes of a table to the log. The same table again adds nothing.

    An outcome is known already if the log has it with the same `known_at`; without `known_at` in the table, if the log
    has it from this very table, or has no other one now. Any other outcome of a shipment is a correction. Two rows of
    one table that contradict each other about the same moment cannot both be right: the second one is quarantined.
    """

    source: ShipmentSource
    predictions: PredictionReader
    outcomes: OutcomeLog
    progress: Progress

    def __call__(self, schema: ShipmentSchema, url: str, now: datetime) -> OutcomeImportReport:
        """Raises SourceError if the table cannot be read, or has no columns for shipments or outcomes; StoreError."""
        self.progress.step(f"Importing outcomes from {without_password(url)}")
        report = OutcomeImportReport(without_password(url))
        origin = f"import {self.source.digest(url)[:16]}"
        table = OutcomeTable(schema, self.predictions, now)
        reported: dict[str, ReportedOutcome] = {}
        for chunk in self.source.chunks(url, schema):
            rows = table.read(chunk)
            report.read += rows.counts.read
            report.excluded += rows.counts.excluded
            report.open += rows.open
            report.quarantined += rows.counts.quarantined
            report.add_violations(rows.violations)
            self._record(list(_without_contradictions(rows.outcomes, reported, report)), origin, now, report)
            self.progress.advance(len(chunk))
        return report

    def _record(
        self, reported: Sequence[ReportedOutcome], origin: str, now: datetime, report: OutcomeImportReport
    ) -> None:
        """Add to the log what it does not know yet."""
        histories = self.outcomes.histories({outcome.shipment_id for outcome in reported}, now)
        new: dict[str, list[Outcome]] = {}
        for outcome in reported:
            added = new.setdefault(outcome.shipment_id, [])
            if _is_known(outcome, [*histories.get(outcome.shipment_id, ()), *added], origin):
                report.already_known += 1
            else:
                added.append(Outcome(outcome.shipment_id, outcome.late, outcome.known_at, now, origin))
                report.recorded += 1
        self.outcomes.append([outcome for added in new.values() for outcome in added])


def _is_known(reported: ReportedOutcome, history: Sequence[Outcome], origin: str) -> bool:
    same = [outcome for outcome in history if outcome.late == reported.late]
    if reported.is_dated:
        return any(outcome.known_at == reported.known_at for outcome in same)
    return any(outcome.source == origin for outcome in same) or (bool(same) and history[-1].late == reported.late)


def _without_contradictions(
    outcomes: Sequence[ReportedOutcome], earlier: dict[str, ReportedOutcome], report: OutcomeImportReport
) -> Iterator[ReportedOutcome]:
    """The outcomes that no earlier row of the table contradicts; quarantine the others."""
    for outcome in outcomes:
        first = earlier.setdefault(outcome.shipment_id, outcome)
        if first.late == outcome.late or (outcome.is_dated and first.known_at != outcome.known_at):
            earlier[outcome.shipment_id] = outcome
            yield outcome
        else:
            report.quarantined += 1
            params = {"row": first.row, "late": first.late}
            code = ViolationCode.CONTRADICTORY_OUTCOME
            report.add_violations([Violation("late", code, params, outcome.row)])
