"""Maps as JSON, as a bundle keeps them."""

from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from delay_core.calibration.maps import Beta, Isotonic, Platt, Unchanged
from delay_core.digest import canonical_json
from delay_core.errors import BundleError

Calibrator = Annotated[Unchanged | Platt | Beta | Isotonic, Field(discriminator="method")]
"""Any of the maps, told apart by `method`."""

_CALIBRATOR: TypeAdapter[Calibrator] = TypeAdapter(Calibrator)


def calibrator_to_json(calibrator: Calibrator) -> bytes:
    """The state, as canonical JSON: equal maps give equal bytes."""
    return canonical_json(calibrator.model_dump(mode="json"))


def calibrator_from_json(content: bytes) -> Calibrator:
    """The map that `calibrator_to_json` wrote. Raises BundleError."""
    try:
        return _CALIBRATOR.validate_json(content, strict=True)
    except ValidationError as error:
        raise BundleError(f"calibrator.json is not a calibrator's state: {error}") from error
