"""Bundles read from folders."""

import pytest

from adapters.files import read_bundle
from delay_core.errors import BundleError
from support.bundles import tiny_bundle

GOOD = tiny_bundle("good")


def test_folder__holds_a_bundle(tmp_path):
    for name, content in GOOD.files.items():
        (tmp_path / name).write_bytes(content)
    assert read_bundle(tmp_path).digest == GOOD.digest


@pytest.mark.parametrize("entry", ["absent", "with a folder"])
def test_folder__without_a_bundle_is_refused(tmp_path, entry):
    (tmp_path / "with a folder" / "inner").mkdir(parents=True)
    with pytest.raises(BundleError, match="no bundle at"):
        read_bundle(tmp_path / entry)
