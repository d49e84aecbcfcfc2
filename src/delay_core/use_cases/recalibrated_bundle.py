"""Packs a recalibrated bundle: the same model, encoder, schema and reference, with other probabilities."""

from delay_core.bundle import MANIFEST, Bundle
from delay_core.calibration import calibrator_to_json
from delay_core.digest import canonical_json
from delay_core.model_card import add_recalibration
from delay_core.ports.model_catalog import ModelVersion
from delay_core.recalibration import Recalibration, RecalibrationRecord


def pack_recalibrated(bundle: Bundle, version: ModelVersion, recalibration: Recalibration) -> Bundle:
    """The bundle of the version with the calibrator and the label sets of a recalibration that was promoted.

    Its metrics and its model card say which outcomes it follows.
    """
    record = _record(bundle, version, recalibration)
    card = add_recalibration(bundle.files["model_card.md"].decode(), record)
    files = {name: content for name, content in bundle.files.items() if name != MANIFEST}
    return Bundle.pack(
        {
            **files,
            "calibrator.json": calibrator_to_json(recalibration.calibrator),
            "label_sets.json": recalibration.label_sets.to_json(),
            "metrics.json": canonical_json(record.add_to(bundle.metrics)),
            "model_card.md": card.encode(),
        }
    )


def _record(bundle: Bundle, version: ModelVersion, recalibration: Recalibration) -> RecalibrationRecord:
    """The base is the version that training made: that of the bundle's own record, if it was recalibrated before."""
    earlier, outcomes = RecalibrationRecord.read(bundle.metrics), recalibration.outcomes
    first, since, last = outcomes.first_known_at, outcomes.since, outcomes.last_known_at
    if first is None or since is None or last is None:
        raise ValueError("a recalibration without outcomes was promoted")
    return RecalibrationRecord(
        base_version=version.version if earlier is None else earlier.base_version,
        base_digest=bundle.digest if earlier is None else earlier.base_digest,
        outcomes=outcomes.rows,
        acted_on=outcomes.acted,
        known_from=first,
        since=since,
        known_until=last,
        checks=recalibration.checks,
        calibrator_outcomes=recalibration.calibrator_outcomes,
    )
