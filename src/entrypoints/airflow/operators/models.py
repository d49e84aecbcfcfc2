"""Models: trained, promoted, and used to score tables."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from entrypoints.airflow.arguments import NO_VALUE, read_digest, read_flag, read_version
from entrypoints.airflow.connection_type import DEFAULT_CONNECTION
from entrypoints.airflow.links import DecisionLink, TrainingRunLink, page_url
from entrypoints.airflow.operators.base import DelayCoreOperator, Result

if TYPE_CHECKING:
    from delay_core import ShipmentSchema
    from delay_core.ports.model_catalog import ModelVersion
    from delay_core.reports import PredictReport
    from entrypoints.airflow.operators.base import Output
    from entrypoints.container import Container

MAX_REASONS = 3
"""Reasons of a decision that a task returns."""


class TrainOperator(DelayCoreOperator):
    """Trains, evaluates and registers a model. `prepared` is the output of PreprocessOperator, or its digest.

    The same data and settings give the same bundle, and the same bundle the same version. Returns `version`.
    """

    template_fields = ("delay_conn_id", "schema", "prepared")
    operator_extra_links = (TrainingRunLink(),)
    reads = ("prepared",)
    writes = ("model",)

    def __init__(
        self, *, schema: str, prepared: "Output", delay_conn_id: str = DEFAULT_CONNECTION, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.schema = schema
        self.delay_conn_id = delay_conn_id
        self.prepared = prepared

    def run_use_case(self, container: "Container", schema: "ShipmentSchema") -> Result:
        name = container.settings().model_name_for(schema.name)
        trained = container.use_cases.steps_by_digest().train(schema, read_digest("prepared", self.prepared), name)
        report, version = trained.trained, trained.version
        experiment = page_url(container.registry.experiment_tracker().location(name))
        if experiment:
            self.links = {TrainingRunLink.name: f"{experiment}/runs/{version.run_id}"}
        return {
            "digest": report.address,
            "prepared": report.prepared,
            "bundle": version.digest,
            "model": version.name,
            "version": version.version,
            "run_id": version.run_id,
            "winner": report.winner,
            "metrics": {metric: round(estimate.value, 6) for metric, estimate in report.test.winner.root.items()},
            "computed": trained.computed,
        }


class PromoteOperator(DelayCoreOperator):
    """Lets the gate decide whether a version serves, and records the decision.

    `version` is the output of TrainOperator, or a number. A refusal is a result, and the task succeeds. A version whose
    training data end before those of the version that serves is refused: a backfill registers, and promotes nothing.
    Returns `action`: promoted, refused or serving.
    """

    template_fields = ("delay_conn_id", "schema", "version")
    operator_extra_links = (DecisionLink(),)
    reads = ("model",)
    writes = ("promotion",)

    def __init__(
        self, *, schema: str, version: "Output | int", delay_conn_id: str = DEFAULT_CONNECTION, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.schema = schema
        self.delay_conn_id = delay_conn_id
        self.version = version

    def run_use_case(self, container: "Container", schema: "ShipmentSchema") -> Result:
        name = container.settings().model_name_for(schema.name)
        result = container.use_cases.promote_version()(name, read_version(self.version))
        challenger, decision = result.challenger, result.decision
        self.links = {DecisionLink.name: page_url(container.registry.promotion_log().location(name))}
        return {
            "model": name,
            "version": challenger.version,
            "bundle": challenger.digest,
            "action": "serving" if decision is None else decision.action,
            "replaced": decision.replaced if decision else None,
            "failed_checks": [check.name for check in decision.checks if not check.passed] if decision else [],
            "reasons": list(decision.reasons[:MAX_REASONS]) if decision else [],
        }


class RecalibrateOperator(DelayCoreOperator):
    """Lets the probabilities of the version that serves follow the latest outcomes, if its gate accepts it.

    It is skipped unless the setting `recalibration.enabled` is true. A refusal is a result, and the task succeeds.
    Returns `action`: promoted, refused or unchanged.
    """

    template_fields = ("delay_conn_id", "schema")
    operator_extra_links = (DecisionLink(),)
    reads = ("predictions", "outcomes", "model")
    writes = ("promotion",)

    def __init__(self, *, schema: str, delay_conn_id: str = DEFAULT_CONNECTION, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.schema = schema
        self.delay_conn_id = delay_conn_id

    def run_use_case(self, container: "Container", schema: "ShipmentSchema") -> Result:
        if not container.settings().recalibration.enabled:
            from airflow.providers.common.compat.sdk import AirflowSkipException

            raise AirflowSkipException("recalibration is off; DELAY_RECALIBRATION__ENABLED=true switches it on")
        name = container.settings().model_name_for(schema.name)
        result = container.use_cases.recalibrate()(name, datetime.now(UTC))
        decision, outcomes = result.decision, result.outcomes
        self.links = {DecisionLink.name: page_url(container.registry.promotion_log().location(name))}
        return {
            "model": name,
            "recalibrated": result.serving.version,
            "version": result.serving.version if decision is None else decision.version,
            "action": "unchanged" if decision is None else decision.action,
            "outcomes": outcomes.rows,
            "acted_on": outcomes.acted,
            "refused_predictions": result.refused,
            "failed_checks": [check.name for check in decision.checks if not check.passed] if decision else [],
            "reasons": list(decision.reasons[:MAX_REASONS]) if decision else [str(result.undecided)],
        }


class ScoreOperator(DelayCoreOperator):
    """Predicts with the version that serves: every row of the table `source`, or the open shipments of `ingested`.

    `ingested` is the output of IngestOperator, or its digest; its open shipments are the rows without an outcome. With
    `reasons`, every row has its reasons. Returns `digest`, `location` and counts.
    """

    template_fields = ("delay_conn_id", "schema", "source", "ingested", "reasons")
    reads = ("model", "raw-data")
    writes = ("predictions",)

    def __init__(
        self,
        *,
        schema: str,
        source: str | None = None,
        ingested: "Output | None" = None,
        reasons: bool | str = False,
        delay_conn_id: str = DEFAULT_CONNECTION,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.schema = schema
        self.delay_conn_id = delay_conn_id
        self.source = source
        self.ingested = ingested
        self.reasons = reasons

    def run_use_case(self, container: "Container", schema: "ShipmentSchema") -> Result:
        name = container.settings().model_name_for(schema.name)
        source = None if self.source in NO_VALUE else self.source
        ingested = None if self.ingested in NO_VALUE else self.ingested
        if (source is None) == (ingested is None):
            from delay_core.errors import SchemaError

            raise SchemaError("ScoreOperator: set either source, a table, or ingested, the digest of an ingested one")
        version, report = self._predict(container, schema, name, source=source, ingested=ingested)
        return {
            "digest": report.address,
            "model": name,
            "version": version.version,
            "rows": report.rows.model_dump(),
            "to_act_on": report.to_act_on,
            "act_above": report.act_above,
            "expected_saving": report.expected_saving,
            "currency": report.currency,
            "location": container.use_cases.predict().location(report),
        }

    def _predict(
        self, container: "Container", schema: "ShipmentSchema", name: str, *, source: str | None, ingested: object
    ) -> "tuple[ModelVersion, PredictReport]":
        from delay_core.use_cases.predict import PredictOptions

        options = PredictOptions(reasons=read_flag("reasons", self.reasons))
        if source is not None:
            table = container.use_cases.predict_table()(name, source, options)
            return table.version, table.report
        steps = container.use_cases.steps_by_digest()
        version, step = steps.predict_open(schema, read_digest("ingested", ingested), name, options)
        return version, step.report
