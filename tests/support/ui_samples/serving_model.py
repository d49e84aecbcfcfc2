"""GET /models, /model/metadata and /health: the model that serves."""

from datetime import timedelta

from entrypoints.api.schemas import CalibrationPoint, Health, Metadata, Models
from entrypoints.api.schemas.models import GateDecision, VersionSummary
from support.ui_samples.shared_values import DIGEST, NOW


def models() -> Models:
    return Models(
        model_name="parcels_delay",
        alias="production",
        serving_version=3,
        serving_since=NOW - timedelta(days=2),
        versions=[
            VersionSummary(version=version, digest=DIGEST, run_id=f"run-{version}", serves=version == 3)
            for version in (3, 2, 1)
        ],
        decisions=[
            GateDecision(
                recorded_at=NOW - timedelta(days=2, hours=1),
                action="promoted",
                version=3,
                replaced=2,
                trigger="gate",
                reasons=["it saves more"],
                notes=[],
            )
        ],
        calibration=[
            CalibrationPoint(
                rows=100,
                mean_probability=share,
                late_share=share + 0.02,
                late_share_low=share - 0.06,
                late_share_high=share + 0.1,
            )
            for share in (0.1, 0.4, 0.8)
        ],
        card="# parcels_delay\n\nIt predicts late parcels.",
    )


def metadata() -> Metadata:
    return Metadata(
        model_name="parcels_delay",
        model_version=3,
        model_uri="models:/parcels_delay/3",
        run_id="run-3",
        parameters={"model": "random_forest"},
        metrics={"roc_auc": 0.81},
        metrics_intervals={"roc_auc": {"value": 0.81, "low": 0.78, "high": 0.84}},
        recent_rate_intervals={"roc_auc": {"value": 0.6, "low": 0.55, "high": 0.65}},
        baseline_intervals={"roc_auc": {"value": 0.5, "low": 0.5, "high": 0.5}},
        schema="parcels",
        schema_digest=DIGEST,
        bundle_digest=DIGEST,
        features=["carrier", "load", "wait"],
    )


def health(*, model_loaded: bool = True) -> Health:
    return Health(
        status="ok" if model_loaded else "unavailable",
        model_loaded=model_loaded,
        model_version=3 if model_loaded else None,
        dependencies={},
    )
