"""Results as one JSON object on standard output, for programs."""

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from entrypoints.cli.streams import needs_ascii

if TYPE_CHECKING:
    from delay_core.use_cases.pipeline import PipelineResult


def emit(content: Mapping[str, object]) -> None:
    """Print the object, and nothing else."""
    json.dump(content, sys.stdout, indent=2, allow_nan=False, ensure_ascii=needs_ascii(sys.stdout))
    sys.stdout.write("\n")


def pipeline_json(result: "PipelineResult") -> dict[str, object]:
    """The results of all steps of a pipeline run."""
    test = result.trained.test
    return {
        "rows": result.ingested.rows.model_dump(),
        "quarantined_because": result.ingested.problems,
        "features": [name for name in result.prepared.features if name not in result.trained.calendar.left_out],
        "refused": result.prepared.refused,
        "calendar": result.trained.calendar.model_dump(),
        "models": {name: metrics.model_dump() for name, metrics in result.trained.validation.items()},
        "winner": result.trained.winner,
        "trials": [trial.model_dump() for trial in result.trained.trials],
        "calibration": result.trained.calibration.model_dump(),
        "label_sets": result.trained.label_sets.model_dump(),
        "label_set_shortfalls": {
            name: share.model_dump() for name, share in result.trained.label_sets.shortfalls.items()
        },
        "savings": result.trained.savings.model_dump(),
        "importances": {importance.source: importance.points for importance in result.trained.importances},
        "test": test.winner.model_dump(),
        "baseline": test.baseline.model_dump(),
        "recent_rate": test.recent_rate.model_dump() | {"metrics": test.recent.model_dump()},
        "oracle": test.oracle.model_dump() if test.oracle else None,
        "gain_over_baseline": test.gain_over_baseline.model_dump(),
        "gain_over_recent": test.gain_over_recent.model_dump(),
        "promoted": result.champion is not None and result.champion.version == result.version.version,
        "decision": result.decision.model_dump(mode="json") if result.decision else None,
        "model": {"name": result.version.name, "version": result.version.version, "digest": result.version.digest},
        "serving": result.champion.version if result.champion else None,
        "open_shipments": result.predicted.model_dump(mode="json") if result.predicted else None,
        "changed": result.computed,
    }
